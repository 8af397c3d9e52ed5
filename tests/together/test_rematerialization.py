"""What is computed once more for the gradient gives the same values, gradients and states on every backend."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops, plugins
from polykeras.errors import ArgumentError
from polykeras.scope import backend_scope, current_backend

X = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
BACKENDS = sorted(plugins.names())
FULL = {"mode": "full"}
SCOPES = [FULL, {"mode": "activations"}, {"mode": "larger_than", "output_size_threshold": 10}]


class Block(layers.Layer):
    """Dense, normalization and dropout: weights, state that a call changes, random state."""

    def __init__(self, dtype: Any = None) -> None:
        super().__init__(dtype=dtype)
        self.parts = [
            layers.Dense(5, "tanh", name="first"),
            layers.BatchNormalization(),
            layers.Dropout(0.5, seed=3),
            layers.Dense(5, "sigmoid", name="second"),
        ]
        self.runs = 0

    def call(self, inputs: Any) -> Any:
        """One after the other."""
        self.runs += 1
        for part in self.parts:
            inputs = part(inputs)
        return inputs


def _results(backend: str, scope: dict[str, Any], dtype: Any = None, compiled: bool = False) -> tuple[list[Any], int]:
    """Value, gradients by weights and inputs, new state; and how often the outer layer's `call` ran."""
    with backend_scope(backend):
        with pk.RematScope(**scope):
            layer = Block(dtype)
        layer(X)
        random = np.random.default_rng(2)
        layer.set_weights([random.uniform(0.2, 0.8, size=v.shape) for v in layer.weights])
        state = [v.value for v in layer.non_trainable_variables]
        weights = [v.value for v in layer.trainable_variables]

        def loss(values: Any) -> Any:
            y, new = layer.stateless_call(values[:-1], state, values[-1], training=True)
            return ops.sum(ops.square(ops.cast(y, "float32"))), new

        step: Any = ops.value_and_grad(loss, has_aux=True)
        if compiled:
            step = current_backend().compile(step)
        layer.runs = 0
        (value, new), gradients = step([*weights, ops.convert_to_tensor(X)])
        return [ops.convert_to_numpy(v) for v in (value, *gradients, *new)], layer.runs


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("backend", BACKENDS)
def test_values_gradients_and_states(backend: str, compiled: bool) -> None:
    plain, once = _results(backend, {"mode": None})
    again, runs = _results(backend, FULL, compiled=compiled)
    assert runs > once == 1
    for a, b in zip(again, plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("dtype", [None, "mixed_bfloat16"])
def test_modes(scope: dict[str, Any], dtype: Any) -> None:
    plain, _ = _results("numpy", {"mode": None}, dtype)
    for a, b in zip(_results("numpy", scope, dtype)[0], plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-2 if dtype else 1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("scope", "slim"),
    [
        ({"mode": "list_of_layers", "layer_names": ["second"]}, ["second"]),
        ({"mode": "larger_than", "output_size_threshold": 9}, ["first", "second"]),
        ({"mode": "larger_than", "output_size_threshold": 30}, []),
    ],
)
def test_which_layers(scope: dict[str, Any], slim: list[str]) -> None:
    with backend_scope("numpy"), pk.RematScope(**scope):
        made = [layers.Dense(5, name=name) for name in ("first", "second")]
        for layer in made:
            layer(X)
        assert [y.name for y in made if y.rematerialized_call(y.call, X) != y.call] == slim
        with pk.RematScope(mode=None):
            assert layers.Dense(2)._remat is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_functions(backend: str) -> None:
    runs = []

    def f(x: Any, scale: float) -> dict[str, Any]:
        runs.append(1)
        return {"y": ops.exp(ops.tanh(x["a"])) * scale}

    with backend_scope(backend):
        value, gradient = ops.value_and_grad(lambda x: ops.sum(pk.remat(f)({"a": x}, 2.0)["y"]))(
            ops.convert_to_tensor(X)
        )
        np.testing.assert_allclose(ops.convert_to_numpy(value), 2 * np.exp(np.tanh(X)).sum(), rtol=1e-5)
        expected = 2 * np.exp(np.tanh(X)) * (1 - np.tanh(X) ** 2)
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, rtol=1e-4, atol=1e-6)
    assert len(runs) == 2


def test_a_function_that_calls_layers() -> None:
    with backend_scope("numpy"):
        layer = layers.Dense(2)
        layer(X)

        def loss(values: Any, wrap: Any) -> Any:
            with pk.StatelessScope(zip(layer.trainable_variables, values, strict=True)):
                return ops.sum(ops.square(wrap(lambda x: ops.tanh(layer(x)))(X)))

        weights = [v.value for v in layer.trainable_variables]
        slim, plain = (ops.grad(loss)(weights, wrap) for wrap in (pk.remat, lambda f: f))
        for a, b in zip(slim, plain, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5)
            assert np.abs(a).max() > 0


def test_state_changes_once_and_randomness_is_the_same_again() -> None:
    with backend_scope("numpy"):
        batch, dropout = layers.BatchNormalization(), layers.Dropout(0.5, seed=1)
        batch(X)
        masks = []

        def f(x: Any) -> Any:
            kept = dropout(ops.ones((4, 3)), training=True)
            masks.append(ops.convert_to_numpy(ops.stop_gradient(kept)))
            return batch(x, training=True) * kept

        ops.grad(lambda x: ops.sum(pk.remat(f)(x)))(X)
        np.testing.assert_array_equal(*masks)
        np.testing.assert_allclose(batch.moving_mean.numpy(), 0.01 * X.mean(0), rtol=1e-5)
        f(X)
        assert (masks[2] != masks[0]).any()


class Penal(layers.Layer):
    """Adds a loss in its call."""

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        self.add_loss(ops.sum(ops.square(inputs)))
        return inputs


@pytest.mark.parametrize("backend", BACKENDS)
def test_losses_added_inside_have_gradients(backend: str) -> None:
    with backend_scope(backend):
        with pk.RematScope():
            layer = Penal()
        layer(X)
        assert len(layer.losses) == 1

        def loss(x: Any) -> Any:
            _, _, losses = layer.stateless_call([], [], x, return_losses=True)
            assert len(losses) == 1
            return losses[0]

        value, gradient = ops.value_and_grad(loss)(ops.convert_to_tensor(X))
        np.testing.assert_allclose(ops.convert_to_numpy(value), (X**2).sum(), rtol=1e-5)
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), 2 * X, rtol=1e-5)


def test_memory() -> None:
    """Ten times five steps on a megabyte each: all that is kept, or what ten functions take and five steps make."""
    x = np.ones((1 << 18,), "float32")

    def five(x: Any) -> Any:
        for _ in range(5):
            x = ops.tanh(x)
        return x

    def peak(f: Any) -> float:
        def loss(x: Any) -> Any:
            for _ in range(10):
                x = f(x)
            return ops.sum(x)

        with backend_scope("numpy"):
            tracemalloc.start()
            ops.grad(loss)(x)
            try:
                return tracemalloc.get_traced_memory()[1] / x.nbytes
            finally:
                tracemalloc.stop()

    assert peak(five) > 45
    assert peak(pk.remat(five)) < 25


def test_unknown_mode() -> None:
    with pytest.raises(ArgumentError, match=r"mode must be one of 'full'.*got 'some'"):
        pk.RematScope("some")
