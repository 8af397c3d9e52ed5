"""Windows for convolution and pooling, and fused activations."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras import config
from polykeras.ops.registry import REGISTRY
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


# Annotated loosely: NumPy's stubs do not know that `axis` may be anything.
_add: Any = np.add.reduce
_maximum: Any = np.maximum.reduce


def softmax(x: Any, axis: Any, out: Any = None) -> Any:
    """Into `out`, if it is given."""
    e = np.exp(np.subtract(x, _maximum(x, axis=axis, keepdims=True), out=out), out=out)
    e /= _add(e, axis=axis, keepdims=True)
    return e


def log_softmax(x: Any, axis: Any, out: Any = None) -> Any:
    """Into `out`, if it is given."""
    shifted = np.subtract(x, _maximum(x, axis=axis, keepdims=True), out=out)
    shifted -= np.log(_add(np.exp(shifted), axis=axis, keepdims=True))
    return shifted


def _batch_normalization(x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    inverse = 1 / np.sqrt(variance + variance.dtype.type(epsilon))
    inverse = inverse if scale is None else inverse * scale
    shift = -mean * inverse if offset is None else offset - mean * inverse
    shape = [-1 if i == axis_of(axis, x.ndim) else 1 for i in range(x.ndim)]
    y = x * inverse.reshape(shape)
    y += shift.reshape(shape)
    return y


# ---- cross-entropies: of class numbers and of yes or no; that of shares is as fast by its body ------------------------


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return log_softmax(output, axis)
    eps = config.epsilon()
    p = output / np.add.reduce(output, axis=axis, keepdims=True)
    return np.log(np.clip(p, eps, 1 - eps, out=p), out=p)


def _sparse_crossentropy(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    axis = axis_of(axis, output.ndim)
    rest = output.shape[:axis] + output.shape[axis + 1 :]
    one = target.ndim == output.ndim and target.shape[axis] == 1
    classes = target.squeeze(axis) if one else target
    if classes.shape != rest or is_half(output.dtype) or not output.size:
        return REGISTRY["sparse_categorical_crossentropy"].body(target, output, from_logits, axis)  # type: ignore[misc]
    classes = np.expand_dims(classes, axis)
    there = (classes >= 0) & (classes < output.shape[axis])
    logarithms = _log_probabilities(output, from_logits, axis)
    if there.all():
        return -np.take_along_axis(logarithms, classes.astype(np.intp), axis).squeeze(axis)
    picked = np.take_along_axis(logarithms, np.where(there, classes, 0).astype(np.intp), axis)
    return -np.where(there, picked, output.dtype.type(np.nan)).squeeze(axis)


def _binary_crossentropy(target: Any, output: Any, from_logits: bool) -> Any:
    if target.shape != output.shape or is_half(output.dtype):
        return REGISTRY["binary_crossentropy"].body(target, output, from_logits)  # type: ignore[misc]
    if from_logits:
        loss = np.log1p(np.exp(-np.abs(output)))
        loss += np.maximum(output, 0)
        loss -= target * output
        return loss
    eps = config.epsilon()
    p = np.clip(output, eps, 1 - eps)
    rest = np.log(1 - p)
    rest *= 1 - target
    return -(target * np.log(p) + rest)


OVERRIDES = {
    "binary_crossentropy": _binary_crossentropy,
    "sparse_categorical_crossentropy": _sparse_crossentropy,
    "softmax": _over_axes(softmax),
    "log_softmax": _over_axes(log_softmax),
    "batch_normalization": _batch_normalization,
}
