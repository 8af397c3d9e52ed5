"""Losses, weights, metrics and targets in the structures that Keras takes them in; the expected numbers are sums by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, losses, metrics, ops
from polykeras.errors import ArgumentError, ShapeError

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(8, 3)).astype("float32")
Y = [_RNG.normal(size=(8, 1)).astype("float32") for _ in range(3)]
KERNELS = [_RNG.normal(size=(3, 1)).astype("float32") for _ in range(3)]
ERRORS = [X @ k - y for k, y in zip(KERNELS, Y, strict=True)]
MSE = [float(np.mean(e**2)) for e in ERRORS]
MAE = [float(np.mean(np.abs(e))) for e in ERRORS]


def _model(arrange: Any) -> pk.Model:
    x = pk.Input((3,))
    heads = [layers.Dense(1, use_bias=False, name=f"o{i + 1}") for i in range(3)]
    model = pk.Model(x, arrange(*[head(x) for head in heads]))
    for layer in model.layers[1:]:
        layer.set_weights([KERNELS[int(layer.name[1]) - 1]])
    return model


def _evaluate(arrange: Any, y: Any, sample_weight: Any = None, **compiled: Any) -> dict[str, float]:
    model = _model(arrange)
    model.compile("sgd", **compiled)
    return model.evaluate(X, y, sample_weight=sample_weight, verbose=0, return_dict=True)


def _nested(a: Any, b: Any, c: Any) -> Any:
    return {"a": [a, b], "b": c}


def test_everything_nested_as_the_outputs_are() -> None:
    logs = _evaluate(
        _nested,
        {"a": Y[:2], "b": Y[2]},
        loss={"a": ["mse", "mae"], "b": "mse"},
        loss_weights={"a": [1.0, 2.0], "b": 3.0},
        metrics={"a": [["mae"], ["mse"]], "b": ["mae"]},
    )
    parts = {"a/o1_loss": MSE[0], "a/o2_loss": MAE[1], "b_loss": MSE[2]}
    expected = {"loss": MSE[0] + 2 * MAE[1] + 3 * MSE[2], **parts, "o1_mae": MAE[0], "o2_mse": MSE[1], "o3_mae": MAE[2]}
    assert logs == pytest.approx(expected, rel=1e-5)


def test_nested_lists() -> None:
    logs = _evaluate(
        lambda a, b, c: [a, [b, c]], [Y[0], Y[1:]], loss=["mse", ["mae", "mse"]], loss_weights=[1.0, [2.0, 3.0]]
    )
    parts = {"o1_loss": MSE[0], "1/o2_loss": MAE[1], "1/o3_loss": MSE[2]}
    assert logs == pytest.approx({"loss": MSE[0] + 2 * MAE[1] + 3 * MSE[2], **parts}, rel=1e-5)


def test_one_thing_for_all_outputs_below() -> None:
    logs = _evaluate(_nested, {"a": Y[:2], "b": Y[2]}, loss={"a": "mae", "b": "mse"}, metrics={"a": "mse"})
    assert logs["loss"] == pytest.approx(MAE[0] + MAE[1] + MSE[2], rel=1e-5)
    assert {"o1_mse", "o2_mse"} == {name for name in logs if name.endswith("_mse")}


def test_training_on_nested_targets_and_weights() -> None:
    model = _model(_nested)
    model.compile("sgd", "mse")
    nothing = np.zeros(8, "float32")
    weights = {"a": [nothing, nothing + 1], "b": nothing}
    history = model.fit(X, {"a": Y[:2], "b": Y[2]}, sample_weight=weights, batch_size=8, verbose=0).history
    assert history["loss"][0] == pytest.approx(MSE[1], rel=1e-5)
    np.testing.assert_array_equal(model.get_layer("o1").get_weights()[0], KERNELS[0])
    assert not np.array_equal(model.get_layer("o2").get_weights()[0], KERNELS[1])


def test_a_list_with_a_metric_for_each_output() -> None:
    logs = _evaluate(lambda a, b, c: [a, b], Y[:2], loss=["mse", "mae"], metrics=["mae", "mse"])
    assert logs == pytest.approx(
        {"loss": MSE[0] + MAE[1], "o1_loss": MSE[0], "o2_loss": MAE[1], "o1_mae": MAE[0], "o2_mse": MSE[1]}, rel=1e-5
    )


def test_targets_for_outputs_with_a_loss_alone() -> None:
    assert _evaluate(lambda a, b, c: [a, b], [Y[0]], loss=["mse", None]) == pytest.approx({"loss": MSE[0]}, rel=1e-5)


def test_several_losses_of_one_output_are_added() -> None:
    logs = _evaluate(lambda a, b, c: a, Y[0], loss=["mse", "mae"], loss_weights=[1.0, 3.0])
    assert logs == pytest.approx({"loss": MSE[0] + 3 * MAE[0]}, rel=1e-5)


def test_a_dictionary_for_a_single_output() -> None:
    logs = _evaluate(
        lambda a, b, c: a, {"o1": Y[0]}, loss={"o1": "mse"}, loss_weights={"o1": 2.0}, metrics={"o1": ["mae"]}
    )
    assert logs == pytest.approx({"loss": 2 * MSE[0], "mae": MAE[0]}, rel=1e-5)


def test_a_metric_with_and_without_weights() -> None:
    weight = np.arange(8, dtype="float32")
    logs = _evaluate(
        lambda a, b, c: a, Y[0], sample_weight=weight, loss="mse", metrics=["mae"], weighted_metrics=["mae"]
    )
    weighted = float((np.abs(ERRORS[0][:, 0]) * weight).sum() / weight.sum())
    assert logs["mae"] == pytest.approx(MAE[0], rel=1e-5)
    assert logs["weighted_mae"] == pytest.approx(weighted, rel=1e-5)


def test_masks_in_losses_and_metrics() -> None:
    """Masked steps are left out of both, with and without weights."""
    x = np.arange(1, 9, dtype="float32").reshape(2, 4, 1)
    x[1, 2:] = 0
    y = np.zeros((2, 4, 1), "float32")
    y[1, 2:] = 5
    model = pk.Sequential([pk.Input((4, 1)), layers.Masking(), layers.Dense(1, use_bias=False)])
    model.set_weights([np.ones((1, 1), "float32")])
    model.compile("sgd", "mae", metrics=["mae"], weighted_metrics=["mae"])
    seen = float(np.abs(x - y).reshape(-1)[:6].mean())
    for weight in (None, np.ones((2, 4), "float32"), np.ones(2, "float32")):
        logs = model.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
        assert logs["mae"] == logs["weighted_mae"] == pytest.approx(seen)
        # The loss is the mean over all that are not masked out.
        assert logs["loss"] == pytest.approx(seen)


# ---- what does not match ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compiled", "message"),
    [
        ({"loss": {"a": "mse", "c": "mse"}}, r"loss: there is no output named 'c'; the outputs are \['a', 'b'\]"),
        ({"loss": {"a": ["mse"], "b": "mse"}}, r"loss: 1 given for 2 outputs \['o1', 'o2'\]"),
        ({"loss": "mse", "loss_weights": [1.0, 2.0, 3.0, 4.0]}, "loss_weights: 4 given for 3 outputs"),
        ({"loss": "mse", "metrics": {"o9": "mae"}}, r"^metrics: there is no output named 'o9'"),
        ({"loss": "mse", "weighted_metrics": {"o9": "mae"}}, r"weighted_metrics: there is no output named 'o9'"),
    ],
)
def test_what_was_compiled_does_not_match_the_outputs(compiled: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        _evaluate(_nested, {"a": Y[:2], "b": Y[2]}, **compiled)


def test_targets_that_do_not_nest_as_the_outputs() -> None:
    with pytest.raises(ArgumentError, match=r"y: 3 given for 2 outputs \['o1', 'o2'\]"):
        _evaluate(_nested, {"a": Y, "b": Y[2]}, loss="mse")
    with pytest.raises(ArgumentError, match=r"The output 'o3' has a loss, but no target"):
        _evaluate(_nested, {"a": Y[:2]}, loss="mse")


def test_a_loss_that_is_no_scalar_is_named_with_its_output() -> None:
    unreduced = losses.MeanSquaredError(reduction=None, name="unreduced")
    with pytest.raises(ShapeError, match=r"The loss 'unreduced' of output 'o2' must be a scalar, got shape \(8,\)"):
        _evaluate(lambda a, b, c: [a, b], Y[:2], loss=["mse", unreduced])


def test_a_metric_of_a_wrong_shape_is_refused() -> None:
    class Wrong(metrics.Metric):
        def __init__(self) -> None:
            super().__init__(name="wrong")
            self.total = self.add_weight(shape=(), initializer="zeros", name="total")

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.total.assign(ops.abs(y_true - y_pred)[:, 0])

        def result(self) -> Any:
            return self.total.value

    with pytest.raises(ShapeError, match=r"total.* has shape \(\); it cannot be assigned \("):
        _evaluate(lambda a, b, c: a, Y[0], loss="mse", metrics=[Wrong()])


# ---- what goes wrong on the way --------------------------------------------------------------------------------------


def test_a_generator_that_raises_leaves_the_training_so_far() -> None:
    def batches() -> Any:
        yield X, Y[0]
        yield X, Y[0]
        raise OSError("the disk is gone")

    model = _model(lambda a, b, c: a)
    model.compile("sgd", "mse")
    with pytest.raises(OSError, match="the disk is gone"):
        model.fit(batches(), verbose=0)
    after = _model(lambda a, b, c: a)
    after.compile("sgd", "mse")
    for _ in range(2):
        after.train_on_batch(X, Y[0])
    np.testing.assert_array_equal(model.get_weights()[0], after.get_weights()[0])
    model.fit(X, Y[0], verbose=0)  # and it can go on
    assert int(model.optimizer.iterations.numpy()) == 3


@pytest.mark.parametrize(
    "event", ["on_train_begin", "on_epoch_begin", "on_train_batch_end", "on_epoch_end", "on_train_end"]
)
def test_a_callback_that_raises_leaves_the_training_so_far(event: str) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("from the callback")

    callback = pk.callbacks.Callback()
    setattr(callback, event, fail)
    model = _model(lambda a, b, c: a)
    model.compile("sgd", "mse")
    with pytest.raises(ZeroDivisionError, match="from the callback"):
        model.fit(X, Y[0], batch_size=4, verbose=0, callbacks=[callback])
    steps = {"on_train_begin": 0, "on_epoch_begin": 0, "on_train_batch_end": 1}.get(event, 2)
    done = 0 if not model.optimizer.built else int(model.optimizer.iterations.numpy())
    assert done == steps
    model.fit(X, Y[0], batch_size=4, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == steps + 2
