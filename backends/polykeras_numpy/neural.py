"""Windows for convolution and pooling, and fused activations."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.ops.rules import axis_of
from polykeras_numpy.products import is_half


def windows_of(x: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    """A strided view of all windows: no element is copied."""
    shape, steps = list(x.shape), list(x.strides)
    for a, n, stride, dilation in zip(axes, sizes, strides, dilations, strict=True):
        shape[a] = (x.shape[a] - (n - 1) * dilation - 1) // stride + 1
        steps[a] = x.strides[a] * stride
    if any(shape[a] < 1 for a in axes) or min((*sizes, *strides, *dilations), default=1) < 1:
        raise ValueError("a window does not fit")  # as_strided would read beyond the array
    steps += [x.strides[a] * d for a, d in zip(axes, dilations, strict=True)]
    return np.lib.stride_tricks.as_strided(x, (*shape, *sizes), steps, writeable=False)


def _overlap_add(x: Any, shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    rank = len(shape)
    # One addition per position within the window, over all windows at once: windows overlap, positions do not.
    for position in itertools.product(*map(range, sizes)):
        target: list[slice] = [slice(None)] * rank
        for a, p, stride, dilation in zip(axes, position, strides, dilations, strict=True):
            begin = p * dilation
            target[a] = slice(begin, begin + (x.shape[a] - 1) * stride + 1, stride)
        out[tuple(target)] += x[(..., *position)]
    return out


KERNELS = {"sliding_windows": windows_of, "overlap_add": _overlap_add}


def _over_axes(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`f` of one or several axes, in float32 where sums in x's dtype would lose digits."""

    def kernel(x: Any, axis: Any) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return f(x.astype(np.float32), axis).astype(x.dtype) if is_half(x.dtype) else f(x, axis)

    return kernel


def _softmax(x: Any, axis: Any) -> Any:
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


def _log_softmax(x: Any, axis: Any) -> Any:
    shifted = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    shifted -= np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))
    return shifted


def _batch_normalization(x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    inverse = 1 / np.sqrt(variance + variance.dtype.type(epsilon))
    inverse = inverse if scale is None else inverse * scale
    shift = -mean * inverse if offset is None else offset - mean * inverse
    shape = [-1 if i == axis_of(axis, x.ndim) else 1 for i in range(x.ndim)]
    y = x * inverse.reshape(shape)
    y += shift.reshape(shape)
    return y


OVERRIDES = {
    "softmax": _over_axes(_softmax),
    "log_softmax": _over_axes(_log_softmax),
    "batch_normalization": _batch_normalization,
}
