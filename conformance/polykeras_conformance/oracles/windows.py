"""Windows, convolution and pooling: one output position at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _outputs(size: int, window: int, stride: int, dilation: int) -> int:
    return sum(1 for begin in range(0, size, stride) if begin + (window - 1) * dilation < size)


def _places(shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    """Pairs of a window element's position in the result and in the argument, for a tensor without other axes."""
    counts = [_outputs(shape[a], n, s, d) for a, n, s, d in zip(axes, sizes, strides, dilations, strict=True)]
    for out in np.ndindex(*counts):
        for element in np.ndindex(*sizes):
            position = (o * s + e * d for o, s, e, d in zip(out, strides, element, dilations, strict=True))
            yield out, element, tuple(position)


def _sliding_windows(x: np.ndarray, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    axes = [a % x.ndim for a in axes]
    front = np.moveaxis(x, axes, range(len(axes)))
    counts = [_outputs(x.shape[a], n, s, d) for a, n, s, d in zip(axes, sizes, strides, dilations, strict=True)]
    result = np.empty((*counts, *sizes, *front.shape[len(axes) :]), x.dtype)
    for out, element, position in _places(x.shape, axes, sizes, strides, dilations):
        result[out + element] = front[position]
    k = len(axes)
    result = np.moveaxis(result, range(k, 2 * k), range(-k, 0))  # the window's axes last
    return np.moveaxis(result, range(k), axes)


def _overlap_add(x: np.ndarray, shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    rank, k = len(shape), len(axes)
    axes = [a % rank for a in axes]
    front = np.moveaxis(x, axes, range(k))
    front = np.moveaxis(front, range(-k, 0), range(k, 2 * k))
    total = np.zeros([shape[a] for a in axes] + [d for i, d in enumerate(shape) if i not in axes], x.dtype)
    for out, element, position in _places(shape, axes, sizes, strides, dilations):
        total[position] += front[out + element]
    return np.moveaxis(total, range(k), axes)


def _each(value: Any, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)


def _padded(x: np.ndarray, padding: Any, window: Any, strides: Any, dilations: Any, value: Any) -> np.ndarray:
    """``(batch, *spatial, channels)`` with what "same" or explicit pairs put around it."""
    if padding == "valid":
        return x
    pairs = []
    for i, (n, s, d) in enumerate(zip(window, strides, dilations, strict=True)):
        if padding == "same":
            size = x.shape[1 + i]
            missing = max((math.ceil(size / s) - 1) * s + (n - 1) * d + 1 - size, 0)
            pairs.append((missing // 2, missing - missing // 2))
        else:
            pairs.append(tuple(padding[i]))
    return np.pad(x, [(0, 0), *pairs, (0, 0)], constant_values=value)


def _conv(x: np.ndarray, kernel: np.ndarray, strides: Any, padding: Any, data_format: Any, dilation: Any) -> Any:
    rank = x.ndim - 2
    first = data_format == "channels_first"
    x = np.moveaxis(x, 1, -1) if first else x
    window, strides, dilation = kernel.shape[:rank], _each(strides, rank), _each(dilation, rank)
    x = _padded(x, padding, window, strides, dilation, 0)
    inner, filters = kernel.shape[-2:]
    groups = x.shape[-1] // inner
    share = filters // groups
    spatial = x.shape[1:-1]
    counts = [_outputs(d, n, s, e) for d, n, s, e in zip(spatial, window, strides, dilation, strict=True)]
    y = np.zeros((x.shape[0], *counts, filters), np.result_type(x, kernel))
    for out, element, position in _places(spatial, range(rank), window, strides, dilation):
        pixels = x[(slice(None), *position)]
        for g in range(groups):
            part = slice(g * share, (g + 1) * share)
            y[(slice(None), *out, part)] += pixels[:, g * inner : (g + 1) * inner] @ kernel[element][:, part]
    return np.moveaxis(y, -1, 1) if first else y


def _pool(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def reference(x: np.ndarray, size: Any, strides: Any, padding: str, data_format: Any) -> Any:
        rank = x.ndim - 2
        first = data_format == "channels_first"
        x = np.moveaxis(x, 1, -1) if first else x
        size = _each(size, rank)
        strides = size if strides is None else _each(strides, rank)
        ones = (1,) * rank
        inside = _padded(np.ones(x.shape, bool), padding, size, strides, ones, False)
        x = _padded(x, padding, size, strides, ones, 0)
        counts = [_outputs(d, n, s, 1) for d, n, s in zip(x.shape[1:-1], size, strides, strict=True)]
        y = np.empty((x.shape[0], *counts, x.shape[-1]), x.dtype if reduce is np.max else "float64")
        for out in itertools.product(*map(range, counts)):
            window = tuple(slice(o * s, o * s + n) for o, s, n in zip(out, strides, size, strict=True))
            for b, c in itertools.product(range(x.shape[0]), range(x.shape[-1])):
                place: Any = (b, *window, c)
                y[(b, *out, c)] = reduce(x[place][inside[place]])
        return np.moveaxis(y, -1, 1) if first else y

    return reference


ORACLES: dict[str, Callable[..., Any]] = {
    "sliding_windows": _sliding_windows,
    "overlap_add": _overlap_add,
    "conv": _conv,
    "max_pool": _pool(np.max),
    "average_pool": _pool(np.mean),
}
