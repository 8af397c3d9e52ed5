"""Pooling over windows and over whole axes."""

import itertools

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError


def _pool(x, size, strides, padding, reduce):
    """Channels-last pooling, one window at a time; what lies outside does not count."""
    befores, out = [], []
    for n, k, s in zip(x.shape[1:-1], size, strides, strict=True):
        count = -(-n // s) if padding == "same" else (n - k) // s + 1
        befores.append(max((count - 1) * s + k - n, 0) // 2 if padding == "same" else 0)
        out.append(count)
    y = np.zeros((x.shape[0], *out, x.shape[-1]))
    for position in itertools.product(*map(range, out)):
        starts = [p * s - b for p, s, b in zip(position, strides, befores, strict=True)]
        window = tuple(slice(max(a, 0), a + k) for a, k in zip(starts, size, strict=True))
        y[(slice(None), *position)] = reduce(x[(slice(None), *window)], axis=tuple(range(1, x.ndim - 1)))
    return y


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("size", "strides"), [((2,), None), ((3,), (1,)), ((2, 3), None), ((3, 2), (1, 2)), ((2, 3, 1), (1, 2, 2))]
)
@pytest.mark.parametrize("kind", ["Max", "Average"])
def test_against_windows_written_out(kind, size, strides, padding, data_format):
    rank = len(size)
    x = np.random.default_rng(0).normal(size=(*(2, 7, 6, 3)[: rank + 1], 3)) - 5  # zeros of padding would win
    layer = getattr(layers, f"{kind}Pooling{rank}D")(size, strides, padding, data_format, dtype="float64")
    given = x if data_format == "channels_last" else np.moveaxis(x, -1, 1)
    y = layer(given)
    y = y if data_format == "channels_last" else np.moveaxis(y, 1, -1)
    reduce = np.max if kind == "Max" else np.mean
    np.testing.assert_allclose(y, _pool(x, size, strides or size, padding, reduce), atol=1e-12)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("kind", "reduce"), [("Max", np.max), ("Average", np.mean)])
def test_global_pooling(kind, reduce, rank, keepdims, data_format):
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 6, 3)[: rank + 2])
    layer = getattr(layers, f"Global{kind}Pooling{rank}D")(data_format, keepdims, dtype="float64")
    first = 1 if data_format == "channels_last" else 2
    expected = reduce(x, axis=tuple(range(first, first + rank)), keepdims=keepdims)
    np.testing.assert_allclose(layer(x), expected, atol=1e-12)


def test_masked_steps_do_not_count_in_a_global_average():
    x = np.arange(12, dtype="float32").reshape(2, 3, 2)
    mask = np.array([[True, False, True], [False, True, False]])
    layer = layers.GlobalAveragePooling1D()
    np.testing.assert_allclose(layer(x, mask=mask), [[2, 3], [8, 9]])
    first = layers.GlobalAveragePooling1D("channels_first", keepdims=True)
    np.testing.assert_allclose(first(np.swapaxes(x, 1, 2), mask=mask), [[[2], [3]], [[8], [9]]])
    with pytest.raises(ShapeError, match=r"expects a mask of shape \(2, 3\), got \(2, 2\)"):
        layer(x, mask=mask[:, :2])


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("size", [(3,), (7,), (9,), (2, 4), (7, 1), (2, 3, 2)])
@pytest.mark.parametrize(("kind", "reduce"), [("Max", np.max), ("Average", np.mean)])
def test_adaptive_pooling(kind, reduce, size, data_format):
    rank = len(size)
    x = np.random.default_rng(0).normal(size=(*(2, 7, 6, 3)[: rank + 1], 3))
    expected = np.zeros((2, *size, 3))
    for position in itertools.product(*map(range, size)):
        window = tuple(
            slice(i * m // n, -(-(i + 1) * m // n)) for i, m, n in zip(position, x.shape[1:-1], size, strict=True)
        )
        expected[(slice(None), *position)] = reduce(x[(slice(None), *window)], axis=tuple(range(1, rank + 1)))
    layer = getattr(layers, f"Adaptive{kind}Pooling{rank}D")(size, data_format, dtype="float64")
    y = layer(x if data_format == "channels_last" else np.moveaxis(x, -1, 1))
    np.testing.assert_allclose(y if data_format == "channels_last" else np.moveaxis(y, 1, -1), expected, atol=1e-12)


def test_an_average_of_same_padding_counts_what_is_inside():
    """As Keras 3.15 does on JAX and TensorFlow."""
    x = np.array([1, 2, 3, 4, 5], "float32").reshape(1, 5, 1)
    assert np.ravel(layers.AveragePooling1D(3, 2, "same")(x)).tolist() == [1.5, 3, 4.5]


def test_shapes_and_arguments_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"'pool' expects an input of rank 4, got shape \(None, 5, 3\)"):
        layers.MaxPooling2D(name="pool")(layers.Input((5, 3)))
    with pytest.raises(ShapeError, match=r"'pool': a window of \(3,\) does not fit into the input \(1, 2, 3\)"):
        layers.MaxPooling1D(3, name="pool")(np.zeros((1, 2, 3), "float32"))
    with pytest.raises(ShapeError, match=r"rank 3"):
        layers.GlobalMaxPooling1D()(layers.Input((5,)))
    with pytest.raises(ArgumentError, match="AveragePooling2D: pool_size must be a positive int or 2 of them"):
        layers.AveragePooling2D(-1)
    with pytest.raises(ArgumentError, match="MaxPooling1D: padding must be 'valid' or 'same', got 'full'"):
        layers.MaxPooling1D(padding="full")
    with pytest.raises(ArgumentError, match="AdaptiveMaxPooling2D: output_size must be a positive int or 2 of them"):
        layers.AdaptiveMaxPooling2D((1, 2, 3))
    with pytest.raises(ShapeError, match=r"'adaptive' expects an input of rank 5, got shape \(None, 5, 4, 3\)"):
        layers.AdaptiveAveragePooling3D(2, name="adaptive")(layers.Input((5, 4, 3)))
