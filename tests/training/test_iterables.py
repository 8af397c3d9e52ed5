"""Training on iterables of batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def _model() -> pk.Sequential:
    pk.set_random_seed(0)
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1), "mse")
    return model


def _batches(size: int = 4) -> Iterator[Any]:
    for i in range(0, 12, size):
        yield X[i : i + size], Y[i : i + size]


class _Loader:
    """Can be gone through again and has a length, like the data loaders of frameworks."""

    def __iter__(self) -> Iterator[Any]:
        return _batches()

    def __len__(self) -> int:
        return 3


class _Items:
    """Batches by number, like `keras.utils.PyDataset`."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, i: int) -> Any:
        return X[4 * i : 4 * i + 4], Y[4 * i : 4 * i + 4]


def _arrays(epochs: int) -> list[float]:
    return _model().fit(X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0).history["loss"]


@pytest.mark.parametrize("make", [_Loader, _Items], ids=["iterable", "items"])
def test_objects_that_give_batches_train_as_the_arrays_do(make: Any) -> None:
    assert _model().fit(make(), epochs=3, verbose=0).history["loss"] == _arrays(3)


def test_a_generator_of_one_epoch() -> None:
    assert _model().fit(_batches(), epochs=1, verbose=0).history["loss"] == _arrays(1)


def test_an_endless_generator_goes_on_from_epoch_to_epoch() -> None:
    def forever() -> Iterator[Any]:
        while True:
            yield from _batches()

    model = _model()
    history = model.fit(forever(), epochs=3, steps_per_epoch=2, verbose=0)
    assert len(history.history["loss"]) == 3
    assert int(model.optimizer.iterations.numpy()) == 6
    reference = _model()
    reference.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0)  # six steps as well
    np.testing.assert_array_equal(model.get_weights()[0], reference.get_weights()[0])


def test_a_generator_that_ends_early_ends_training_with_a_warning() -> None:
    model = _model()
    with pytest.warns(RuntimeWarning, match="ended in epoch 2 of 5"):
        history = model.fit(_batches(), epochs=5, steps_per_epoch=2, verbose=0)
    assert history.epoch == [0, 1]
    assert int(model.optimizer.iterations.numpy()) == 3


def test_an_exhausted_generator_is_an_end_too() -> None:
    with pytest.warns(RuntimeWarning, match="ended in epoch 2 of 3"):
        assert _model().fit(_batches(), epochs=3, verbose=0).epoch == [0]


def test_steps_per_epoch_of_arrays_go_on_through_the_data() -> None:
    model = _model()
    model.fit(X, Y, batch_size=4, epochs=3, steps_per_epoch=2, shuffle=False, verbose=0)
    reference = _model()
    reference.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], reference.get_weights()[0])


def test_an_iterable_that_starts_again_serves_longer_epochs() -> None:
    model = _model()
    model.fit(_Loader(), epochs=1, steps_per_epoch=6, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 6


def test_validation_on_an_iterable() -> None:
    history = _model().fit(X, Y, epochs=2, validation_data=_Loader(), verbose=0).history
    assert len(history["val_loss"]) == 2


def test_evaluate_and_predict_on_iterables() -> None:
    model = _model()
    assert model.evaluate(_Loader(), verbose=0) == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    np.testing.assert_allclose(model.predict(x for x, _ in _batches()), model.predict(X), rtol=1e-5)
    np.testing.assert_allclose(model.predict(_Loader(), steps=2), model.predict(X[:8]), rtol=1e-5)


def test_evaluate_and_predict_a_number_of_steps() -> None:
    model = _model()
    assert model.evaluate(X, Y, batch_size=4, steps=2, verbose=0) == pytest.approx(model.evaluate(X[:8], Y[:8], verbose=0))
    assert model.predict(X, batch_size=4, steps=2).shape == (8, 1)


def test_batches_with_weights() -> None:
    weighted = [(X, Y, np.zeros(12, "float32"))]
    model = _model()
    before = model.get_weights()[0]
    assert model.fit(iter(weighted), verbose=0).history["loss"] == [0.0]
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_a_deferred_model_is_built_on_the_first_batch() -> None:
    model = pk.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(_batches(), verbose=0)
    assert model.built
    assert [v.shape for v in model.weights] == [(3, 1), (1,)]


def test_targets_beside_an_iterable_are_refused() -> None:
    with pytest.raises(ArgumentError, match="leave out y"):
        _model().fit(_Loader(), Y, verbose=0)


def test_an_empty_iterable_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no batches"):
        _model().fit(iter(()), verbose=0)
    with pytest.raises(ArgumentError, match="no batches"):
        _model().evaluate(iter(()), verbose=0)
    with pytest.raises(ArgumentError, match="no batches"):
        _model().predict(iter(()))


def test_a_batch_that_does_not_fit_is_refused_when_it_comes() -> None:
    model = _model()

    def batches() -> Iterator[Any]:
        yield X, Y
        yield X[:, :2], Y

    with pytest.raises(ShapeError, match=r"expects samples of shape \(3,\)"):
        model.fit(batches(), verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 1
