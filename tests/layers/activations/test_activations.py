"""Activation layers."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.array([[-2.0, -0.5, 0.0], [0.3, 1.0, 3.0]], "float32")


def test_relu():
    np.testing.assert_array_equal(layers.ReLU()(X), np.maximum(X, 0))
    y = layers.ReLU(max_value=2.0, negative_slope=0.5, threshold=0.4)(X)
    np.testing.assert_allclose(y, [[-1.2, -0.45, -0.2], [-0.05, 1, 2]], rtol=1e-6)


def test_elu_and_leaky_relu():
    np.testing.assert_allclose(layers.ELU(0.5)(X), np.where(X > 0, X, 0.5 * np.expm1(X)), rtol=1e-6)
    np.testing.assert_allclose(layers.LeakyReLU()(X), np.where(X > 0, X, 0.3 * X), rtol=1e-6)


def test_the_former_name_of_the_slope():
    with pytest.warns(DeprecationWarning, match="negative_slope"):
        layer = layers.LeakyReLU(alpha=0.1)
    assert layer.negative_slope == 0.1


def test_prelu():
    layer = layers.PReLU()
    layer.build(X.shape)
    assert layer.alpha.shape == (3,)
    layer.set_weights([np.array([0.1, 0.2, 0.3], "float32")])
    np.testing.assert_allclose(layer(X), np.where(X > 0, X, [0.1, 0.2, 0.3] * X), rtol=1e-6)


def test_prelu_with_shared_axes():
    layer = layers.PReLU("ones", alpha_constraint="non_neg", shared_axes=[1, 2])
    assert layer(layers.Input((None, None, 3))).shape == (None, None, None, 3)
    assert layer.alpha.shape == (1, 1, 3)
    assert layer.alpha.constraint is not None
    assert layers.PReLU(shared_axes=1).shared_axes == [1]
    with pytest.raises(ShapeError, match="size 3 along axis 3"):
        layer(np.zeros((1, 2, 2, 4), "float32"))


def test_softmax():
    e = np.exp(X)
    np.testing.assert_allclose(layers.Softmax()(X), e / e.sum(-1, keepdims=True), rtol=1e-6)
    np.testing.assert_allclose(layers.Softmax((0, 1))(X), e / e.sum(), rtol=1e-6)


@pytest.mark.parametrize("kind", ["bool", "float32"])
def test_softmax_with_a_mask(kind):
    mask = np.array([[1, 0, 1], [0, 0, 0]], kind)
    e = np.exp([-2, 0])
    y = layers.Softmax()(X, mask=mask)
    np.testing.assert_allclose(y, [[e[0] / e.sum(), 0, e[1] / e.sum()], [0, 0, 0]], rtol=1e-6)
    with pytest.raises(ShapeError, match=r"'s': a mask of shape \(2, 2\) does not broadcast to the input \(2, 3\)"):
        layers.Softmax(name="s")(X, mask=mask[:, :2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.ReLU(max_value=-1), "ReLU: max_value must be a finite number of at least 0, got -1"),
        (lambda: layers.ReLU(negative_slope=None), "ReLU: negative_slope must be"),
        (lambda: layers.ReLU(threshold=-0.1), "ReLU: threshold must be"),
        (lambda: layers.LeakyReLU(-0.1), "LeakyReLU: negative_slope must be"),
        (lambda: layers.PReLU(shared_axes=[0]), "PReLU: shared_axes are counted from 1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_shapes_that_do_not_fit():
    with pytest.raises(ArgumentError, match=r"'p': there are no shared_axes \[2\] in an input of shape \(2, 3\)"):
        layers.PReLU(shared_axes=[2], name="p")(X)
    with pytest.raises(ShapeError, match="needs to know the size along axis 1"):
        layers.PReLU()(layers.Input((None, 3)))
