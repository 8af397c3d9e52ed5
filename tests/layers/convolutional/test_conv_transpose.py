"""Transposed convolutions against sums written out."""

import itertools

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError


def _size(n, k, stride, dilation, padding, extra):
    """Size of the result along an axis, and what is cut off before it."""
    reach = (k - 1) * dilation + 1
    if padding == "valid":
        return (n - 1) * stride + reach + (max(stride - reach, 0) if extra is None else extra), 0
    if extra is None:
        return n * stride, max(reach - stride, 0) // 2
    return (n - 1) * stride + reach % 2 + extra, max(reach - reach % 2 - extra, 0) // 2


def _transposed(x, kernel, strides, dilation, padding, extra):
    """Each element of channels-last x puts the kernel, times itself, where it belongs in the result."""
    window, filters = kernel.shape[:-2], kernel.shape[-2]
    spatial = x.shape[1:-1]
    axes = [
        _size(n, k, s, d, padding, e) for n, k, s, d, e in zip(spatial, window, strides, dilation, extra, strict=True)
    ]
    y = np.zeros((x.shape[0], *(size for size, _ in axes), filters))
    for position in itertools.product(*map(range, spatial)):
        for offset in itertools.product(*map(range, window)):
            place = [
                p * s + o * d - before
                for p, s, o, d, (_, before) in zip(position, strides, offset, dilation, axes, strict=True)
            ]
            if all(0 <= p < size for p, (size, _) in zip(place, axes, strict=True)):
                y[(slice(None), *place)] += x[(slice(None), *position)] @ kernel[offset].T
    return y


CASES = [
    {"kernel_size": (3,)},
    {"kernel_size": (2,), "strides": (3,)},
    {"kernel_size": (3,), "strides": (2,), "padding": "same"},
    {"kernel_size": (3,), "padding": "same", "dilation_rate": (2,)},
    {"kernel_size": (2,), "strides": (3,), "padding": "same", "output_padding": (2,)},
    {"kernel_size": (3, 2), "strides": (2, 1)},
    {"kernel_size": (3, 3), "strides": (2, 2), "padding": "same", "output_padding": (1, 0)},
    {"kernel_size": (4, 3), "strides": (2, 3), "output_padding": (0, 1)},
    {"kernel_size": (2, 3), "dilation_rate": (1, 2)},
    {"kernel_size": (2, 2, 1), "strides": (2, 1, 2), "padding": "same"},
]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("options", CASES, ids=str)
def test_against_sums_written_out(options, data_format):
    rank = len(options["kernel_size"])
    rng = np.random.default_rng(0)
    x = rng.normal(size=(*(2, 4, 3, 2)[: rank + 1], 3))
    layer = getattr(layers, f"Conv{rank}DTranspose")(5, data_format=data_format, dtype="float64", **options)
    given = x if data_format == "channels_last" else np.moveaxis(x, -1, 1)
    layer.build(given.shape)
    assert layer.kernel.shape == (*options["kernel_size"], 5, 3)
    kernel, bias = rng.normal(size=layer.kernel.shape), rng.normal(size=5)
    layer.set_weights([kernel, bias])
    y = layer(given)
    y = y if data_format == "channels_last" else np.moveaxis(y, 1, -1)
    expected = _transposed(
        x,
        kernel,
        options.get("strides", (1,) * rank),
        options.get("dilation_rate", (1,) * rank),
        options.get("padding", "valid"),
        options.get("output_padding", (None,) * rank),
    )
    np.testing.assert_allclose(y, expected + bias, atol=1e-12)


def test_numbers_of_keras():
    """As Keras 3.15 computes them: where "same" cuts off an odd element, it is the last."""
    x = np.arange(1, 4, dtype="float32").reshape(1, 3, 1)
    layer = layers.Conv1DTranspose(1, 3, strides=2, padding="same", use_bias=False)
    layer.build(x.shape)
    layer.set_weights([np.array([1.0, 10.0, 100.0], "float32").reshape(3, 1, 1)])
    assert np.ravel(layer(x)).tolist() == [1, 10, 102, 20, 203, 30]


def test_unknown_sizes_stay_unknown():
    layer = layers.Conv2DTranspose(3, 4, strides=2, padding="same")
    assert layer(layers.Input((None, 5, 2))).shape == (None, None, 10, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Conv1DTranspose(0, 3), "Conv1DTranspose: filters must be a positive int"),
        (lambda: layers.Conv2DTranspose(4, 3, 2, output_padding=2), r"must be less than the stride .* \(2, 2\)"),
        (lambda: layers.Conv2DTranspose(4, 3, 2, output_padding=-1), "output_padding must be an int of at least 0"),
        (lambda: layers.Conv2DTranspose(4, 3, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: layers.Conv1DTranspose(4, 3, padding="causal"), "padding must be 'valid' or 'same'"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"'up' expects an input of rank 4, got shape \(None, 5, 3\)"):
        layers.Conv2DTranspose(2, 3, name="up")(layers.Input((5, 3)))
    with pytest.raises(ShapeError, match="needs to know the size along axis 1"):
        layers.Conv1DTranspose(2, 3, data_format="channels_first")(layers.Input((None, 5)))
