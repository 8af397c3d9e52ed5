"""The two transposes of convolution: by its inputs, and by its kernel.

`conv` is linear in either argument, so its gradients are these two ops, and the gradients of these two are again among
the three. A backend that fuses all of them differentiates convolutions to any order by fused kernels. The first is also
what is called transposed convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ShapeError
from polykeras.ops import rules
from polykeras.ops.convolution import ConvGeometry, conv_geometry
from polykeras.ops.movement import pad_constant, reshape, transpose
from polykeras.ops.policies import SAME
from polykeras.ops.products import matmul
from polykeras.ops.registry import composite
from polykeras.ops.windows import overlap_add, sliding_windows, window_count
from polykeras.typing import Shape, Tensor


def result_shape(shape: Sequence[int], g: ConvGeometry) -> tuple[int, ...]:
    """The shape of ``conv``'s result, for inputs of `shape`."""
    spatial = shape[1:-1] if g.last else shape[2:]
    padded = (size + before + after for size, (before, after) in zip(spatial, g.padding, strict=True))
    out = tuple(map(window_count, padded, g.window, g.strides, g.dilation))
    return (shape[0], *out, g.filters) if g.last else (shape[0], g.filters, *out)


def check_result(op: str, found: Sequence[int], shape: Sequence[int], g: ConvGeometry) -> None:
    """Raise `ShapeError` unless `found` is the shape of ``conv``'s result for inputs of `shape`."""
    wanted = result_shape(shape, g)
    if tuple(found) != wanted:
        raise ShapeError(
            f"{op}: a convolution of inputs {tuple(shape)} with this kernel has the shape {wanted}, got {tuple(found)}."
        )


def _channels_last(x: Tensor, g: ConvGeometry) -> Tensor:
    return x if g.last else transpose(x, (0, *range(2, g.rank + 2), 1))


def _grouped_rows(y: Tensor, rows: int, g: ConvGeometry) -> Tensor:
    """``(groups, rows, filters of a group)`` of a tensor whose last axis holds the filters of all groups."""
    return transpose(reshape(y, (rows, g.groups, g.filters // g.groups)), (1, 0, 2))


def _cases_of_input(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3, 3, 4), s.real(3, 2, 3, 4), (2, 3, 5, 3), (1, 2), "same", "channels_last"),
        s(s.real(2, 4, 3), s.real(3, 3, 4), (2, 3, 8), 2, ((0, 0),), "channels_first"),
        s(s.real(1, 3, 4), s.real(3, 2, 4), (1, 7, 2), 1, "valid", "channels_last", 2),
        s(s.real(1, 4, 3, 6), s.real(2, 2, 2, 6), (1, 5, 4, 4), 1, "valid", "channels_last"),  # two groups
        s(s.real(1, 2, 2, 2, 2), s.real(2, 2, 1, 1, 2), (1, 4, 3, 2, 1), (2, 1, 1), "valid", "channels_last"),
        s(s.real(0, 3, 4), s.real(2, 2, 4), (0, 4, 2), 1, "valid", "channels_last"),
    ]


@composite(SAME, samples=_cases_of_input)
def conv_input_gradient(
    gradient: Tensor,
    kernel: Tensor,
    shape: Shape,
    strides: int | Sequence[int] = 1,
    padding: str | Sequence[tuple[int, int]] = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """The gradient of ``sum(gradient * conv(inputs, kernel, ...))`` by the inputs, which have `shape`.

    `gradient` has the shape of the convolution's result; the other arguments are those of `conv`. Raises `ShapeError`
    if they do not fit together.
    """
    shape = tuple(shape)
    g = conv_geometry(shape, tuple(kernel.shape), strides, padding, data_format, dilation_rate)
    check_result("conv_input_gradient", tuple(gradient.shape), shape, g)
    y = _channels_last(gradient, g)
    batch, *out = tuple(y.shape)[:-1]
    rows = batch * rules.size_of(out)
    inner = rules.size_of(g.window) * g.channels // g.groups
    weights = transpose(kernel, (g.rank + 1, g.rank, *range(g.rank)))  # (filters, channels of a group, *window)
    if g.groups == 1:
        columns = matmul(reshape(y, (rows, g.filters)), reshape(weights, (g.filters, inner)))
    else:
        per_group = reshape(weights, (g.groups, g.filters // g.groups, inner))
        columns = transpose(matmul(_grouped_rows(y, rows, g), per_group), (1, 0, 2))
    windows = reshape(columns, (batch, *out, g.channels, *g.window))
    spatial = shape[1:-1] if g.last else shape[2:]
    padded = tuple(size + before + after for size, (before, after) in zip(spatial, g.padding, strict=True))
    axes = tuple(range(1, g.rank + 1))
    x = overlap_add(windows, (batch, *padded, g.channels), axes, g.window, g.strides, g.dilation)
    if padded != spatial:
        x = _inside(x, tuple(before for before, _ in g.padding), spatial)
    return x if g.last else transpose(x, (0, g.rank + 1, *range(1, g.rank + 1)))


def _inside(x: Tensor, before: Sequence[int], spatial: Sequence[int]) -> Tensor:
    """`x` without its padding."""
    from polykeras.ops.indexing import strided_slice

    shape = tuple(x.shape)
    stop = (shape[0], *(b + d for b, d in zip(before, spatial, strict=True)), shape[-1])
    return strided_slice(x, (0, *before, 0), stop, (1,) * len(shape))


def _cases_of_kernel(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3, 5, 3), s.real(2, 3, 3, 4), (3, 2, 3, 4), (1, 2), "same", "channels_last"),
        s(s.real(2, 3, 8), s.real(2, 4, 3), (3, 3, 4), 2, ((0, 0),), "channels_first"),
        s(s.real(1, 7, 2), s.real(1, 3, 4), (3, 2, 4), 1, "valid", "channels_last", 2),
        s(s.real(1, 5, 4, 4), s.real(1, 4, 3, 6), (2, 2, 2, 6), 1, "valid", "channels_last"),  # two groups
        s(s.real(1, 4, 3, 2, 1), s.real(1, 2, 2, 2, 2), (2, 2, 1, 1, 2), (2, 1, 1), "valid", "channels_last"),
        s(s.real(0, 4, 2), s.real(0, 3, 4), (2, 2, 4), 1, "valid", "channels_last"),
    ]


@composite(SAME, samples=_cases_of_kernel)
def conv_kernel_gradient(
    inputs: Tensor,
    gradient: Tensor,
    shape: Shape,
    strides: int | Sequence[int] = 1,
    padding: str | Sequence[tuple[int, int]] = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """The gradient of ``sum(gradient * conv(inputs, kernel, ...))`` by the kernel, which has `shape`.

    `gradient` has the shape of the convolution's result; the other arguments are those of `conv`. Raises `ShapeError`
    if they do not fit together.
    """
    shape = tuple(shape)
    g = conv_geometry(tuple(inputs.shape), shape, strides, padding, data_format, dilation_rate)
    check_result("conv_kernel_gradient", tuple(gradient.shape), tuple(inputs.shape), g)
    x, y = _channels_last(inputs, g), _channels_last(gradient, g)
    if any(p != (0, 0) for p in g.padding):
        x = pad_constant(x, ((0, 0), *g.padding, (0, 0)), 0)
    windows = sliding_windows(x, tuple(range(1, g.rank + 1)), g.window, g.strides, g.dilation)
    rows = rules.size_of(tuple(y.shape)[:-1])
    inner = rules.size_of(g.window) * g.channels // g.groups
    if g.groups == 1:
        weights = matmul(transpose(reshape(windows, (rows, inner))), reshape(y, (rows, g.filters)))
    else:
        columns = transpose(reshape(windows, (rows, g.groups, inner)), (1, 2, 0))
        weights = transpose(matmul(columns, _grouped_rows(y, rows, g)), (1, 0, 2))
    weights = reshape(weights, (g.channels // g.groups, *g.window, g.filters))
    return transpose(weights, (*range(1, g.rank + 1), 0, g.rank + 1))
