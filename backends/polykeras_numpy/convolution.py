"""Convolution and its two gradients by strided views and BLAS, a few images at a time so that copies stay in cache.

Everything is done channels last. No loop runs over pixels: one runs over blocks of images, one over the positions
within a window where windows are added up.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from polykeras import config
from polykeras.ops.convolution import ConvGeometry, conv_geometry
from polykeras.ops.convolution_gradients import check_result, result_shape
from polykeras_numpy.neural import windows_of
from polykeras_numpy.products import in_single_precision, is_half

_BLOCK = 1 << 18
"""Elements of all windows of a block: about a megabyte, so that they lie in cache from copying to multiplying."""

_geometry = lru_cache(maxsize=1024)(conv_geometry)


def _known(shape: Any, kernel: Any, options: Sequence[Any]) -> ConvGeometry:
    """The sizes; found once for each layer, since the same ones run over and over."""
    strides, padding, data_format, dilation = options
    data_format = data_format or config.image_data_format()
    try:
        return _geometry(shape, kernel, strides, padding, data_format, dilation)
    except TypeError:  # a list among them
        return conv_geometry(shape, kernel, strides, padding, data_format, dilation)


class _Blocks:
    """Images a few at a time, padded, in one buffer."""

    def __init__(self, shape: Sequence[int], out: Sequence[int], dtype: Any, g: ConvGeometry) -> None:
        self.g, self.out = g, tuple(out)
        batch, *spatial, channels = shape
        size = max(int(np.prod(self.out)) * int(np.prod(g.window)) * channels, 1)
        self.count = max(min(_BLOCK // size, batch), 1)
        padded = [d + before + after for d, (before, after) in zip(spatial, g.padding, strict=True)]
        self.buffer = np.zeros((self.count, *padded, channels), dtype)
        ends = [before + d for d, (before, _) in zip(spatial, g.padding, strict=True)]
        self.inside = (slice(None), *map(slice, (before for before, _ in g.padding), ends))
        self.batch = batch

    def __iter__(self) -> Iterator[slice]:
        for begin in range(0, self.batch, self.count):
            yield slice(begin, min(begin + self.count, self.batch))

    def load(self, images: Any) -> Any:
        """The buffer holding these images, zeros around them."""
        padded = self.buffer[: len(images)]
        padded[self.inside] = images
        return padded

    def positions(self, padded: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
        """For each position within the window, what lies there in all windows: a view."""
        g = self.g
        for position in itertools.product(*map(range, g.window)):
            places = zip(position, g.dilation, g.strides, self.out, strict=True)
            view = tuple(slice(p * d, p * d + (n - 1) * s + 1, s) for p, d, s, n in places)
            yield position, padded[(slice(None), *view)]

    def tiled(self, weights: Any) -> Any:
        """One number for each channel, repeated along the last spatial axis: a long inner loop for NumPy."""
        return np.ascontiguousarray(np.broadcast_to(weights, (self.out[-1], len(weights))))

    def columns(self) -> Callable[[Any], Any]:
        """From padded images to a matrix with the elements of a window in each row; for several groups, one each."""
        g = self.g
        axes = tuple(range(1, g.rank + 1))
        inner = self.buffer.shape[-1] // g.groups
        shape = (g.groups, self.count, *self.out, *g.window, inner)
        columns = np.empty(shape, self.buffer.dtype)
        order = (g.rank + 1, 0, *axes, *range(g.rank + 3, 2 * g.rank + 3), g.rank + 2)

        def fill(padded: Any) -> Any:
            by_group = padded.reshape(*padded.shape[:-1], g.groups, inner)
            windows = windows_of(by_group, axes, g.window, g.strides, g.dilation)
            part = columns[:, : len(padded)]
            np.copyto(part, windows.transpose(order))
            return part.reshape(g.groups, -1, inner * int(np.prod(g.window)))

        return fill


def _last(x: Any, g: ConvGeometry) -> Any:
    return x if g.last else np.moveaxis(x, 1, -1)


def _back(y: Any, g: ConvGeometry) -> Any:
    return y if g.last else np.ascontiguousarray(np.moveaxis(y, -1, 1))


def _by_pixel(g: ConvGeometry) -> bool:
    """Whether the convolution is one matrix product."""
    return g.groups == 1 and all(n == 1 for n in (*g.window, *g.strides)) and not any(map(any, g.padding))


def _grouped(kernel: Any, g: ConvGeometry) -> Any:
    """``(*window, groups, channels of a group, filters of a group)``."""
    split = kernel.reshape(*kernel.shape[:-1], g.groups, g.filters // g.groups)
    return np.moveaxis(split, -2, -3)


def _rows(y: Any, g: ConvGeometry) -> Any:
    """``(groups, rows, filters of a group)``; a view."""
    return y.reshape(-1, g.groups, g.filters // g.groups).transpose(1, 0, 2)


def _conv(inputs: Any, kernel: Any, *options: Any) -> Any:
    if is_half(inputs.dtype):
        return in_single_precision(_conv, inputs, kernel, *options)
    g = _known(inputs.shape, kernel.shape, options)
    x = _last(inputs, g)
    if _by_pixel(g):
        return _back(np.matmul(x, kernel.reshape(g.channels, g.filters)), g)
    shape = result_shape(inputs.shape, g)
    y = np.empty((shape[0], *(shape[1:-1] if g.last else shape[2:]), g.filters), x.dtype)
    blocks = _Blocks(x.shape, y.shape[1:-1], x.dtype, g)
    weights = _grouped(kernel, g)
    if g.channels == g.groups:
        share = g.filters // g.groups
        y = y.reshape(*y.shape[:-1], g.groups, share)
        for block in blocks:
            part = y[block]
            part[...] = 0
            for position, there in blocks.positions(blocks.load(x[block])):
                for i in range(share):
                    part[..., i] += there * blocks.tiled(weights[position][:, 0, i])
        return _back(y.reshape(*y.shape[:-2], g.filters), g)
    columns = blocks.columns()
    matrix = np.moveaxis(weights, g.rank, 0).reshape(g.groups, -1, g.filters // g.groups)
    for block in blocks:
        np.matmul(columns(blocks.load(x[block])), matrix, out=_rows(y[block], g))
    return _back(y, g)


def _conv_input_gradient(gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    if is_half(gradient.dtype):
        return in_single_precision(_conv_input_gradient, gradient, kernel, shape, *options)
    shape = tuple(shape)
    g = _known(shape, kernel.shape, options)
    check_result("conv_input_gradient", gradient.shape, shape, g)
    y = _last(gradient, g)
    if _by_pixel(g):
        return _back(np.matmul(y, kernel.reshape(g.channels, g.filters).T), g)
    x = np.empty(shape if g.last else (shape[0], *shape[2:], shape[1]), y.dtype)
    blocks = _Blocks(x.shape, y.shape[1:-1], y.dtype, g)
    weights = np.ascontiguousarray(np.swapaxes(_grouped(kernel, g), -1, -2))
    for block in blocks:
        part = y[block]
        padded = blocks.buffer[: len(part)]
        padded[...] = 0
        rows = _rows(part, g)
        for position, there in blocks.positions(padded):
            if g.channels == g.groups:
                by_channel = part.reshape(*part.shape[:-1], g.groups, g.filters // g.groups)
                for i in range(by_channel.shape[-1]):
                    there += by_channel[..., i] * blocks.tiled(weights[position][:, i, 0])
            else:
                here = np.matmul(rows, weights[position])  # (groups, rows, channels of a group)
                there += here.transpose(1, 0, 2).reshape(there.shape)
        x[block] = padded[blocks.inside]
    return _back(x, g)


def _conv_kernel_gradient(inputs: Any, gradient: Any, shape: Any, *options: Any) -> Any:
    if is_half(inputs.dtype):
        return in_single_precision(_conv_kernel_gradient, inputs, gradient, shape, *options)
    shape = tuple(shape)
    g = _known(inputs.shape, shape, options)
    check_result("conv_kernel_gradient", gradient.shape, inputs.shape, g)
    x, y = _last(inputs, g), _last(gradient, g)
    if _by_pixel(g):
        return np.matmul(x.reshape(-1, g.channels).T, y.reshape(-1, g.filters)).reshape(shape)
    blocks = _Blocks(x.shape, y.shape[1:-1], x.dtype, g)
    share = g.filters // g.groups
    if g.channels == g.groups:
        weights = np.zeros((*g.window, share, g.groups), x.dtype)
        row = (-1, blocks.out[-1] * g.groups)
        for block in blocks:
            part = y[block].reshape(-1, *blocks.out, g.groups, share)
            for position, there in blocks.positions(blocks.load(x[block])):
                for i in range(share):  # rows first, for NumPy adds up long ones fast
                    total = np.add.reduce((there * part[..., i]).reshape(row), axis=0, dtype=x.dtype)
                    weights[position][i] += np.add.reduce(total.reshape(-1, g.groups), axis=0, dtype=x.dtype)
        return np.swapaxes(weights, -1, -2).reshape(shape)
    columns = blocks.columns()
    inner = g.channels // g.groups
    total = np.zeros((g.groups, inner * int(np.prod(g.window)), share), x.dtype)
    for block in blocks:
        total += np.matmul(columns(blocks.load(x[block])).transpose(0, 2, 1), _rows(y[block], g))
    total = total.reshape(g.groups, *g.window, inner, share)
    return np.moveaxis(total, 0, -2).reshape(shape)


OVERRIDES: dict[str, Callable[..., Any]] = {
    "conv": _conv,
    "conv_input_gradient": _conv_input_gradient,
    "conv_kernel_gradient": _conv_kernel_gradient,
}
