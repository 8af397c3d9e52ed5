"""Models whose class says itself what a step is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops, optimizers
from polykeras.errors import ArgumentError
from polykeras.training.differentiate import value_and_gradients

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


class _ByHand(pk.Model):
    """Linear regression with a step of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(1, use_bias=False)
        self.error = pk.metrics.Mean(name="error")

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data

        def loss() -> Any:
            return ops.mean(ops.square(self(x, training=True) - y))

        value, gradients = value_and_gradients(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.error.update_state(value)
        return {"error": self.error.result()}


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_a_step_of_ones_own(run_eagerly: bool) -> None:
    pk.set_random_seed(0)
    model = _ByHand()
    model.compile(optimizers.SGD(0.1), run_eagerly=run_eagerly)
    model.build((None, 3))
    kernel = model.get_weights()[0]
    history = model.fit(X, Y, batch_size=12, epochs=3, verbose=0).history
    assert list(history) == ["error"]
    expected = []
    for _ in range(3):
        error = X @ kernel - Y
        expected.append(float(np.mean(error**2)))
        kernel = kernel - 0.1 * 2 * X.T @ error / 12
    np.testing.assert_allclose(history["error"], expected, rtol=1e-4)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-6)


def test_logs_need_not_be_metrics() -> None:
    class Logs(_ByHand):
        def train_step(self, data: Any) -> dict[str, Any]:
            super().train_step(data)
            return {"rows": ops.convert_to_tensor(float(data[0].shape[0]))}

    model = Logs()
    model.compile("sgd")
    assert model.fit(X, Y, batch_size=5, epochs=1, shuffle=False, verbose=0).history == {"rows": [2.0]}


def test_two_players_with_an_optimizer_each() -> None:
    class Game(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.maker, self.judge = layers.Dense(3), layers.Dense(1)
            self.judge_optimizer = optimizers.SGD(0.1)

        def build(self, input_shape: Any) -> None:
            self.maker.build(input_shape)
            self.judge.build((None, 3))
            self.judge_optimizer.build(self.judge.trainable_variables)

        def train_step(self, data: Any) -> dict[str, Any]:
            real = data[0]
            noise = pk.random.normal(tuple(real.shape))

            def judged() -> Any:
                return ops.mean(self.judge(self.maker(noise)) - self.judge(real))

            judge_loss, gradients = value_and_gradients(judged, self.judge.trainable_variables)
            self.judge_optimizer.apply(gradients, self.judge.trainable_variables)
            maker_loss, gradients = value_and_gradients(judged, self.maker.trainable_variables)
            self.optimizer.apply(gradients, self.maker.trainable_variables)
            return {"judge": judge_loss, "maker": maker_loss}

    model = Game()
    model.compile(optimizers.SGD(0.1))
    model.build((None, 3))
    model.optimizer.build(model.maker.trainable_variables)
    before = model.get_weights()
    history = model.fit(X, batch_size=4, epochs=2, verbose=0).history
    assert sorted(history) == ["judge", "maker"]
    assert int(model.judge_optimizer.iterations.numpy()) == 6
    assert all(not np.array_equal(a, b) for a, b in zip(before[:2], model.get_weights()[:2], strict=True))


def test_custom_compute_loss_and_test_step() -> None:
    class Doubled(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            return 2.0 * ops.mean(ops.square(y - y_pred))

        def test_step(self, data: Any) -> dict[str, Any]:
            return {"largest": ops.max(self(data[0]))}

    model = Doubled()
    model.compile(optimizers.SGD(0.0))
    loss = model.fit(X, Y, epochs=1, verbose=0).history["loss"][0]
    predicted = model.predict(X)
    assert loss == pytest.approx(float(2 * np.mean((predicted - Y) ** 2)), rel=1e-5)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(float(predicted.max()), rel=1e-5)


def test_state_outside_of_the_model_is_refused_by_name() -> None:
    stray = pk.Variable(0.0, name="stray")

    class Strays(_ByHand):
        def train_step(self, data: Any) -> dict[str, Any]:
            stray.assign(stray.value + 1.0)
            return super().train_step(data)

    model = Strays()
    model.compile("sgd")
    with pytest.raises(ArgumentError, match="stray"):
        model.fit(X, Y, verbose=0)


def test_a_python_function_as_loss_and_metric() -> None:
    def absolute(y_true: Any, y_pred: Any) -> Any:
        return ops.abs(y_true - y_pred)

    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.0), absolute, metrics=[absolute])
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    expected = float(np.abs(model.predict(X) - Y).mean())
    assert logs == pytest.approx({"loss": expected, "absolute": expected}, rel=1e-5)


def test_optimizers_of_ones_own_need_no_build_and_the_trial_changes_nothing() -> None:
    class Game(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.maker = pk.Sequential([pk.Input((3,)), layers.Dense(3)])
            self.judge = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
            self.makers, self.judges = optimizers.ScheduleFreeAdamW(0.1), optimizers.SGD(0.1, momentum=0.9)

        def train_step(self, data: Any) -> dict[str, Any]:
            def judged() -> Any:
                return ops.mean(ops.tanh(self.judge(self.maker(data[0]))))

            for optimizer, network in ((self.makers, self.maker), (self.judges, self.judge)):
                value, gradients = value_and_gradients(judged, network.trainable_variables)
                optimizer.apply(gradients, network.trainable_variables)
            return {"judged": value, "a": value}

    pk.set_random_seed(0)
    model, again = Game(), Game()
    again.set_weights(model.get_weights())
    for optimizer, network in ((again.makers, again.maker), (again.judges, again.judge)):
        optimizer.build(network.trainable_variables)
    histories = []
    for one in (model, again):
        one.compile()
        histories.append(one.fit(X, batch_size=4, epochs=2, shuffle=False, verbose=0).history)
    assert histories[0] == histories[1]
    assert list(histories[0]) == ["judged", "a"]
    assert int(model.judges.iterations.numpy()) == int(model.makers.iterations.numpy()) == 6


def test_gradients_of_layers_that_are_not_built() -> None:
    with pytest.raises(ArgumentError, match=r"no variables.*once it is built"):
        pk.value_and_gradients(lambda: ops.ones(()), layers.Dense(1).trainable_variables)
