"""Training is the same on all backends: the same start, the same batches, the same losses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import config, layers, ops, optimizers, plugins
from polykeras.errors import MixedBackendsError
from polykeras.scope import backend_scope

OTHERS = sorted(set(plugins.names()) - {"numpy", "lists"})
STEPS = 10


@pytest.fixture(autouse=True)
def portable_random() -> Iterator[None]:
    """Dropout draws the same numbers everywhere."""
    before = config.portable_random()
    config.set_portable_random(True)
    yield
    config.set_portable_random(before)


def _mlp() -> tuple[pk.Model, Any, Any]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(STEPS * 16, 20)).astype("float32")
    model = pk.Sequential(
        [
            pk.Input((20,)),
            layers.Dense(64, "tanh", kernel_regularizer="l2"),
            layers.Dropout(0.5),
            layers.Dense(64, "tanh"),
            layers.Dropout(0.5),
            layers.Dense(10, "softmax"),
        ]
    )
    model.compile(optimizers.SGD(0.05, momentum=0.9, nesterov=True), "sparse_categorical_crossentropy", metrics=["acc"])
    return model, x, rng.integers(0, 10, len(x))


def _cnn() -> tuple[pk.Model, Any, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(STEPS * 16, 8, 8, 2)).astype("float32")
    a = pk.Input((8, 8, 2))
    y = layers.Conv2D(4, 3, padding="same", use_bias=False)(a)
    y = layers.Activation("relu")(layers.BatchNormalization()(y))
    y = layers.Add()([layers.Conv2D(4, 3, padding="same")(y), y])
    y = layers.Flatten()(layers.MaxPooling2D(2)(y))
    model = pk.Model(a, layers.Dense(3)(y))
    model.compile(optimizers.Adam(0.01, clipnorm=1.0), "mse", metrics=["mae"])
    return model, x, rng.normal(size=(len(x), 3)).astype("float32")


def _lstm() -> tuple[pk.Model, Any, Any]:
    rng = np.random.default_rng(2)
    x = rng.integers(1, 12, (STEPS * 16, 7)).astype("int32")
    x[rng.random(x.shape) < 0.3] = 0
    model = pk.Sequential(
        [
            pk.Input((7,), dtype="int32"),
            layers.Embedding(12, 6, mask_zero=True),
            layers.LSTM(8, dropout=0.2, return_sequences=True),
            layers.LSTM(5),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile(optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model, x, rng.integers(0, 2, (len(x), 1)).astype("float32")


MODELS = {"mlp": _mlp, "cnn": _cnn, "lstm": _lstm}


def _run(make: Callable[[], Any], backend: str) -> tuple[list[np.ndarray], list[float], list[np.ndarray]]:
    """The weights at the start, the loss of every step, and the weights at the end."""
    with backend_scope(backend):
        pk.set_random_seed(42)
        model, x, y = make()
        start = model.get_weights()
        losses: list[float] = []
        seen = [0.0]

        def note(batch: int, logs: dict[str, float]) -> None:
            total = logs["loss"] * (batch + 1)  # the log is the mean so far
            losses.append(total - seen[0])
            seen[0] = total

        model.fit(x, y, batch_size=16, epochs=1, verbose=0, callbacks=[pk.callbacks.LambdaCallback(on_train_batch_end=note)])
        return start, losses, model.get_weights()


@cache
def _on_numpy(name: str) -> Any:
    return _run(MODELS[name], "numpy")


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("name", MODELS)
def test_ten_steps(name: str, backend: str) -> None:
    start, losses, end = _on_numpy(name)
    got_start, got_losses, got_end = _run(MODELS[name], backend)
    assert len(losses) == STEPS
    assert len(set(losses)) == STEPS
    for a, b in zip(start, got_start, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(got_losses, losses, rtol=1e-4)
    for a, b in zip(end, got_end, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-2, atol=2e-4)


@pytest.mark.parametrize("backend", OTHERS)
def test_epochs_without_a_watching_callback(backend: str) -> None:
    """Where many steps are one compiled call, the losses of the epochs are the same."""

    def run(name: str) -> dict[str, list[float]]:
        with backend_scope(name):
            pk.set_random_seed(7)
            model, x, y = _mlp()
            return model.fit(x[:150], y[:150], batch_size=16, epochs=3, validation_split=0.2, verbose=0).history

    expected, got = run("numpy"), run(backend)
    assert list(got) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, rtol=1e-4)


@pytest.mark.parametrize("backend", OTHERS)
def test_logs_of_a_step_of_ones_own(backend: str) -> None:
    class Counts(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)
            self.steps = pk.Variable(0.0, trainable=False)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

        def train_step(self, data: Any) -> dict[str, Any]:
            self.steps.assign_add(1.0)
            return {"steps": self.steps.value, "rows": ops.sum(data[0])}

    with backend_scope(backend):
        model = Counts()
        model.compile("sgd")
        x = np.ones((64, 1), "float32")
        assert model.fit(x, batch_size=8, epochs=2, verbose=0).history == {"steps": [8.0, 16.0], "rows": [8.0, 8.0]}


@pytest.mark.parametrize("backend", OTHERS)
def test_data_of_another_backend_are_welcome(backend: str) -> None:
    with backend_scope("numpy"):
        model, x, y = _mlp()
    with backend_scope(backend):
        foreign_x, foreign_y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    np.testing.assert_allclose(
        model.evaluate(foreign_x, foreign_y, verbose=0), model.evaluate(x, y, verbose=0), rtol=1e-6
    )
    model.fit(foreign_x, foreign_y, verbose=0)


def test_tensors_of_two_backends_in_one_op() -> None:
    tensors = {}
    for name in OTHERS:
        with backend_scope(name):
            tensors[name] = ops.ones((2,))
    for first in OTHERS:
        for second in OTHERS:
            if first != second:
                with pytest.raises(MixedBackendsError, match=rf"^add: .*'{first}' and '{second}'.*convert_to_numpy"):
                    ops.add(tensors[first], tensors[second])


def test_a_model_takes_no_tensor_of_another_backend_in_a_call() -> None:
    first, second = OTHERS[:2]
    with backend_scope(first):
        model = pk.Sequential([pk.Input((3,)), layers.Dense(2)])
    with backend_scope(second):
        x = ops.ones((1, 3))
    with pytest.raises(MixedBackendsError, match=rf"(?=.*'{first}')(?=.*'{second}')"):
        model(x)


def test_backends_in_threads_at_once() -> None:
    names = ["numpy", *OTHERS]
    expected = {name: _run(_mlp, name)[1] for name in names}
    results: dict[str, Any] = {}
    # Seeds come from one sequence for the process: the models are made one after the other, and trained at once.
    models = {}
    for name in names:
        with backend_scope(name):
            pk.set_random_seed(42)
            models[name] = _mlp()

    def work(name: str) -> None:
        try:
            with backend_scope(name):
                model, x, y = models[name]
                order = np.arange(len(x))
                losses = []
                for batch in order.reshape(STEPS, 16):
                    model.reset_metrics()
                    losses.append(model.train_on_batch(x[batch], y[batch])[0])
                results[name] = (config.backend(), losses)
        except BaseException as error:  # shown by the assertion below
            results[name] = error

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert set(results) == set(expected)
    for name in names:
        assert results[name][0] == name
        np.testing.assert_allclose(results[name][1], results["numpy"][1], rtol=1e-4)
