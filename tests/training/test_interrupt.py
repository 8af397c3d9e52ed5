"""What is left when training is interrupted: the weights as of the last finished step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import callbacks, layers, optimizers

pytestmark = pytest.mark.usefixtures("ctrl_c")

X = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def _model() -> pk.Sequential:
    pk.set_random_seed(0)
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1, momentum=0.9), "mse")
    return model


def _after(steps: int) -> list[np.ndarray]:
    """Weights after so many whole steps."""
    model = _model()
    model.fit(X, Y, batch_size=4, epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0)
    return model.get_weights()


def _expect(model: pk.Sequential, steps: int) -> None:
    for got, wanted in zip(model.get_weights(), _after(steps), strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert int(model.optimizer.iterations.numpy()) == steps
    model.fit(X, Y, batch_size=4, epochs=1, shuffle=False, verbose=0)  # the model can be used
    assert np.isfinite(model.evaluate(X, Y, verbose=0))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_raised_by_a_callback_after_a_step(error: type[BaseException]) -> None:
    class Raises(callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 2:
                raise error

    model = _model()
    with pytest.raises(error):
        model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, callbacks=[Raises()], verbose=0)
    _expect(model, 3)


def test_raised_between_epochs() -> None:
    class Raises(callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    model = _model()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, callbacks=[Raises()], verbose=0)
    _expect(model, 5)


def test_raised_by_a_generator() -> None:
    def batches() -> Iterator[Any]:
        yield X[:4], Y[:4]
        yield X[4:8], Y[4:8]
        raise KeyboardInterrupt

    model = _model()
    with pytest.raises(KeyboardInterrupt):
        model.fit(batches(), verbose=0)
    _expect(model, 2)


class _Signals(layers.Layer):
    """Sends Ctrl-C from the middle of an eager step."""

    at = 0

    def call(self, inputs: Any) -> Any:
        self.at -= 1
        if self.at == 0:
            signal.raise_signal(signal.SIGINT)
        return inputs


def test_ctrl_c_in_the_middle_of_a_step_waits_for_its_end() -> None:
    pk.set_random_seed(0)
    signals = _Signals()
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1), signals])
    model.compile(optimizers.SGD(0.1, momentum=0.9), "mse", run_eagerly=True)
    signals.at = 3
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=4, epochs=1, shuffle=False, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 3
    for got, wanted in zip(model.get_weights(), _after(3), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_middle_of_a_step_leaves_the_step_before() -> None:
    class Fails(layers.Layer):
        at = 0

        def call(self, inputs: Any) -> Any:
            self.at -= 1
            if self.at == 0:
                raise KeyboardInterrupt
            return inputs

    pk.set_random_seed(0)
    fails = Fails()
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1), fails])
    model.compile(optimizers.SGD(0.1, momentum=0.9), "mse", run_eagerly=True)
    fails.at = 3
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=4, epochs=1, shuffle=False, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 2
    for got, wanted in zip(model.get_weights(), _after(2), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)


def test_a_handler_of_the_program_stays() -> None:
    caught: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: caught.append(number))
    try:
        signals = _Signals()
        model = pk.Sequential([pk.Input((3,)), layers.Dense(1), signals])
        model.compile("sgd", "mse", run_eagerly=True)
        signals.at = 2
        model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    finally:
        signal.signal(signal.SIGINT, previous)
    assert caught == [signal.SIGINT]
    assert int(model.optimizer.iterations.numpy()) == 5


def test_terminate_on_nan_names_epoch_and_batch(capsys: pytest.CaptureFixture[str]) -> None:
    y = Y.copy()
    y[13] = np.nan  # in the fourth batch
    model = _model()
    history = model.fit(X, y, batch_size=4, epochs=3, shuffle=False, callbacks=[callbacks.TerminateOnNaN()], verbose=0)
    assert capsys.readouterr().out == "Epoch 1, batch 4: the loss is nan, training ends here.\n"
    assert history.epoch == [0]
    assert int(model.optimizer.iterations.numpy()) == 4


def test_without_terminate_on_nan_the_loss_is_nan() -> None:
    history = _model().fit(X, Y * np.float32("nan"), epochs=2, verbose=0).history["loss"]
    assert len(history) == 2
    assert np.isnan(history).all()
