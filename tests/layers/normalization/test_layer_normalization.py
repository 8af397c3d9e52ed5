"""Normalisation of each example: over features, groups of channels, to length 1."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, size=(3, 4, 6, 8))


def _filled(layer):
    layer.build(X.shape)
    layer.set_weights([RNG.normal(size=v.shape) for v in layer.weights])
    return layer


def _along(weight, axes):
    return weight.numpy().reshape([d if i in axes else 1 for i, d in enumerate(X.shape)])


@pytest.mark.parametrize("axis", [-1, 1, [1, 2], (-1, -3), [1, 2, 3]])
def test_over_features(axis):
    axes = tuple(a % 4 for a in np.atleast_1d(axis))
    sizes = tuple(X.shape[a] for a in sorted(axes))
    layer = _filled(layers.LayerNormalization(axis, epsilon=0.1, dtype="float64"))
    assert layer.gamma.shape == layer.beta.shape == sizes
    mean, variance = X.mean(axes, keepdims=True), X.var(axes, keepdims=True)
    y = (X - mean) / np.sqrt(variance + 0.1)
    np.testing.assert_allclose(layer(X), y * _along(layer.gamma, axes) + _along(layer.beta, axes), atol=1e-12)
    plain = layers.LayerNormalization(axis, 0.1, center=False, scale=False, dtype="float64")
    np.testing.assert_allclose(plain(X), y, atol=1e-12)
    assert plain.weights == []
    rms = _filled(layers.RMSNormalization(axis, 0.1, dtype="float64"))
    y = X / np.sqrt((X**2).mean(axes, keepdims=True) + 0.1) * _along(rms.scale, axes)
    np.testing.assert_allclose(rms(X), y, atol=1e-12)
    unit = layers.UnitNormalization(axis, dtype="float64")(X)
    np.testing.assert_allclose(unit, X / np.sqrt((X**2).sum(axes, keepdims=True)), atol=1e-12)


def test_the_older_scaling():
    with pytest.warns(DeprecationWarning, match="use RMSNormalization"):
        layer = _filled(layers.LayerNormalization(rms_scaling=True, dtype="float64"))
    y = X / np.sqrt(X.var(-1, keepdims=True) + 1e-3) * layer.gamma.numpy()
    np.testing.assert_allclose(layer(X), y, atol=1e-12)
    assert layer.beta is None and layer.get_config()["rms_scaling"] is True


@pytest.mark.parametrize(("groups", "axis"), [(1, -1), (2, -1), (8, 3), (-1, -1), (2, 1), (3, 2), (2, -2)])
def test_over_groups(groups, axis):
    layer = _filled(layers.GroupNormalization(groups, axis, epsilon=0.1, dtype="float64"))
    last = np.moveaxis(X, axis, -1)
    channels = last.shape[-1]
    parts = last.reshape(*last.shape[:-1], channels if groups == -1 else groups, -1)
    over = (1, 2, 4)
    y = (parts - parts.mean(over, keepdims=True)) / np.sqrt(parts.var(over, keepdims=True) + 0.1)
    y = y.reshape(last.shape) * layer.gamma.numpy() + layer.beta.numpy()
    np.testing.assert_allclose(layer(X), np.moveaxis(y, -1, axis), atol=1e-12)


@pytest.mark.parametrize("make", [layers.LayerNormalization, lambda **o: layers.GroupNormalization(2, **o)])
def test_half_precision_is_normalised_in_single(make):
    x = (X * 100 + 3000).astype("float16")  # the squares overflow in half precision
    half, single = make(dtype="mixed_float16"), make(dtype="float32")
    assert {v.dtype for v in half.weights} <= {"float32"}
    y = half(x)
    assert ops.dtype(y) == "float16"
    np.testing.assert_array_equal(y, ops.cast(single(x.astype("float32")), "float16"))


def test_masks_go_on():
    for layer in (layers.LayerNormalization(), layers.GroupNormalization(2), layers.UnitNormalization()):
        x = ops.convert_to_tensor(X[:, 0].astype("float32"))
        mask = ops.convert_to_tensor(np.ones((3, 6), bool))
        masking.set_mask(x, mask)
        assert masking.get_mask(layer(x)) is mask


def test_bad_arguments_and_shapes():
    for cls in (layers.LayerNormalization, layers.RMSNormalization, layers.UnitNormalization):
        with pytest.raises(ArgumentError, match=rf"{cls.__name__}: axis must be an int or a list of ints, got 'x'"):
            cls(axis="x")
    with pytest.raises(ValueError, match="axis 4 is out of range"):
        layers.LayerNormalization(4).build(X.shape)
    with pytest.raises(ShapeError, match="'norm' needs to know the sizes along axis -1"):
        layers.LayerNormalization(name="norm").build((None, None))
    with pytest.raises(ArgumentError, match="groups must be a positive int, or -1"):
        layers.GroupNormalization(0)
    with pytest.raises(ShapeError, match="8 channels do not fall into 3 equal groups"):
        layers.GroupNormalization(3).build(X.shape)
    with pytest.raises(ShapeError, match=r"'norm': axis 0 of .* is that of the batch"):
        layers.GroupNormalization(1, 0, name="norm").build(X.shape)
