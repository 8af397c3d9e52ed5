"""The convolution family, forward and backward.

TensorFlow convolves channels-last on the CPU only, so channels-first tensors are transposed on the way in and out; on a
GPU its layout optimizer cancels that. Dilated windows have no gradient on every CPU and go through the body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from polykeras.ops.convolution import ConvGeometry, conv_geometry
from polykeras.ops.convolution_gradients import check_result
from polykeras.ops.pooling import PoolGeometry
from polykeras.ops.windows import window_count
from polykeras_tensorflow.native import FLOATS, ints, number, raw, run_body

Kernel = Callable[..., Any]
Ints = Sequence[int]

# ---- layout, also of pooling -----------------------------------------------------------------------------------------


def fits(spatial: Ints, g: ConvGeometry | PoolGeometry, window: Ints) -> bool:
    """Whether the window fits at least once along every axis. Sizes known only at run time are trusted."""
    return all(
        size is None or window_count(size + before + after, n, stride, 1) > 0
        for size, n, stride, (before, after) in zip(spatial, window, g.strides, g.padding, strict=True)
    )


def to_channels_last(x: Any, rank: int) -> Any:
    """``(batch, *spatial, channels)`` of a tensor with channels first."""
    return raw.Transpose(x, ints((0, *range(2, rank + 2), 1)))


def to_channels_first(x: Any, rank: int) -> Any:
    """``(batch, channels, *spatial)`` of a tensor with channels last."""
    return raw.Transpose(x, ints((0, rank + 1, *range(1, rank + 1))))


# ---- convolution and its gradients -----------------------------------------------------------------------------------


class _Native:
    """A convolution that TensorFlow has kernels and gradients for: what to pass to them."""

    def __init__(self, shape: Ints, g: ConvGeometry, padding: Any) -> None:
        self.g = g
        self.mode = padding.upper() if isinstance(padding, str) else "VALID"
        self.pairs = () if isinstance(padding, str) else g.padding
        spatial = shape[1:-1] if g.last else shape[2:]
        around = self.pairs or ((0, 0),) * g.rank
        whole = tuple(d + before + after for d, (before, after) in zip(spatial, around, strict=True))
        flat = (1,) if g.rank == 1 else ()  # of one axis: a picture one pixel high
        self.steps = [1, *flat, *g.strides, 1]
        self.window = (*flat, *g.window)
        self.whole = (shape[0], *flat, *whole)
        self.by_channel = g.channels == g.groups > 1 and g.rank < 3 and len(set(g.strides)) == 1
        if self.by_channel:
            self.steps = [1, g.strides[0], g.strides[0], 1]

    def enter(self, x: Any, pad: bool = False) -> Any:
        """The inputs (with `pad`), or a result, as TensorFlow's kernels want them."""
        g = self.g
        x = x if g.last else to_channels_last(x, g.rank)
        if pad and self.pairs:
            x = raw.PadV2(x, ints(((0, 0), *self.pairs, (0, 0))), number(0, x.dtype))
        return tf.expand_dims(x, 1) if g.rank == 1 else x

    def leave(self, y: Any) -> Any:
        """The inverse of `enter`, padding aside."""
        y = tf.squeeze(y, 1) if self.g.rank == 1 else y
        return y if self.g.last else to_channels_first(y, self.g.rank)

    def kernel(self, kernel: Any) -> Any:
        """The kernel in the form for `by_channel`, or for groups."""
        g = self.g
        if self.by_channel:
            return raw.Reshape(kernel, ints((*self.window, g.channels, g.filters // g.channels)))
        return tf.expand_dims(kernel, 0) if g.rank == 1 else kernel

    def pieces(self, x: Any) -> list[Any]:
        """One for each group."""
        groups = 1 if self.by_channel else self.g.groups
        return [x] if groups == 1 else raw.Split(-1, x, groups)

    def run(self, depthwise: Kernel, flat: Kernel, deep: Kernel, *pairs: Sequence[Any]) -> Any:
        """The op that fits, of each group's tensors, their results side by side."""
        op = depthwise if self.by_channel else deep if self.g.rank == 3 else flat
        results = [op(*tensors, self.steps, self.mode) for tensors in zip(*pairs, strict=True)]
        return results[0] if len(results) == 1 else raw.ConcatV2(results, -1)


def _native(x: Any, shape: Ints, g: ConvGeometry, padding: Any) -> _Native | None:
    """None where the body has to do it. (A convolution of no rows answers anything.)"""
    spatial = shape[1:-1] if g.last else shape[2:]
    if x.dtype not in FLOATS or max(g.dilation) > 1 or shape[0] == 0 or not fits(spatial, g, g.window):
        return None
    return _Native(shape, g, padding)


def _conv(inputs: Any, kernel: Any, *options: Any) -> Any:
    shape = tuple(inputs.shape)
    g = conv_geometry(shape, tuple(kernel.shape), *options)
    native = _native(inputs, shape, g, options[1])
    if native is None:
        return run_body("conv", inputs, kernel, *options)
    x = native.pieces(native.enter(inputs, pad=True))
    ops = (raw.DepthwiseConv2dNative, raw.Conv2D, raw.Conv3D)
    return native.leave(native.run(*ops, x, native.pieces(native.kernel(kernel))))


def _conv_input_gradient(gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    shape = tuple(shape)
    g = conv_geometry(shape, tuple(kernel.shape), *options)
    native = _native(gradient, shape, g, options[1])
    if native is None or None in tuple(gradient.shape):
        return run_body("conv_input_gradient", gradient, kernel, shape, *options)
    check_result("conv_input_gradient", tuple(gradient.shape), shape, g)
    kernels = native.pieces(native.kernel(kernel))
    sizes = [ints((*native.whole, g.channels // len(kernels)))] * len(kernels)
    ops = (raw.DepthwiseConv2dNativeBackpropInput, raw.Conv2DBackpropInput, raw.Conv3DBackpropInputV2)
    x = native.leave(native.run(*ops, sizes, kernels, native.pieces(native.enter(gradient))))
    if not any(map(any, native.pairs)):
        return x
    start = tuple(before for before, _ in native.pairs)
    begin = (0, *start, 0) if g.last else (0, 0, *start)
    return raw.Slice(x, ints(begin), ints(shape))


OVERRIDES: dict[str, Kernel] = {
    "conv": _conv,
    "conv_input_gradient": _conv_input_gradient,
}
