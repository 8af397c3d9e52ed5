"""Merging layers and their functional forms."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
A, B, C = (RNG.normal(size=(2, 3, 4)).astype("float32") for _ in range(3))

EXPECTED = {
    "add": A + B + C,
    "multiply": A * B * C,
    "average": (A + B + C) / 3,
    "maximum": np.maximum(np.maximum(A, B), C),
    "minimum": np.minimum(np.minimum(A, B), C),
    "concatenate": np.concatenate([A, B, C], -1),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_layer_and_function(name):
    np.testing.assert_allclose(getattr(layers, name.capitalize())()([A, B, C]), EXPECTED[name], rtol=1e-6)
    np.testing.assert_allclose(getattr(layers, name)([A, B, C]), EXPECTED[name], rtol=1e-6)


def test_subtract():
    np.testing.assert_array_equal(layers.subtract([A, B]), A - B)
    with pytest.raises(ArgumentError, match="'minus' expects two inputs, got 3"):
        layers.Subtract(name="minus")([A, B, C])


def test_functions_name_the_layer_and_take_symbolic_tensors():
    x = layers.Input((3, 4))
    y = layers.add([x, x], name="twice")
    assert y.shape == (None, 3, 4)
    assert y.node.operation.name == "twice"


def test_ranks_that_differ_are_aligned_behind_the_batch():
    np.testing.assert_array_equal(layers.Add()([A, A[:, 0]]), A + A[:, :1])
    assert layers.Add()([layers.Input((3, 4)), layers.Input((4,))]).shape == (None, 3, 4)


def test_concatenate_along_another_axis():
    np.testing.assert_array_equal(layers.concatenate([A, B[:, :1]], axis=1), np.concatenate([A, B[:, :1]], 1))


def test_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"'sum': the shapes \(2, 3, 4\) and \(2, 2, 4\) do not broadcast"):
        layers.Add(name="sum")([A, B[:, :2]])
    with pytest.raises(ShapeError, match=r"'sum': the shapes \(None, 3\) and \(None, 4\) do not broadcast"):
        layers.Add(name="sum")([layers.Input((3,)), layers.Input((4,))])
    with pytest.raises(ShapeError, match=r"'join' .* agree but for axis -1, got \(2, 3, 4\) and \(2, 2, 4\)"):
        layers.Concatenate(name="join")([A, B[:, :2]])
    with pytest.raises(ShapeError, match=r"'join' .* agree but for axis 5"):
        layers.Concatenate(5, name="join")([A, B])
    with pytest.raises(ArgumentError, match=r"'sum' expects a list of tensors, got one of shape \(2, 3, 4\)"):
        layers.Add(name="sum")(A)
    with pytest.raises(ArgumentError, match="expects a list"):
        layers.Concatenate()(A)


def _masked(x, mask):
    x = x.copy()
    masking.set_mask(x, np.array(mask))
    return x


M, N = [[True, False, False], [True, True, False]], [[False, False, True], [True, False, False]]


def test_masks_of_elementwise_layers_are_joined_by_or():
    x, y = _masked(A, M), _masked(B, N)
    np.testing.assert_array_equal(masking.get_mask(layers.Add()([x, y])), np.logical_or(M, N))
    assert masking.get_mask(layers.Add()([x, C])) is None


def test_masks_of_concatenated_inputs():
    x, y = _masked(A, M), _masked(B, N)
    np.testing.assert_array_equal(masking.get_mask(layers.Concatenate()([x, y])), np.logical_or(M, N))
    np.testing.assert_array_equal(masking.get_mask(layers.Concatenate(1)([x, y])), np.concatenate([M, N], 1))
    joined = masking.get_mask(layers.Concatenate(1)([C, x]))
    np.testing.assert_array_equal(joined, np.concatenate([np.ones((2, 3), bool), M], 1))


@pytest.mark.parametrize(
    ("axes", "left", "right", "sums"),
    [
        ((2, 1), (2, 3, 4), (2, 4, 5), "bij,bjk->bik"),
        ((1, 2), (2, 3, 5), (2, 6, 3), "bji,bkj->bik"),
        (1, (2, 4), (2, 4, 3), "bj,bjk->bk"),
        ((3, 1), (2, 3, 5, 4), (2, 4, 2, 3), "bxyj,bjkl->bxykl"),
        (-1, (2, 3, 4), (2, 5, 4), "bij,bkj->bik"),
    ],
)
@pytest.mark.parametrize("normalize", [False, True])
def test_dot(axes, left, right, sums, normalize):
    x, y = RNG.normal(size=left).astype("float32"), RNG.normal(size=right).astype("float32")
    layer = layers.Dot(axes, normalize)
    given = [x, y]
    if normalize:
        pair = axes if isinstance(axes, tuple) else (axes, axes)
        given = [t / np.sqrt((t**2).sum(a, keepdims=True)) for t, a in zip(given, pair, strict=True)]
    np.testing.assert_allclose(layer([x, y]), np.einsum(sums, *given), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(layers.dot([x, y], axes=axes, normalize=normalize), layer([x, y]))


def test_dot_of_vectors_keeps_an_axis():
    x, y = A[:, 0], B[:, 0]
    np.testing.assert_allclose(layers.dot([x, y]), (x * y).sum(-1, keepdims=True), rtol=1e-5)


def test_dot_refuses_what_does_not_fit():
    with pytest.raises(ArgumentError, match=r"axes must be an int or two ints, got \(1, 2, 3\)"):
        layers.Dot((1, 2, 3))
    with pytest.raises(ArgumentError, match="'dot' expects two inputs, got 3"):
        layers.Dot(1, name="dot")([A, B, C])
    with pytest.raises(ArgumentError, match=r"axes \(0, 1\) name the axis of the batch"):
        layers.Dot((0, 1), name="dot")([A, B])
    with pytest.raises(ShapeError, match=r"along the axes \(1, 2\) of the inputs .* differ: 3 and 4"):
        layers.Dot((1, 2), name="dot")([A, B])
    with pytest.raises(ShapeError, match="of one batch size"):
        layers.Dot(1, name="dot")([A, B[:1]])


@pytest.mark.parametrize(("merge", "best"), [("maximum", np.maximum), ("minimum", np.minimum)])
def test_an_extreme_is_among_what_masks_include(merge, best):
    x, y = ops.convert_to_tensor(A), ops.convert_to_tensor(B)
    first, second = np.array([[1, 0, 1], [1, 1, 0]], bool), np.array([[1, 1, 0], [1, 1, 1]], bool)
    for t, mask in ((x, first), (y, second)):
        masking.set_mask(t, ops.convert_to_tensor(mask))
    merged = getattr(layers, merge)([x, y])
    expected = np.where(~first[..., None], B, np.where(~second[..., None], A, best(A, B)))
    np.testing.assert_array_equal(merged, expected)
    assert masking.get_mask(merged).all()
