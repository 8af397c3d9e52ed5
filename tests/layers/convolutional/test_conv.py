"""`Conv1D`, `Conv2D` and `Conv3D` against sums written out."""

import itertools

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError


def _pad(x, window, strides, dilation, padding):
    """Zeros around the spatial axes of channels-last x."""
    pairs = [(0, 0)]
    for size, k, s, d in zip(x.shape[1:-1], window, strides, dilation, strict=True):
        reach = (k - 1) * d + 1
        if padding == "causal":
            pairs.append((reach - 1, 0))
        elif padding == "same":
            total = max((-(-size // s) - 1) * s + reach - size, 0)
            pairs.append((total // 2, total - total // 2))
        else:
            pairs.append((0, 0))
    return np.pad(x, [*pairs, (0, 0)])


def _convolve(x, kernel, strides, dilation, padding):
    """Channels-last convolution, one output at a time."""
    window, (per_group, filters) = kernel.shape[:-2], kernel.shape[-2:]
    groups = x.shape[-1] // per_group
    x = _pad(x, window, strides, dilation, padding)
    out = [(n - (k - 1) * d - 1) // s + 1 for n, k, d, s in zip(x.shape[1:-1], window, dilation, strides, strict=True)]
    y = np.zeros((x.shape[0], *out, filters))
    for position in itertools.product(*map(range, out)):
        for offset in itertools.product(*map(range, window)):
            place = tuple(p * s + o * d for p, s, o, d in zip(position, strides, offset, dilation, strict=True))
            for f in range(filters):
                group = f // (filters // groups)
                channels = x[(slice(None), *place)][:, group * per_group : (group + 1) * per_group]
                y[(slice(None), *position, f)] += channels @ kernel[(*offset, slice(None), f)]
    return y


CASES = [
    {"kernel_size": (3,)},
    {"kernel_size": (3,), "padding": "same", "strides": (2,)},
    {"kernel_size": (2,), "padding": "causal", "dilation_rate": (3,)},
    {"kernel_size": (3,), "padding": "causal", "strides": (2,)},
    {"kernel_size": (2,), "groups": 2},
    {"kernel_size": (3, 2)},
    {"kernel_size": (2, 3), "padding": "same", "strides": (2, 1)},
    {"kernel_size": (2, 2), "padding": "same", "dilation_rate": (1, 2)},
    {"kernel_size": (3, 3), "padding": "same", "groups": 4},
    {"kernel_size": (2, 3, 1), "strides": (1, 2, 2)},
    {"kernel_size": (2, 2, 2), "padding": "same", "dilation_rate": (2, 1, 1), "groups": 2},
]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("options", CASES, ids=str)
def test_against_sums_written_out(options, data_format):
    rank = len(options["kernel_size"])
    rng = np.random.default_rng(0)
    x = rng.normal(size=(*(2, 7, 6, 3)[: rank + 1], 4))
    layer = (layers.Conv1D, layers.Conv2D, layers.Conv3D)[rank - 1](
        8, data_format=data_format, dtype="float64", **options
    )
    given = x if data_format == "channels_last" else np.moveaxis(x, -1, 1)
    layer.build(given.shape)
    kernel, bias = rng.normal(size=layer.kernel.shape), rng.normal(size=8)
    layer.set_weights([kernel, bias])
    y = layer(given)
    y = y if data_format == "channels_last" else np.moveaxis(y, 1, -1)
    expected = _convolve(
        x,
        kernel,
        options.get("strides", (1,) * rank),
        options.get("dilation_rate", (1,) * rank),
        options.get("padding", "valid"),
    )
    np.testing.assert_allclose(y, expected + bias, atol=1e-12)


def test_causal_outputs_do_not_see_later_inputs():
    x = np.random.default_rng(0).normal(size=(1, 6, 2)).astype("float32")
    layer = layers.Conv1D(3, 3, padding="causal")
    before = layer(x)
    x[:, 4:] += 1
    after = layer(x)
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert np.abs(before[:, 4:] - after[:, 4:]).min() > 0


def test_arguments_are_put_into_standard_form():
    layer = layers.Conv2D(4, 3, strides=2, padding="SAME")
    assert (layer.kernel_size, layer.strides, layer.padding, layer.data_format) == (
        (3, 3),
        (2, 2),
        "same",
        "channels_last",
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Conv2D(0, 3), "Conv2D: filters must be a positive int"),
        (lambda: layers.Conv2D(4, (3, 3, 3)), "Conv2D: kernel_size must be a positive int or 2 of them"),
        (lambda: layers.Conv1D(4, 0), "Conv1D: kernel_size must be a positive int, got 0"),
        (
            lambda: layers.Conv2D(4, 3, padding="causal"),
            "Conv2D: padding must be 'valid' or 'same' or 'full', got 'causal'",
        ),
        (lambda: layers.Conv2D(4, 3, data_format="first"), "data_format must be"),
        (lambda: layers.Conv2D(4, 3, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: layers.Conv2D(4, 3, groups=3), "4 filters cannot be divided into 3 groups"),
        (lambda: layers.Conv2D(4, "3"), "Conv2D: kernel_size must be a positive int or 2 of them, got '3'"),
        (lambda: layers.Conv2D(4, 2.5), "Conv2D: kernel_size must be a positive int or 2 of them, got 2.5"),
        (lambda: layers.Conv3D(4, 3, strides=(1, 2)), "Conv3D: strides must be a positive int or 3 of them"),
        (lambda: layers.Conv1D(4, 3, lora_rank=0), "Conv1D: lora_rank must be a positive int"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_shapes_that_do_not_fit():
    layer = layers.Conv2D(4, 3, name="conv")
    with pytest.raises(ShapeError, match=r"'conv' expects an input of rank 4, got shape \(None, 5, 3\)"):
        layer(layers.Input((5, 3)))
    layer(layers.Input((5, 5, 3)))
    with pytest.raises(ShapeError, match=r"'conv' expects .*size 3 along axis -1, got shape \(1, 5, 5, 2\)"):
        layer(np.zeros((1, 5, 5, 2), "float32"))
    with pytest.raises(ShapeError, match=r"'conv': a window of \(3, 3\) does not fit into the input \(1, 2, 5, 3\)"):
        layer(np.zeros((1, 2, 5, 3), "float32"))
    with pytest.raises(ShapeError, match=r"does not fit into the input \(None, None, 2, 3\)"):
        layer(layers.Input((None, 2, 3)))
    with pytest.raises(ArgumentError, match=r"'grouped': the 3 channels .* cannot be divided into 2 groups"):
        layers.Conv2D(4, 3, groups=2, name="grouped")(layers.Input((5, 5, 3)))
    with pytest.raises(ShapeError, match="needs to know the size along axis -1"):
        layers.Conv1D(4, 3)(layers.Input((5, None)))


def test_low_rank_factors_are_added_to_the_kernel():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 5, 5, 3))
    layer = layers.Conv2D(4, 3, lora_rank=2, lora_alpha=3.0, dtype="float64")
    layer.build(x.shape)
    assert [(v.name, v.shape, v.trainable) for v in layer.weights] == [
        ("kernel", (3, 3, 3, 4), False),
        ("bias", (4,), True),
        ("lora_kernel_a", (3, 3, 3, 2), True),
        ("lora_kernel_b", (2, 4), True),
    ]
    kernel, bias, a, b = (rng.normal(size=v.shape).astype("float32") for v in layer.weights)
    layer.set_weights([kernel, bias, a, b])
    np.testing.assert_allclose(
        layer(x), _convolve(x, kernel + 1.5 * (a @ b), (1, 1), (1, 1), "valid") + bias, rtol=1e-5, atol=1e-5
    )
    assert layers.Conv2D.from_config(layer.get_config()).lora_rank == 2


def test_numbers_of_keras():
    """A causal, dilated convolution as Keras 3.15 computes it."""
    x = np.arange(6, dtype="float32").reshape(1, 6, 1)
    layer = layers.Conv1D(1, 2, padding="causal", dilation_rate=2, use_bias=False)
    layer.build(x.shape)
    layer.set_weights([np.array([[[10.0]], [[1.0]]], "float32")])
    assert np.ravel(layer(x)).tolist() == [0, 1, 2, 13, 24, 35]


@pytest.mark.parametrize("dilation", [1, 2])
def test_full_padding_is_a_window_wherever_it_meets_the_input(dilation):
    """Along one axis that is `numpy.convolve` with the window turned round."""
    layer = layers.Conv1D(1, 3, padding="full", dilation_rate=dilation, use_bias=False)
    x = np.array([1.0, -2.0, 3.0, 0.5, 4.0], "float32")
    y = layer(x.reshape(1, 5, 1))
    window = np.zeros(2 * dilation + 1)
    window[::dilation] = layer.get_weights()[0].ravel()
    np.testing.assert_allclose(np.asarray(y)[0, :, 0], np.convolve(x, window[::-1]), rtol=1e-5, atol=1e-6)
    assert layers.Conv1D.from_config(layer.get_config()).padding == "full"


def test_full_padding_of_images():
    layer = layers.Conv2D(4, (3, 2), padding="full", data_format="channels_first")
    assert layer(layers.Input((2, 5, 6))).shape == (None, 4, 7, 7)


def test_other_layers_have_no_full_padding():
    for make in (layers.MaxPooling2D, lambda padding: layers.SeparableConv2D(2, 3, padding=padding)):
        with pytest.raises(ArgumentError, match="got 'full', which Conv1D, Conv2D and Conv3D alone have"):
            make(padding="full")
