"""Training models with several inputs and outputs, shared layers and layers of their own losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, metrics, optimizers
from polykeras.errors import ArgumentError

_RNG = np.random.default_rng(0)
A = _RNG.normal(size=(12, 3)).astype("float32")
B = _RNG.normal(size=(12, 2)).astype("float32")
Y = _RNG.normal(size=(12, 1)).astype("float32")
LABELS = (_RNG.random(12) * 4).astype("int32")


def _two_in_two_out(structure: str = "list") -> pk.Model:
    pk.set_random_seed(1)
    a, b = pk.Input((3,), name="a"), pk.Input((2,), name="b")
    joined = layers.Concatenate()([a, b])
    value = layers.Dense(1, name="value")(joined)
    label = layers.Dense(4, activation="softmax", name="label")(joined)
    if structure == "dict":
        return pk.Model({"a": a, "b": b}, {"value": value, "label": label})
    return pk.Model([a, b], [value, label])


def _losses(model: pk.Model) -> tuple[float, float]:
    """The two losses by hand."""
    value, label = model.predict([A, B])
    return float(np.mean((value - Y) ** 2)), float(-np.mean(np.log(label[np.arange(12), LABELS])))


def test_lists_of_inputs_and_outputs() -> None:
    model = _two_in_two_out()
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"], loss_weights=[2.0, 0.5])
    mse, entropy = _losses(model)
    logs = model.evaluate([A, B], [Y, LABELS], verbose=0, return_dict=True)
    assert list(logs) == ["loss", "value_loss", "label_loss"]
    assert logs["value_loss"] == pytest.approx(mse, rel=1e-5)
    assert logs["label_loss"] == pytest.approx(entropy, rel=1e-5)
    assert logs["loss"] == pytest.approx(2 * mse + 0.5 * entropy, rel=1e-5)
    history = model.fit([A, B], [Y, LABELS], epochs=4, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_dictionaries_by_name_everywhere() -> None:
    as_list, as_dict = _two_in_two_out(), _two_in_two_out()
    as_list.compile("sgd", ["mse", "sparse_categorical_crossentropy"], loss_weights=[2.0, 0.5])
    as_dict.compile(
        "sgd",
        {"label": "sparse_categorical_crossentropy", "value": "mse"},
        loss_weights={"label": 0.5, "value": 2.0},
    )
    expected = as_list.fit([A, B], [Y, LABELS], epochs=2, shuffle=False, verbose=0).history
    got = as_dict.fit({"b": B, "a": A}, {"label": LABELS, "value": Y}, epochs=2, shuffle=False, verbose=0).history
    assert got == expected


def test_a_model_of_dictionaries() -> None:
    model = _two_in_two_out("dict")
    model.compile("sgd", {"label": "sparse_categorical_crossentropy", "value": "mse"})
    outputs = model.predict({"a": A, "b": B}, batch_size=5)
    assert sorted(outputs) == ["label", "value"]
    assert outputs["label"].shape == (12, 4)
    logs = model.evaluate({"a": A, "b": B}, {"value": Y, "label": LABELS}, verbose=0, return_dict=True)
    assert logs["value_loss"] == pytest.approx(float(np.mean((outputs["value"] - Y) ** 2)), rel=1e-5)
    assert logs["loss"] == pytest.approx(logs["value_loss"] + logs["label_loss"], rel=1e-5)


def test_a_subclass_that_returns_a_dictionary() -> None:
    class Heads(pk.Model):
        def __init__(self) -> None:
            super().__init__()
            self.value, self.label = layers.Dense(1), layers.Dense(4, activation="softmax")

        def call(self, inputs: Any) -> Any:
            return {"value": self.value(inputs), "label": self.label(inputs)}

    model = Heads()
    model.compile("sgd", {"value": "mse", "label": "sparse_categorical_crossentropy"}, metrics={"label": ["accuracy"]})
    logs = model.fit(A, {"value": Y, "label": LABELS}, epochs=2, verbose=0).history
    assert sorted(logs) == ["label_accuracy", "label_loss", "loss", "value_loss"]
    assert logs["loss"][0] == pytest.approx(logs["value_loss"][0] + logs["label_loss"][0], rel=1e-5)
    assert sorted(model.predict(A)) == ["label", "value"]


def test_a_shared_output_layer_has_a_loss_for_each_use() -> None:
    a, b = pk.Input((3,)), pk.Input((3,))
    shared = layers.Dense(1, name="head")
    model = pk.Model([a, b], [shared(a), shared(b)])
    model.compile(optimizers.SGD(0.0), "mse")
    logs = model.evaluate([A, 2 * A], [Y, Y], verbose=0, return_dict=True)
    first, second = model.predict([A, 2 * A])
    assert logs["head_loss"] == pytest.approx(float(np.mean((first - Y) ** 2)), rel=1e-5)
    assert logs["head_1_loss"] == pytest.approx(float(np.mean((second - Y) ** 2)), rel=1e-5)


def test_metrics_carry_the_outputs_name() -> None:
    model = _two_in_two_out()
    model.compile(
        "sgd",
        ["mse", "sparse_categorical_crossentropy"],
        metrics={"value": ["mae", metrics.RootMeanSquaredError(name="rmse")], "label": "accuracy"},
    )
    names = ["loss", "value_mae", "value_rmse", "label_accuracy", "value_loss", "label_loss"]
    logs = model.evaluate([A, B], [Y, LABELS], verbose=0, return_dict=True)
    assert sorted(logs) == sorted(names)
    value, label = model.predict([A, B])
    assert logs["value_mae"] == pytest.approx(float(np.abs(value - Y).mean()), rel=1e-5)
    assert logs["value_rmse"] == pytest.approx(float(np.sqrt(((value - Y) ** 2).mean())), rel=1e-5)
    assert logs["label_accuracy"] == pytest.approx(float((label.argmax(-1) == LABELS).mean()))


def test_metrics_as_a_list_for_each_output() -> None:
    model = _two_in_two_out()
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"], metrics=[["mae"], ["accuracy"]])
    assert {"value_mae", "label_accuracy"} <= set(model.evaluate([A, B], [Y, LABELS], verbose=0, return_dict=True))


def test_weighted_metrics_see_the_weights_and_others_do_not() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    weight = np.arange(12, dtype="float32")
    plain, weighted = metrics.MeanAbsoluteError("plain"), metrics.MeanAbsoluteError("weighted")
    model.compile("sgd", "mse", metrics=[plain], weighted_metrics=[weighted])
    logs = model.evaluate(A, Y, sample_weight=weight, verbose=0, return_dict=True)
    errors = np.abs(model.predict(A) - Y)[:, 0]
    assert logs["plain"] == pytest.approx(float(errors.mean()), rel=1e-5)
    assert logs["weighted"] == pytest.approx(float((errors * weight).sum() / weight.sum()), rel=1e-5)


def test_an_output_without_a_loss_is_predicted_only() -> None:
    model = _two_in_two_out()
    model.compile("sgd", {"value": "mse"})
    before = model.get_layer("label").get_weights()
    model.fit([A, B], {"value": Y}, epochs=1, verbose=0)
    np.testing.assert_array_equal(model.get_layer("label").get_weights()[0], before[0])
    assert model.evaluate([A, B], {"value": Y}, verbose=0, return_dict=True)["loss"] >= 0


def test_weights_for_each_output() -> None:
    model = _two_in_two_out()
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"])
    nothing = np.zeros(12, "float32")
    logs = model.evaluate([A, B], [Y, LABELS], sample_weight=[nothing, nothing + 1], verbose=0, return_dict=True)
    assert logs["value_loss"] == 0
    assert logs["loss"] == pytest.approx(_losses(model)[1], rel=1e-5)


def test_a_shared_layer_gets_the_gradient_of_all_its_uses() -> None:
    a, b = pk.Input((3,)), pk.Input((3,))
    shared = layers.Dense(1, use_bias=False)
    model = pk.Model([a, b], layers.Add()([shared(a), shared(b)]))
    assert len(model.weights) == 1
    model.compile(optimizers.SGD(0.1), "mse")
    kernel = model.get_weights()[0]
    second = A[::-1].copy()
    total = A + second
    error = total @ kernel - Y
    model.fit([A, second], Y, batch_size=12, epochs=1, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.1 * 2 * total.T @ error / 12, rtol=1e-4, atol=1e-6)


def test_nested_models_train_together() -> None:
    inner = pk.Sequential([pk.Input((3,)), layers.Dense(4, "tanh")])
    x = pk.Input((3,))
    model = pk.Model(x, layers.Dense(1)(inner(x)))
    model.compile(optimizers.SGD(0.1), "mse")
    before = inner.get_weights()
    history = model.fit(A, Y, epochs=3, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert not np.array_equal(inner.get_weights()[0], before[0])
    assert len(model.trainable_weights) == 4


class _Penalised(layers.Layer):
    def call(self, inputs: Any) -> Any:
        self.add_loss(pk.ops.mean(pk.ops.square(inputs)))
        return inputs


def test_losses_of_layers_and_regularizers_are_part_of_the_loss() -> None:
    model = pk.Sequential(
        [
            pk.Input((3,)),
            layers.Dense(2, kernel_regularizer="l2", activity_regularizer=pk.regularizers.L1(0.1)),
            _Penalised(),
            layers.Dense(1),
        ]
    )
    model.compile(optimizers.SGD(0.0), "mse")
    kernel, bias, *_ = model.get_weights()
    hidden = A @ kernel + bias
    expected = (
        np.mean((model.predict(A) - Y) ** 2)
        + 0.01 * np.sum(kernel**2)
        + 0.1 * np.sum(np.abs(hidden)) / 12
        + np.mean(hidden**2)
    )
    assert model.fit(A, Y, epochs=1, verbose=0).history["loss"][0] == pytest.approx(float(expected), rel=1e-5)
    assert model.evaluate(A, Y, verbose=0) == pytest.approx(float(expected), rel=1e-5)


def test_a_model_whose_only_loss_is_added_needs_no_targets() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2), _Penalised()])
    model.compile(optimizers.SGD(0.5))
    losses = model.fit(A, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("targets", [Y, [Y], {"value": Y, "wrong": Y}, [Y, LABELS, Y]])
def test_targets_that_do_not_match_the_outputs(targets: Any) -> None:
    model = _two_in_two_out()
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"])
    with pytest.raises(ArgumentError, match=r"value.*label"):
        model.fit([A, B], targets, verbose=0)


def test_losses_that_do_not_match_the_outputs() -> None:
    model = _two_in_two_out()
    model.compile("sgd", ["mse"])
    with pytest.raises(ArgumentError, match=r"loss: 1 given for 2 outputs \['value', 'label'\]"):
        model.fit([A, B], [Y, LABELS], verbose=0)
