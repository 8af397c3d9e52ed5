"""Convolutions and pooling of the symbolic backend, with Keras 1's layouts of kernels.

Kernels are ``(*window, channels, filters)`` for ``"tf"`` and ``(filters, channels, *window)`` for ``"th"``.
"""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import GRAPH, KerasTensor
from polykeras.ops.control_flow import on_graphs
from polykeras.ops.convolution_gradients import conv_input_gradient
from polykeras.typing import Tensor
from polykeras.v1.backend.common import layout


def window_first(kernel: Tensor, dim_ordering: str) -> Tensor:
    """The kernel as ``(*window, channels, filters)``."""
    if layout(dim_ordering) == "channels_last":
        return kernel
    rank = len(kernel.shape)
    return ops.transpose(kernel, (*range(2, rank), 1, 0))


def _padding(border_mode: str, window: Any, dilation: Any, names: tuple[str, ...] = ("valid", "same", "full")) -> Any:
    if border_mode not in names:
        raise ArgumentError(f"border_mode must be one of {', '.join(names)}, got {border_mode!r}.")
    return full_padding(window, dilation) if border_mode == "full" else border_mode


def full_padding(window: Any, dilation: Any) -> Any:
    """The zeros around inputs with which a window is at every place where it meets them."""
    return tuple(((k - 1) * d, (k - 1) * d) for k, d in zip(window, dilation, strict=True))


def _conv(x: Tensor, kernel: Tensor, strides: Any, border_mode: str, dim_ordering: str, dilation: Any) -> Tensor:
    kernel = window_first(kernel, dim_ordering)
    strides, dilation = tuple(strides), tuple(dilation)
    padding = _padding(border_mode, tuple(kernel.shape)[:-2], dilation)
    return ops.conv(x, kernel, strides, padding, layout(dim_ordering), dilation)


@on_graphs
def conv1d(
    x: Tensor,
    kernel: Tensor,
    stride: int = 1,
    border_mode: str = "valid",
    image_shape: Any = None,
    filter_shape: Any = None,
) -> Tensor:
    """Over ``(samples, steps, channels)`` with a kernel ``(length, channels, filters)``."""
    return _conv(x, kernel, (stride,), border_mode, "tf", (1,))


@on_graphs
def conv2d(
    x: Tensor,
    kernel: Tensor,
    strides: Any = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    image_shape: Any = None,
    filter_shape: Any = None,
    filter_dilation: Any = (1, 1),
) -> Tensor:
    """Over images. ``border_mode="full"`` gives every position where window and image meet."""
    return _conv(x, kernel, strides, border_mode, dim_ordering, filter_dilation)


@on_graphs
def conv3d(
    x: Tensor,
    kernel: Tensor,
    strides: Any = (1, 1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    volume_shape: Any = None,
    filter_shape: Any = None,
    filter_dilation: Any = (1, 1, 1),
) -> Tensor:
    """Over volumes."""
    return _conv(x, kernel, strides, border_mode, dim_ordering, filter_dilation)


def deconv2d(
    x: Tensor,
    kernel: Tensor,
    output_shape: Any,
    strides: Any = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    image_shape: Any = None,
    filter_shape: Any = None,
) -> Tensor:
    """The gradient of a convolution by its inputs, which have `output_shape`, applied to `x`.

    The kernel is laid out as a convolution's that goes from the channels of `x` to those of the result.
    """
    arguments = (x, kernel, tuple(output_shape), strides, border_mode, dim_ordering)
    if type(x) is KerasTensor and None in x.shape[1:]:  # they follow from `output_shape`, which says the result's
        return GRAPH.record(_deconv2d, arguments, {}, KerasTensor((x.shape[0], *output_shape[1:]), x.dtype))
    return _deconv2d(*arguments)


@on_graphs
def _deconv2d(
    x: Tensor, kernel: Tensor, output_shape: tuple[int, ...], strides: Any, border_mode: str, dim_ordering: str
) -> Tensor:
    kernel = ops.swapaxes(window_first(kernel, dim_ordering), -1, -2)
    shape = (x.shape[0], *output_shape[1:])
    padding = _padding(border_mode, tuple(kernel.shape)[:-2], (1, 1), ("valid", "same"))
    return conv_input_gradient(x, kernel, shape, tuple(strides), padding, layout(dim_ordering))


@on_graphs
def atrous_conv2d(
    x: Tensor,
    kernel: Tensor,
    rate: Any = 1,
    border_mode: str = "valid",
    dim_ordering: str = "default",
    image_shape: Any = None,
    filter_shape: Any = None,
) -> Tensor:
    """Over images, with `rate` - 1 holes between the elements of a window."""
    rates = (rate, rate) if isinstance(rate, int) else tuple(rate)
    return _conv(x, kernel, (1, 1), border_mode, dim_ordering, rates)


@on_graphs
def separable_conv2d(
    x: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Any = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
) -> Tensor:
    """Each channel by kernels of its own, then across channels. In ``"th"`` kernels are (multiplier, channels, ...)."""
    depthwise = window_first(depthwise_kernel, dim_ordering)
    pointwise = window_first(pointwise_kernel, dim_ordering)
    padding = _padding(border_mode, tuple(depthwise.shape)[:-2], (1, 1), ("valid", "same"))
    return ops.separable_conv(x, depthwise, pointwise, tuple(strides), padding, layout(dim_ordering))


def _pool(x: Tensor, size: Any, strides: Any, border_mode: str, dim_ordering: str, mode: str) -> Tensor:
    kinds = {"max": ops.max_pool, "avg": ops.average_pool}
    if mode not in kinds:
        raise ArgumentError(f"pool_mode must be one of {', '.join(kinds)}, got {mode!r}.")
    padding = _padding(border_mode, size, (1,) * len(size), ("valid", "same"))
    return kinds[mode](x, tuple(size), tuple(strides), padding, layout(dim_ordering))


def pool2d(
    x: Tensor,
    pool_size: Any,
    strides: Any = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    pool_mode: str = "max",
) -> Tensor:
    """The largest element or the mean of each window of images; padding never counts."""
    return _pool(x, pool_size, strides, border_mode, dim_ordering, pool_mode)


def pool3d(
    x: Tensor,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    pool_mode: str = "max",
) -> Tensor:
    """The largest element or the mean of each window of volumes."""
    return _pool(x, pool_size, strides, border_mode, dim_ordering, pool_mode)


__all__ = [
    "atrous_conv2d",
    "conv1d",
    "conv2d",
    "conv3d",
    "deconv2d",
    "pool2d",
    "pool3d",
    "separable_conv2d",
]
