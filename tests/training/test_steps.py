"""What happens in a step: training mode, state of layers, masks, eager and compiled runs, single batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def test_dropout_is_active_in_training_only() -> None:
    model = pk.Sequential([pk.Input((50,)), layers.Dropout(0.5, seed=1)])
    model.compile("sgd", "mse", metrics=["mae"])
    ones = np.ones((8, 50), "float32")
    np.testing.assert_array_equal(model.predict(ones), ones)
    assert model.evaluate(ones, ones, verbose=0)[0] == 0
    history = model.fit(ones, ones, epochs=2, verbose=0).history
    assert history["loss"] == pytest.approx([1, 1], abs=1e-6)  # every element is off by one: 0 or 2 in place of 1
    assert history["mae"] == pytest.approx([1, 1], abs=1e-6)


def test_dropout_draws_anew_in_every_step() -> None:
    model = pk.Sequential([pk.Input((50,)), layers.Dense(1), layers.Dropout(0.5, seed=1)])
    model.compile(optimizers.SGD(0.0), "mse")
    x = np.ones((4, 50), "float32")
    losses = model.fit(x, np.zeros((4, 1), "float32"), batch_size=1, epochs=12, verbose=0).history["loss"]
    assert len(set(losses)) > 2


def test_batch_normalization_gathers_statistics_in_training_only() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.BatchNormalization(momentum=0.9)])
    model.compile(optimizers.SGD(0.0), "mse")
    model.evaluate(X, X, verbose=0)
    model.predict(X)
    mean, variance = (v.numpy() for v in model.non_trainable_weights)
    np.testing.assert_array_equal(mean, 0)
    np.testing.assert_array_equal(variance, 1)
    model.fit(X, X, batch_size=12, epochs=2, verbose=0)
    kept = 0.9**2
    mean, variance = (v.numpy() for v in model.non_trainable_weights)
    np.testing.assert_allclose(mean, (1 - kept) * X.mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(variance, kept + (1 - kept) * X.var(0), rtol=1e-4)


def test_masked_steps_do_not_count_in_the_loss() -> None:
    tokens = np.array([[3, 1, 0, 0], [2, 2, 5, 0]], "int32")
    targets = np.random.default_rng(2).normal(size=(2, 4, 1)).astype("float32")
    model = pk.Sequential([pk.Input((4,), dtype="int32"), layers.Embedding(6, 3, mask_zero=True), layers.Dense(1)])
    model.compile("sgd", "mse")
    squares = ((model.predict(tokens) - targets) ** 2)[..., 0]
    assert model.evaluate(tokens, targets, verbose=0) == pytest.approx(float(squares[tokens != 0].mean()), rel=1e-5)
    before = model.get_weights()[0]
    model.fit(tokens, targets, epochs=1, verbose=0)
    changed = np.any(model.get_weights()[0] != before, axis=1)
    np.testing.assert_array_equal(changed, [False, True, True, True, False, True])


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_masked_steps_do_not_count_in_metrics(run_eagerly: bool) -> None:
    tokens = np.array([[3, 1, 0, 0], [2, 2, 5, 0]], "int32")
    targets = np.random.default_rng(2).normal(size=(2, 4, 1)).astype("float32")
    weight = np.array([1.0, 3.0], "float32")
    model = pk.Sequential([pk.Input((4,), dtype="int32"), layers.Embedding(6, 3, mask_zero=True), layers.Dense(1)])
    weighted = pk.metrics.MeanAbsoluteError("weighted")
    model.compile(optimizers.SGD(0.0), "mse", metrics=["mae"], weighted_metrics=[weighted], run_eagerly=run_eagerly)
    errors, counted = np.abs(model.predict(tokens) - targets)[..., 0], tokens != 0
    weights = counted * weight[:, None]
    expected = {"mae": float(errors[counted].mean()), "weighted": float((errors * weights).sum() / weights.sum())}
    tested = model.evaluate(tokens, targets, sample_weight=weight, verbose=0, return_dict=True)
    trained = model.fit(tokens, targets, sample_weight=weight, epochs=1, verbose=0).history
    for name, value in expected.items():
        assert tested[name] == pytest.approx(value, rel=1e-5)
        assert trained[name] == [pytest.approx(value, rel=1e-5)]


def test_masks_reach_recurrent_layers() -> None:
    pk.set_random_seed(0)
    model = pk.Sequential([pk.Input((None,), dtype="int32"), layers.Embedding(6, 3, mask_zero=True), layers.LSTM(4)])
    padded, short = np.array([[3, 1, 0, 0]], "int32"), np.array([[3, 1]], "int32")
    np.testing.assert_allclose(model.predict(padded), model.predict(short), rtol=1e-5)


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_constraints_hold_after_every_step(run_eagerly: bool) -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4, kernel_constraint="non_neg"), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1), "mse", run_eagerly=run_eagerly)
    model.fit(X, Y, epochs=3, verbose=0)
    assert model.get_weights()[0].min() >= 0


def _deep(run_eagerly: bool, **options: Any) -> pk.Sequential:
    pk.set_random_seed(3)
    model = pk.Sequential(
        [pk.Input((3,)), layers.Dense(8, "relu"), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(1)]
    )
    model.compile(optimizers.Adam(0.01), "mse", metrics=["mae"], run_eagerly=run_eagerly, **options)
    return model


def test_eager_and_compiled_runs_agree() -> None:
    eager = _deep(True).fit(X, Y, batch_size=5, epochs=3, verbose=0).history
    compiled = _deep(False).fit(X, Y, batch_size=5, epochs=3, verbose=0).history
    assert compiled.keys() == eager.keys()
    for name, values in eager.items():
        np.testing.assert_allclose(compiled[name], values, rtol=1e-5)


def test_an_eager_step_may_look_at_values() -> None:
    class Looks(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)
            self.largest = 0.0

        def call(self, inputs: Any) -> Any:
            self.largest = max(self.largest, float(pk.ops.max(inputs)))
            return self.dense(inputs)

    model = Looks()
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(X, Y, epochs=1, verbose=0)
    assert model.largest == pytest.approx(float(X.max()))


def test_single_batches() -> None:
    model = _deep(False)
    first = model.train_on_batch(X, Y)
    assert len(first) == 2
    assert isinstance(first[0], float)
    logs = model.train_on_batch(X, Y, return_dict=True)
    assert list(logs) == ["loss", "mae"]
    model.reset_metrics()
    tested = model.test_on_batch(X, Y, return_dict=True)
    assert tested == pytest.approx(model.evaluate(X, Y, verbose=0, return_dict=True), rel=1e-5)
    np.testing.assert_array_equal(model.predict_on_batch(X), model.predict(X))
    assert int(model.optimizer.iterations.numpy()) == 2


def test_train_on_batch_is_a_step_of_fit() -> None:
    one, other = _deep(False), _deep(False)
    one.fit(X, Y, batch_size=12, epochs=3, shuffle=False, verbose=0)
    for _ in range(3):
        other.train_on_batch(X, Y)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_evaluate_returns_a_number_a_list_or_a_dictionary() -> None:
    model = _deep(False)
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert model.evaluate(X, Y, verbose=0) == list(logs.values())
    assert model.metrics_names == list(logs) == ["loss", "mae"]
    model.compile("sgd", "mse")
    assert isinstance(model.evaluate(X, Y, verbose=0), float)


def test_evaluate_changes_nothing() -> None:
    model = _deep(False)
    before = model.get_weights()
    model.evaluate(X, Y, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_predict_of_several_batches_is_predict_of_one() -> None:
    model = _deep(False)
    np.testing.assert_allclose(model.predict(X, batch_size=5), model.predict(X, batch_size=12), rtol=1e-5)
    assert type(model.predict(X)) is np.ndarray


def test_gradients_of_a_scaled_loss_are_the_same() -> None:
    runs = []
    for factor in (None, 1024.0):
        pk.set_random_seed(0)
        model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
        model.compile(optimizers.SGD(0.1, loss_scale_factor=factor), "mse")
        runs.append(model.fit(X, Y, batch_size=4, epochs=2, verbose=0).history["loss"])
    assert runs[0] == pytest.approx(runs[1], rel=1e-5)


def test_the_average_of_the_weights_is_what_training_leaves() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1, use_bias=False)])
    model.compile(optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), "mse")
    seen: list[np.ndarray] = []
    note = pk.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(model.get_weights()[0]))
    model.fit(X, Y, batch_size=4, epochs=1, callbacks=[note], verbose=0)
    average = seen[0]
    for value in seen[1:]:
        average = 0.5 * average + 0.5 * value
    np.testing.assert_allclose(model.get_weights()[0], average, rtol=1e-5)


def test_a_metric_that_is_an_attribute_is_reported_and_reset() -> None:
    class Counts(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)
            self.rows = pk.metrics.Sum(name="rows")

        def call(self, inputs: Any) -> Any:
            self.rows.update_state(float(inputs.shape[0]))
            return self.dense(inputs)

    model = Counts()
    model.compile("sgd", "mse")
    assert model.fit(X, Y, batch_size=5, epochs=2, verbose=0).history["rows"] == [12.0, 12.0]


def test_mixed_precision_keeps_its_weights_in_float32() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4, "relu", dtype="mixed_float16"), layers.Dense(1)])
    model.compile("adam", "mse")
    losses = model.fit(X, Y, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert {v.dtype for v in model.weights} == {"float32"}
