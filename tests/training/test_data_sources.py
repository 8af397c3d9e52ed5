"""Tables, sparse matrices and `PyDataset` as data to train on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers
from polykeras.errors import ArgumentError, DtypeError
from polykeras.utils import PyDataset

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes import this module by the name that pytest gave it: from the folder that holds ``tests``."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[__name__.count(".")]))


def _model() -> pk.Sequential:
    pk.set_random_seed(0)
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1), "mse")
    return model


def _losses(*data: Any, **arguments: Any) -> list[float]:
    return _model().fit(*data, **{"epochs": 3, "verbose": 0, **arguments}).history["loss"]


def _arrays() -> list[float]:
    return _losses(X, Y, batch_size=4, shuffle=False)


# ---- tables ----------------------------------------------------------------------------------------------------------


def test_tables_train_as_the_arrays_do() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c"], index=range(100, 112))
    target = pandas.Series(Y[:, 0], index=range(100, 112))
    assert _losses(frame, target, batch_size=4, shuffle=False) == _arrays()
    model = _model()
    np.testing.assert_array_equal(model.predict(frame, verbose=0), model.predict(X, verbose=0))
    assert model.evaluate(frame, target, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_a_dictionary_of_columns_feeds_inputs_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    inputs = [pk.Input((1,), name=name) for name in "ab"]
    model = pk.Model(inputs, layers.Add()(inputs))
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [10, 20]})
    predicted = model.predict({"a": frame["a"], "b": frame["b"]}, verbose=0)
    np.testing.assert_array_equal(predicted, [[11.0], [22.0]])


def test_columns_of_several_kinds_become_floats_and_gaps_nan() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": [True, False], "c": pandas.array([7, None], dtype="Int64")})
    model = pk.Sequential([pk.Input((3,)), layers.Activation("linear")])
    np.testing.assert_array_equal(model.predict(frame, verbose=0), [[1, 1, 7], [2, 0, np.nan]])


def test_a_table_with_words_is_refused_with_its_columns() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"size": [1.0], "colour": ["red"], "age": [3]})
    with pytest.raises(DtypeError, match=r"x must hold numbers, got a DataFrame of .*colour.*red"):
        _model().fit(frame, Y[:1], verbose=0)


def test_sparse_matrices_are_refused_with_what_to_do() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(DtypeError, match=r"x is sparse \(csr_matrix\).*x\.toarray\(\)"):
        _model().fit(sparse.csr_matrix(X), Y, verbose=0)
    with pytest.raises(DtypeError, match=r"y is sparse \(coo_array\)"):
        _model().fit(X, sparse.coo_array(Y), verbose=0)


# ---- PyDataset -------------------------------------------------------------------------------------------------------


class Parts(PyDataset):
    """Batches of four samples; notes what is asked of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.calls: list[Any] = []

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        self.calls.append(index)
        time.sleep(0.01 * (3 - index))  # a later batch is ready sooner
        return X[4 * index : 4 * index + 4], Y[4 * index : 4 * index + 4]

    def on_epoch_begin(self) -> None:
        self.calls.append("begin")

    def on_epoch_end(self) -> None:
        self.calls.append("end")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "calls": []}


WORKERS: list[dict[str, Any]] = [{}, {"workers": 0}, {"workers": 3}, {"workers": 2, "use_multiprocessing": True}]


@pytest.mark.parametrize("workers", WORKERS, ids=["one", "none", "threads", "processes"])
def test_batches_come_in_order_however_many_workers_there_are(workers: Any) -> None:
    assert _losses(Parts(**workers), shuffle=False) == _arrays()


@pytest.mark.parametrize("workers", WORKERS[:3:2], ids=["one", "threads"])
def test_a_shuffled_epoch_has_every_batch_and_follows_the_seed(workers: Any) -> None:
    plain = Parts(max_queue_size=1, **workers)
    first = _losses(plain)
    assert first == _losses(Parts(**workers)) != _arrays()
    orders = [tuple(c for c in plain.calls if isinstance(c, int))[i : i + 3] for i in (0, 3, 6)]
    assert all(sorted(order) == [0, 1, 2] for order in orders)


def test_epochs_begin_and_end() -> None:
    dataset = Parts()
    _losses(dataset, epochs=2, shuffle=False)
    assert dataset.calls == ["begin", 0, 1, 2, "end"] * 2
    dataset.calls.clear()
    _model().evaluate(dataset, verbose=0)
    _model().predict(dataset, verbose=0)
    assert dataset.calls == ["begin", 0, 1, 2, "end"] * 2


def test_no_more_batches_are_made_ahead_than_the_queue_holds() -> None:
    class Watched(Parts):
        def __getitem__(self, index: int) -> Any:
            self.calls.append(index)
            return X, Y

        @property
        def num_batches(self) -> None:
            return None

    dataset = Watched(workers=4, max_queue_size=3)
    assert int(_fit_and_count(dataset, steps_per_epoch=5)) == 5
    made = [c for c in dataset.calls if isinstance(c, int)]
    assert 5 <= len(made) <= 5 + 3 + 1
    assert not [t for t in threading.enumerate() if t.name.startswith("Watched")]  # workers are gone


def _fit_and_count(dataset: Any, **arguments: Any) -> Any:
    model = _model()
    model.fit(dataset, verbose=0, **arguments)
    return model.optimizer.iterations.numpy()


def test_an_endless_data_set_needs_a_number_of_steps() -> None:
    class Endless(PyDataset):
        num_batches = None

        def __getitem__(self, index: int) -> Any:
            return X, Y

    assert _fit_and_count(Endless(), epochs=2, steps_per_epoch=3) == 6
    with pytest.raises(ArgumentError, match=r"num_batches of Endless is None.*steps_per_epoch"):
        _model().fit(Endless(), verbose=0)
    with pytest.raises(ArgumentError, match=r"num_batches of Endless is None.*steps"):
        _model().predict(Endless())


@pytest.mark.parametrize("workers", WORKERS, ids=["one", "none", "threads", "processes"])
def test_an_error_in_a_worker_arrives_and_training_so_far_is_kept(workers: Any) -> None:
    model = _model()
    with pytest.raises(ZeroDivisionError):
        model.fit(Broken(**workers), shuffle=False, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 1
    assert model.history is not None and model.history.epoch == []


class Broken(Parts):
    def __getitem__(self, index: int) -> Any:
        if index == 1:
            raise ZeroDivisionError
        return X[:4], Y[:4]


class Fatal(Parts):
    def __getitem__(self, index: int) -> Any:
        os._exit(1)


def test_a_worker_process_that_ends_by_itself_is_said() -> None:
    with pytest.raises(
        ArgumentError, match=r"Fatal: a worker process ended by itself. It must be able to import '.*test_data"
    ):
        _model().fit(Fatal(workers=1, use_multiprocessing=True), verbose=0)


def test_what_cannot_be_sent_to_processes_is_said() -> None:
    class Local(Parts):
        pass

    with pytest.raises(ArgumentError, match=r"Local: with use_multiprocessing=True .* threads"):
        _model().fit(Local(workers=2, use_multiprocessing=True), verbose=0)


def test_a_subclass_may_leave_out_init() -> None:
    class Bare(PyDataset):
        def __init__(self) -> None:
            pass

        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> Any:
            return X, Y

    assert _fit_and_count(Bare()) == 1


def test_an_unfinished_subclass_is_told_what_is_missing() -> None:
    with pytest.raises(ArgumentError, match="PyDataset must define __len__, or the property num_batches"):
        _model().fit(PyDataset(), verbose=0)
    with pytest.raises(ArgumentError, match=r"workers must be at least 0.*workers=-1"):
        PyDataset(workers=-1)


# ---- any iterable ----------------------------------------------------------------------------------------------------


def test_weights_of_classes_with_batches() -> None:
    labels = (Y[:, 0] > 0).astype("int32")
    weight = {0: 1.0, 1: 3.0}
    batches = [(X[:6], labels[:6]), (X[6:], labels[6:])]
    expected = _losses(X, labels, batch_size=6, shuffle=False, epochs=1, class_weight=weight)
    assert _losses(iter(batches), epochs=1, class_weight=weight) == expected
    with pytest.raises(ArgumentError, match="hold sample weights: leave out class_weight"):
        _losses(iter([(X, labels, labels)]), class_weight=weight)


def test_an_iterable_whose_length_is_unknown() -> None:
    class Unsure:
        def __iter__(self) -> Iterator[Any]:
            yield X, Y

        def __len__(self) -> int:
            raise TypeError("the length is not known")

    assert len(_losses(Unsure(), epochs=2)) == 2


def test_an_epoch_of_as_many_steps_as_there_are_batches() -> None:
    class Loader:
        def __iter__(self) -> Iterator[Any]:
            return ((X[i : i + 4], Y[i : i + 4]) for i in (0, 4, 8))

    assert _losses(Loader(), steps_per_epoch=3) == _arrays()
