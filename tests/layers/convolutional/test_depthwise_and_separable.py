"""Depthwise and separable convolutions, channel by channel."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

OPTIONS = [
    (1, {"kernel_size": 3}),
    (1, {"kernel_size": 2, "strides": 2, "padding": "same"}),
    (1, {"kernel_size": 2, "dilation_rate": 3}),
    (2, {"kernel_size": (3, 2)}),
    (2, {"kernel_size": 3, "strides": (2, 1), "padding": "same"}),
    (2, {"kernel_size": (2, 3), "dilation_rate": 2}),
]


def _channel_by_channel(rank, options, x, kernel):
    """Each channel of channels-last x through a `Conv` layer of its own."""
    parts = []
    for c in range(x.shape[-1]):
        conv = getattr(layers, f"Conv{rank}D")(kernel.shape[-1], use_bias=False, dtype="float64", **options)
        conv.build((None, *x.shape[1:-1], 1))
        conv.set_weights([kernel[..., c : c + 1, :]])
        parts.append(conv(x[..., c : c + 1]))
    return np.concatenate(parts, -1)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(("rank", "options"), OPTIONS, ids=str)
def test_channel_by_channel(rank, options, data_format):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(*(2, 7, 6)[: rank + 1], 3))
    given = x if data_format == "channels_last" else np.moveaxis(x, -1, 1)

    def result(layer, weights):
        layer.build(given.shape)
        layer.set_weights(weights)
        y = layer(given)
        return y if data_format == "channels_last" else np.moveaxis(y, 1, -1)

    settings = {**options, "depth_multiplier": 2, "data_format": data_format, "dtype": "float64"}
    window = options["kernel_size"] if rank == 2 and isinstance(options["kernel_size"], tuple) else None
    kernel = rng.normal(size=(*(window or (options["kernel_size"],) * rank), 3, 2))
    bias = rng.normal(size=6)
    apart = _channel_by_channel(rank, options, x, kernel)
    depthwise = getattr(layers, f"DepthwiseConv{rank}D")(**settings)
    np.testing.assert_allclose(result(depthwise, [kernel, bias]), apart + bias, atol=1e-12)

    mixing, bias = rng.normal(size=(6, 5)), rng.normal(size=5)
    separable = getattr(layers, f"SeparableConv{rank}D")(5, **settings)
    weights = [kernel, mixing.reshape(*(1,) * rank, 6, 5), bias]
    np.testing.assert_allclose(result(separable, weights), apart @ mixing + bias, atol=1e-12)


def test_names_of_the_weights():
    layer = layers.SeparableConv2D(4, 3)
    layer.build((None, 5, 5, 2))
    assert [v.name for v in layer.weights] == ["depthwise_kernel", "pointwise_kernel", "bias"]
    layer = layers.DepthwiseConv2D(3, depthwise_regularizer="l2", depthwise_constraint="non_neg")
    layer.build((None, 5, 5, 2))
    assert [v.name for v in layer.weights] == ["kernel", "bias"]
    assert layer.kernel.regularizer is not None
    assert layer.kernel.constraint is not None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.DepthwiseConv1D(3, depth_multiplier=0), "depth_multiplier must be a positive int"),
        (lambda: layers.DepthwiseConv2D(3, padding="causal"), "DepthwiseConv2D: padding must be"),
        (lambda: layers.SeparableConv1D(2, 3, depth_multiplier=1.5), "depth_multiplier must be a positive int"),
        (lambda: layers.SeparableConv2D(2, 3, strides=2, dilation_rate=2), "cannot both be above 1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize("make", [lambda: layers.DepthwiseConv2D(4), lambda: layers.SeparableConv2D(2, 4)])
def test_windows_that_do_not_fit(make):
    with pytest.raises(ShapeError, match=r"a window of \(4, 4\) does not fit into the input \(1, 5, 3, 2\)"):
        make()(np.zeros((1, 5, 3, 2), "float32"))
