"""Losses that are taken on what probabilities were made of."""

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, losses, ops
from polykeras.logits import activated, logits_of, noted_logits

CASES = {
    "categorical_crossentropy": ("softmax", np.eye(3, dtype="float32")),
    "sparse_categorical_crossentropy": ("softmax", np.arange(3)),
    "binary_crossentropy": ("sigmoid", np.array([[0, 1, 0], [1, 1, 0], [0, 0, 1]], "float32")),
}


def test_logits_are_noted_inside_the_scope_only():
    x = ops.ones((2, 3))
    with noted_logits():
        y = activated(ops.softmax, x)
        assert logits_of(y, ops.softmax) is x
        assert logits_of(y, ops.sigmoid) is None
        assert logits_of(activated(ops.tanh, x), ops.tanh) is None
    assert logits_of(y, ops.softmax) is None


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scale", [1.0, 60.0])  # at 60 probabilities are 0 and 1, which the losses clip
def test_loss_and_gradient_are_those_of_the_probabilities(name, scale):
    activation, target = CASES[name]
    logits = ops.convert_to_tensor(scale * np.random.default_rng(0).normal(size=(3, 3)), "float64")

    def loss(x, noted):
        y = activated(getattr(ops, activation), x)
        if not noted:
            y = ops.add(y, 0.0)
        return ops.mean(getattr(losses, name)(target, y))

    with noted_logits():
        direct, plain = (ops.value_and_grad(lambda x, n=n: loss(x, n))(logits) for n in (True, False))
    np.testing.assert_allclose(direct[0], plain[0], rtol=1e-7)
    np.testing.assert_allclose(direct[1], plain[1], atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_a_step_does_not_take_the_logarithm_of_probabilities(name, monkeypatch):
    activation, target = CASES[name]
    asked = []
    for op in CASES:
        real = getattr(ops, op)
        monkeypatch.setattr(
            ops,
            op,
            lambda t, y, from_logits=False, *a, real=real: asked.append(from_logits) or real(t, y, from_logits, *a),
        )
    model = pk.Sequential([pk.Input((4,)), layers.Dense(3, activation=activation)])
    model.compile("sgd", name)
    x = np.ones((3, 4), "float32")
    model.fit(x, target, verbose=0)
    model.evaluate(x, target, verbose=0)
    assert all(asked)
    assert asked or name == "categorical_crossentropy"  # which is one op, softmax_crossentropy


@pytest.mark.parametrize("name", CASES)
def test_evaluate_is_the_loss_of_what_is_predicted(name):
    activation, target = CASES[name]
    model = pk.Sequential([pk.Input((4,)), layers.Dense(3), layers.Activation(activation)])
    model.compile("sgd", name)
    x = 9 * np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    expected = np.mean(getattr(losses, name)(target, model.predict(x, verbose=0)))
    assert model.evaluate(x, target, verbose=0) == pytest.approx(float(expected), rel=1e-5)
