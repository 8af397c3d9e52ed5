"""Transposed, depthwise and separable convolution, each by way of the ordinary one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.convolution import channels_last, conv, per_axis, same_padding
from polykeras.ops.convolution_gradients import conv_input_gradient
from polykeras.ops.movement import pad_constant, reshape
from polykeras.ops.policies import SAME
from polykeras.ops.registry import composite
from polykeras.typing import Tensor

# ---- transposed ------------------------------------------------------------------------------------------------------


def transposed_axis(
    size: int, window: int, stride: int, dilation: int, padding: str, output_padding: int | None
) -> tuple[int, int]:
    """Size of the result along one axis, and how many elements the convolution that it undoes pads before it.

    Let k be the extent of the dilated window, without padding: ``"valid"`` gives ``(size - 1) * stride + k``, and what
    is missing to ``size * stride``, or `output_padding`, at the end; ``"same"`` gives ``size * stride``, or
    ``(size - 1) * stride + k % 2 + output_padding``.
    """
    reach = (window - 1) * dilation + 1
    if padding == "valid":
        extra = max(stride - reach, 0) if output_padding is None else output_padding
        return (size - 1) * stride + reach + extra, 0
    if output_padding is None:
        return size * stride, same_padding(size * stride, window, stride, dilation)[0]
    around = reach - reach % 2 - output_padding  # what is cut off, evenly, the odd element at the end
    return (size - 1) * stride + reach % 2 + output_padding, max(around // 2, 0)


def _transposed_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3, 3), s.real(3, 2, 3), strides=2, padding="same", data_format="channels_last"),
        s(s.real(1, 3, 4), s.real(2, 2, 3), strides=3, data_format="channels_first"),
        s(s.real(1, 2, 3, 2), s.real(3, 2, 1, 2), strides=(2, 1), padding="same", data_format="channels_last"),
        s(s.real(1, 2, 3, 2), s.real(3, 3, 2, 2), 2, "valid", 1, "channels_last"),
        s(s.real(1, 2, 2, 3), s.real(3, 4, 2, 2), 2, "same", (1, 0), "channels_first"),
        s(s.real(1, 4, 2), s.real(3, 2, 2), dilation_rate=2, data_format="channels_last"),
        s(s.real(1, 2, 2, 1, 2), s.real(2, 2, 1, 2, 2), strides=2, padding="same", data_format="channels_last"),
        s(s.real(1, 3, 2), s.real(2, 2, 2), 1, "valid", 2, "channels_last"),  # longer than any window reaches
    ]


@composite(SAME, samples=_transposed_cases)
def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """N-dimensional transposed convolution: the gradient of `conv` by its inputs, applied to `inputs`.

    Args:
        inputs: ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.
        kernel: ``(*window, filters, channels)``.
        strides: distance in the result between neighbours in `inputs`.
        padding: ``"valid"`` or ``"same"``.
        output_padding: elements added at the end of each spatial axis; None for what makes the sizes ``size * stride``
            (for ``"valid"`` at least that).
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window.

    Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.
    """
    shape, window = tuple(inputs.shape), tuple(kernel.shape)
    rank = len(shape) - 2
    if rank not in (1, 2, 3) or len(window) != rank + 2:
        raise ShapeError(
            f"conv_transpose: inputs of rank 3, 4 or 5 and a kernel of the same rank, got {shape} and {window}."
        )
    last = channels_last(data_format)
    if window[-1] != (shape[-1] if last else shape[1]):
        raise ShapeError(f"conv_transpose: the last axis of the kernel {window} must be the channels of {shape}.")
    if padding not in ("valid", "same"):
        raise ArgumentError(f"conv_transpose: padding must be 'valid' or 'same', got {padding!r}.")
    spatial = shape[1:-1] if last else shape[2:]
    steps = per_axis(strides, rank, "strides")
    dilation = per_axis(dilation_rate, rank, "dilation_rate")
    extra = _output_paddings(output_padding, rank)
    sizes, around, beyond = [], [], []
    for size, n, step, apart, more in zip(spatial, window[:rank], steps, dilation, extra, strict=True):
        whole, before = transposed_axis(size, n, step, apart, padding, more)
        covered = (size - 1) * step + (n - 1) * apart + 1 - before  # by windows, from the start of the result on
        # Where more than a stride is not covered, another window would fit; so that part is added afterwards.
        within = whole if whole - covered < step else covered
        sizes.append(within)
        around.append((before, max(covered - whole, 0)))
        beyond.append((0, whole - within))
    outer = (shape[0], *sizes, window[-2]) if last else (shape[0], window[-2], *sizes)
    data_format = "channels_last" if last else "channels_first"
    y = conv_input_gradient(inputs, kernel, outer, steps, tuple(around), data_format, dilation)
    if any(width != (0, 0) for width in beyond):
        widths = ((0, 0), *beyond, (0, 0)) if last else ((0, 0), (0, 0), *beyond)
        y = pad_constant(y, widths, 0)
    return y


def _output_paddings(output_padding: Any, rank: int) -> tuple[int | None, ...]:
    if output_padding is None or isinstance(output_padding, int):
        output_padding = (output_padding,) * rank
    if len(output_padding) != rank or any(n is not None and n < 0 for n in output_padding):
        raise ArgumentError(
            f"output_padding must be None, an int of at least 0 or {rank} of them, got {output_padding}"
        )
    return tuple(output_padding)


# ---- depthwise and separable -----------------------------------------------------------------------------------------


def _depthwise_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 6, 3), s.real(3, 3, 2), padding="same", data_format="channels_last"),
        s(s.real(1, 4, 5, 2), s.real(2, 3, 2, 1), strides=2, data_format="channels_last"),
        s(s.real(1, 2, 5, 5), s.real(3, 2, 2, 2), dilation_rate=2, padding="same", data_format="channels_first"),
        s(s.real(1, 3, 2, 2, 2), s.real(2, 1, 2, 2, 1), data_format="channels_last"),
    ]


@composite(SAME, samples=_depthwise_cases)
def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: int | Sequence[int] = 1,
    padding: str | Sequence[tuple[int, int]] = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Convolution of each channel by kernels of its own; all are concatenated, those of one channel side by side.

    `kernel`: ``(*window, channels, multiplier)``; the result has ``channels * multiplier`` channels. The other arguments
    are those of `conv`.
    """
    shape, window = tuple(inputs.shape), tuple(kernel.shape)
    if len(window) != len(shape) or len(shape) < 3:
        raise ShapeError(f"depthwise_conv: inputs and kernel must have one rank, 3 to 5, got {shape} and {window}.")
    channels = shape[-1] if channels_last(data_format) else shape[1]
    if window[-2] != channels:
        raise ShapeError(f"depthwise_conv: a kernel {window} for {window[-2]} channels, got inputs {shape}.")
    grouped = reshape(kernel, (*window[:-2], 1, channels * window[-1]))
    return conv(inputs, grouped, strides, padding, data_format, dilation_rate)


def _separable_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 6, 3), s.real(3, 3, 2), s.real(1, 6, 4), padding="same", data_format="channels_last"),
        s(s.real(1, 2, 4, 5), s.real(2, 2, 2, 1), s.real(1, 1, 2, 3), strides=2, data_format="channels_first"),
    ]


@composite(SAME, samples=_separable_cases)
def separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: int | Sequence[int] = 1,
    padding: str | Sequence[tuple[int, int]] = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """`depthwise_conv`, then `conv` by a kernel of one pixel that mixes the channels.

    `depthwise_kernel`: ``(*window, channels, multiplier)``. `pointwise_kernel`: ``(1, ..., channels * multiplier,
    filters)``. Strides, padding and dilation are those of the first.
    """
    pixel, shape = tuple(pointwise_kernel.shape), tuple(depthwise_kernel.shape)
    if len(pixel) != len(shape) or any(n != 1 for n in pixel[:-2]) or pixel[-2] != shape[-2] * shape[-1]:
        raise ShapeError(
            f"separable_conv: after depthwise kernels {shape} the pointwise kernel must have the shape "
            f"{(*(1,) * (len(shape) - 2), shape[-2] * shape[-1], 'filters')}, got {pixel}."
        )
    mixed = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(mixed, pointwise_kernel, 1, "valid", data_format)
