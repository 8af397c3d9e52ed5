"""Windows for convolution and pooling, and fused activations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


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


def _softmax(x: Any, axis: Any) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


OVERRIDES = {"softmax": _softmax}
