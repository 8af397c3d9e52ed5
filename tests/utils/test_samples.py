"""Splitting, packing, padding, and windows of series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import layers, models, preprocessing, utils
from polykeras.errors import ArgumentError, ShapeError
from polykeras.scope import backend_scope

ROWS = np.arange(10.0)


@pytest.mark.parametrize(("batch", "packed"), [
    (([1],), ([1],)), (((1,),), ((1,),)), (({"a": 1},), {"a": 1}), ((1, 2), (1, 2)), ((1, 2, 3), (1, 2, 3)),
    ((1, None, 3), (1, None, 3)),
])  # fmt: skip
def test_packing(batch: tuple[Any, ...], packed: Any) -> None:
    assert utils.pack_x_y_sample_weight(*batch) == packed
    again = utils.unpack_x_y_sample_weight(packed)
    assert again == (*batch, None, None)[:3]


# ---- splitting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "left", "right"), [
    ({"left_size": 0.7}, 7, 3), ({"left_size": 4}, 4, 6), ({"right_size": 0.2}, 8, 2), ({"right_size": 1}, 9, 1),
    ({"left_size": 2, "right_size": 3}, 2, 3), ({"left_size": 0.5, "right_size": 0.1}, 5, 1),
])  # fmt: skip
def test_sizes(sizes: dict[str, Any], left: int, right: int) -> None:
    first, second = utils.split_dataset(ROWS, **sizes)
    assert (list(first), list(second)) == (list(ROWS[:left]), list(ROWS[10 - right :]))
    assert (len(first), len(second)) == (left, right)
    assert second[-1] == 9


def test_structures_are_split_alike() -> None:
    left, right = utils.split_dataset(({"a": ROWS}, ROWS * 2), left_size=8)
    assert left[3] == ({"a": 3.0}, 6.0)
    x, y = right.batch(4)[0]
    np.testing.assert_array_equal(x["a"], [8, 9])
    np.testing.assert_array_equal(y, [16, 18])


def test_items_of_an_iterable() -> None:
    left, right = utils.split_dataset((i * i for i in range(4)), right_size=1)
    assert (list(left), list(right)) == ([0, 1, 4], [9])


def test_shuffling() -> None:
    left, right = utils.split_dataset(ROWS, 0.5, shuffle=True, seed=3)
    assert sorted([*left, *right]) == list(ROWS)
    assert list(left) != list(ROWS[:5])
    assert list(utils.split_dataset(ROWS, 0.5, shuffle=True, seed=3)[0]) == list(left)


def test_batches_are_trained_on() -> None:
    left, right = utils.split_dataset((ROWS[:, np.newaxis], ROWS), left_size=7)
    batches = left.batch(3)
    assert [len(x) for x, _ in batches] == [3, 3, 1]
    with backend_scope("numpy"):
        model = models.Sequential([layers.Dense(1)])
        model.compile("sgd", "mse")
        history = model.fit(batches, validation_data=right.batch(3), epochs=2, verbose=0)
    assert len(history.history["val_loss"]) == 2


@pytest.mark.parametrize(("arguments", "message"), [
    ((ROWS,), "give left_size or right_size"),
    ((ROWS, 1.0), "left_size must be a fraction between 0 and 1, .* got 1.0"),
    ((ROWS, 10), "an int between 0 and 10"),
    ((ROWS, 7, 7), "make more than 10 samples"),
    ((ROWS, 0.01), "leave one side of 10 empty"),
    ((ROWS[:1], 0.5), "at least two samples are needed, got 1"),
    ((3, 0.5), "expected arrays or something to iterate over, got 3"),
])  # fmt: skip
def test_sizes_that_do_not_fit(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        utils.split_dataset(*arguments)


def test_unequal_arrays() -> None:
    with pytest.raises(ShapeError, match="equally many samples"):
        utils.split_dataset((ROWS, ROWS[:4]), 0.5)


# ---- padding ---------------------------------------------------------------------------------------------------------


def test_pad_sequences() -> None:
    pad = preprocessing.sequence.pad_sequences
    lists = [[1], [2, 3], [4, 5, 6]]
    assert pad(lists).tolist() == [[0, 0, 1], [0, 2, 3], [4, 5, 6]]
    assert pad(lists).dtype == "int32"
    assert pad(lists, padding="post", value=-1).tolist() == [[1, -1, -1], [2, 3, -1], [4, 5, 6]]
    assert pad(lists, 2).tolist() == [[0, 1], [2, 3], [5, 6]]
    assert pad(lists, 2, truncating="post", dtype="float32").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert pad([["a"], ["b", "c"]], dtype=object, value="-").tolist() == [["-", "a"], ["b", "c"]]
    assert pad([np.ones((1, 2)), np.zeros((0, 2))], 2).tolist() == [[[0, 0], [1, 1]], [[0, 0], [0, 0]]]
    assert pad([[], []]).shape == (2, 0)
    assert pad([]).shape == (0, 0)


@pytest.mark.parametrize(("error", "sequences", "options", "message"), [
    (ArgumentError, [[1]], {"padding": "left"}, "padding must be 'pre' or 'post', got 'left'"),
    (ArgumentError, [[1]], {"truncating": "no"}, "truncating must be"),
    (ArgumentError, 3, {}, "must be a list of lists, got int"),
    (ArgumentError, [[1], 2], {}, "number 1 is 2"),
    (ArgumentError, [["a"]], {"value": "-"}, "use dtype=object"),
    (ShapeError, [np.ones((1, 2)), np.ones((1, 3))], {}, r"those of the first have \(2,\), those of number 1 \(3,\)"),
])  # fmt: skip
def test_padding_refusals(error: type[Exception], sequences: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(error, match=message):
        utils.pad_sequences(sequences, **options)


# ---- windows of series -----------------------------------------------------------------------------------------------

SERIES = np.arange(20)


@pytest.mark.parametrize(("targets", "options", "windows", "expected"), [
    (None, {"sequence_stride": 4, "sampling_rate": 2}, [[0, 2, 4], [4, 6, 8], [8, 10, 12], [12, 14, 16]], None),
    (SERIES * 10, {"sequence_stride": 4, "sampling_rate": 2, "start_index": 5, "end_index": 15},
     [[5, 7, 9], [9, 11, 13]], [50, 90]),
    (SERIES[:8] * 10, {"sequence_stride": 2}, [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6, 7, 8]], [0, 20, 40, 60]),
])  # fmt: skip
def test_windows(targets: Any, options: dict[str, Any], windows: list[Any], expected: Any) -> None:
    (batch,) = utils.timeseries_dataset_from_array(SERIES, targets, 3, **options)
    found, with_targets = (batch, None) if expected is None else batch
    assert found.tolist() == windows
    assert with_targets is None or with_targets.tolist() == expected


def test_batches_of_windows() -> None:
    windows = preprocessing.timeseries_dataset_from_array(SERIES, SERIES, 3, batch_size=4)
    assert [len(x) for x, _ in windows] == [4, 4, 4, 4, 2]
    assert len(windows) == 5
    single = utils.timeseries_dataset_from_array(SERIES, SERIES, 3, batch_size=None, start_index=15)
    assert [(x.tolist(), int(y)) for x, y in single] == [([15, 16, 17], 15), ([16, 17, 18], 16), ([17, 18, 19], 17)]
    assert len(single) == 3


def test_windows_are_shuffled_anew() -> None:
    shuffled = utils.timeseries_dataset_from_array(SERIES, None, 1, shuffle=True, seed=1)
    first, second = (np.concatenate(list(shuffled))[:, 0].tolist() for _ in range(2))
    assert first != second
    assert sorted(first) == sorted(second) == SERIES.tolist()


def test_windows_are_trained_on() -> None:
    windows = utils.timeseries_dataset_from_array(SERIES.astype("float32"), SERIES[3:], 3, batch_size=4)
    with backend_scope("numpy"):
        model = models.Sequential([layers.Dense(1)])
        model.compile("adam", "mse")
        assert len(model.fit(windows, epochs=2, verbose=0).epoch) == 2


@pytest.mark.parametrize(("options", "message"), [
    ({"sequence_length": 0}, "sequence_length must be a positive int, got 0"),
    ({"sequence_length": 2.0}, "sequence_length must be a positive int"),
    ({"sequence_length": 2, "sampling_rate": -1}, "sampling_rate"),
    ({"sequence_length": 2, "sequence_stride": 0}, "sequence_stride"),
    ({"sequence_length": 2, "batch_size": 0}, "batch_size"),
    ({"sequence_length": 2, "start_index": 5, "end_index": 5}, "ascending order between 0 and 20"),
    ({"sequence_length": 2, "end_index": 21}, "ascending order"),
    ({"sequence_length": 30}, r"no window of 30 entries, 1 time step\(s\) apart, fits into the 20 time steps"),
])  # fmt: skip
def test_windows_that_do_not_fit(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        utils.timeseries_dataset_from_array(SERIES, None, **options)
