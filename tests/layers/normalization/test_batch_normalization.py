"""`BatchNormalization`: statistics of the batch, moving averages, masks."""

import numpy as np
import pytest

from polykeras import layers, ops
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(3, 2, size=(6, 4, 3))


def _layer(*args, **options):
    layer = layers.BatchNormalization(*args, dtype="float64", **options)
    layer.build(X.shape)
    return layer


@pytest.mark.parametrize("axis", [-1, 1, 2])
def test_training_uses_the_batch(axis):
    layer = _layer(axis, epsilon=0.01)
    n = X.shape[axis]
    gamma, beta = np.linspace(1, 2, n), np.linspace(-1, 1, n)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    over = tuple(i for i in range(3) if i != axis % 3)
    mean, variance = X.mean(over, keepdims=True), X.var(over, keepdims=True)
    along = [1, 1, 1]
    along[axis] = n
    expected = (X - mean) / np.sqrt(variance + 0.01) * gamma.reshape(along) + beta.reshape(along)
    np.testing.assert_allclose(layer(X, training=True), expected, atol=1e-12)


def test_moving_averages_follow_and_are_used_in_inference():
    layer = _layer(momentum=0.9)
    layer(X, training=True)
    mean, variance = X.mean((0, 1)), X.var((0, 1))
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * mean, atol=1e-12)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.9 + 0.1 * variance, atol=1e-12)
    before = layer.get_weights()
    expected = (X - 0.1 * mean) / np.sqrt(0.9 + 0.1 * variance + 1e-3)
    np.testing.assert_allclose(layer(X), expected, atol=1e-12)
    for a, b in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_frozen_layer_does_not_follow():
    layer = _layer()
    layer.trainable = False
    np.testing.assert_array_equal(layer(X, training=True), layer(X))
    assert layer.moving_mean.numpy().tolist() == [0, 0, 0]
    assert layer.trainable_weights == []


def test_masked_steps_do_not_count():
    layer = _layer(momentum=0.0)
    mask = np.random.default_rng(1).random((6, 4)) < 0.6
    y = layer(X, training=True, mask=mask)
    included = X[mask]
    np.testing.assert_allclose(layer.moving_mean.numpy(), included.mean(0), rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), included.var(0), rtol=1e-6)
    np.testing.assert_allclose(y, (X - included.mean(0)) / np.sqrt(included.var(0) + 1e-3), rtol=1e-5)
    with pytest.raises(ShapeError, match=r"one axis less than its input \(6, 4, 3\), got \(6,\)"):
        layer(X, training=True, mask=mask[:, 0])


def test_state_is_an_output_of_the_stateless_call():
    layer = _layer(momentum=0.5)
    weights, state = ([v.numpy() for v in vs] for vs in (layer.trainable_variables, layer.non_trainable_variables))
    _, new = layer.stateless_call(weights, state, X, training=True)
    np.testing.assert_allclose(new[0], 0.5 * X.mean((0, 1)), atol=1e-12)
    assert layer.moving_mean.numpy().tolist() == [0, 0, 0]


def test_center_and_scale():
    assert [v.name for v in _layer(center=False).weights] == ["gamma", "moving_mean", "moving_variance"]
    assert [v.name for v in _layer(scale=False).weights] == ["beta", "moving_mean", "moving_variance"]
    assert [v.trainable for v in _layer().weights] == [True, True, False, False]


def test_half_precision_inputs_are_normalised_in_single():
    layer = layers.BatchNormalization(dtype="mixed_float16", epsilon=1e-6)
    x = np.array([[300.0], [301.0], [302.0], [303.0]], "float16")  # the squares do not fit float16
    y = layer(x, training=True)
    assert str(y.dtype) == "float16"
    np.testing.assert_allclose(np.asarray(y, "float64"), (x - 301.5) / np.sqrt(1.25), atol=2e-3)
    assert float(layer.moving_mean.numpy()[0]) == pytest.approx(3.015)


def test_gradient_of_a_normalised_batch_ignores_shifts():
    layer = _layer()
    weights = np.random.default_rng(2).normal(size=X.shape)

    def loss(xs):
        return ops.sum(layer(xs[0], training=True) * weights)

    _, (gradient,) = ops.value_and_grad(loss)([X])
    np.testing.assert_allclose(gradient.sum((0, 1)), 0, atol=1e-10)


def test_bad_arguments_and_shapes():
    with pytest.raises(ArgumentError, match="BatchNormalization: momentum must be a number from 0 to 1"):
        layers.BatchNormalization(momentum=1.5)
    with pytest.raises(ArgumentError, match="renorm_clipping is a dictionary with any of rmin, rmax, dmax, got"):
        layers.BatchNormalization(renorm=True, renorm_clipping={"max": 2})
    with pytest.raises(ArgumentError, match="rmin must not exceed rmax"):
        layers.BatchNormalization(renorm=True, renorm_clipping={"rmin": 2, "rmax": 1})
    with pytest.raises(ArgumentError, match=r"'norm'.*axis 3 is out of range"):
        layers.BatchNormalization(3, name="norm")(layers.Input((2,)))
    layer = layers.BatchNormalization(name="norm")
    layer.build((None, 3))
    with pytest.raises(ShapeError, match=r"'norm' expects .*size 3 along axis -1, got shape \(2, 4\)"):
        layer(np.zeros((2, 4), "float32"))


@pytest.mark.parametrize("bounds", [None, {"rmin": 0.9, "rmax": 1.1, "dmax": 0.3}])
def test_batch_renormalization(bounds):
    layer = _layer(momentum=0.9, renorm=True, renorm_clipping=bounds, renorm_momentum=0.8)
    gamma, beta = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, -1.0])
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    layer.renorm_mean.assign([2.5, 3.0, 3.5])
    layer.renorm_stddev.assign([1.5, 2.0, 2.5])
    mean, stddev = X.mean((0, 1)), np.sqrt(X.var((0, 1)) + 1e-3)
    r, d = stddev / [1.5, 2.0, 2.5], (mean - [2.5, 3.0, 3.5]) / [1.5, 2.0, 2.5]
    if bounds:
        r, d = np.clip(r, 0.9, 1.1), np.clip(d, -0.3, 0.3)
    y = layer(X, training=True)
    np.testing.assert_allclose(y, ((X - mean) / stddev * r + d) * gamma + beta, atol=1e-12)
    np.testing.assert_allclose(layer.renorm_mean.numpy(), 0.8 * np.array([2.5, 3.0, 3.5]) + 0.2 * mean, atol=1e-12)
    np.testing.assert_allclose(layer.renorm_stddev.numpy(), 0.8 * np.array([1.5, 2.0, 2.5]) + 0.2 * stddev, atol=1e-12)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * mean, atol=1e-12)
    moving = 0.9 + 0.1 * stddev
    np.testing.assert_allclose(layer.moving_stddev.numpy(), moving, atol=1e-12)
    np.testing.assert_allclose(layer.moving_variance.numpy(), moving**2 - 1e-3, atol=1e-12)
    np.testing.assert_allclose(layer(X), (X - 0.1 * mean) / moving * gamma + beta, atol=1e-12)


def test_statistics_of_the_batch_always():
    x = np.random.default_rng(0).normal(2.0, 3.0, size=(6, 4)).astype("float32")
    layer = layers.BatchNormalization(statistics="batch")
    wanted = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3)
    for training in (True, False):
        np.testing.assert_allclose(ops.convert_to_numpy(layer(x, training=training)), wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(4))  # nobody needs the averages
    assert layers.BatchNormalization.from_config(layer.get_config()).statistics == "batch"


def test_statistics_of_each_place():
    x = np.random.default_rng(0).normal(2.0, 3.0, size=(2, 3, 4)).astype("float32")
    layer = layers.BatchNormalization(statistics="sample", epsilon=0.01)
    layer.build(x.shape)
    gamma, beta = np.arange(1.0, 5.0), np.arange(4.0)
    layer.set_weights([gamma, beta, np.zeros(4), np.ones(4)])
    centered = x - x.mean(-1, keepdims=True)
    wanted = gamma * centered / (np.sqrt(x.var(-1, keepdims=True) + 0.01) + 0.01) + beta  # epsilon counts twice
    for training in (True, False):
        np.testing.assert_allclose(ops.convert_to_numpy(layer(x, training=training)), wanted, rtol=1e-4, atol=1e-5)


def test_refused_statistics():
    with pytest.raises(ArgumentError, match="statistics must be one of 'moving', 'batch', 'sample', got 'mean'"):
        layers.BatchNormalization(statistics="mean")
    with pytest.raises(ArgumentError, match="statistics must be 'moving' with renorm, got 'batch'"):
        layers.BatchNormalization(renorm=True, statistics="batch")
    with pytest.raises(ArgumentError, match="along the last axis, which axis 1 of the input"):
        layers.BatchNormalization(axis=1, statistics="sample").build((None, 3, 4))
    assert "statistics" not in layers.BatchNormalization().get_config()  # so that Keras can read it
