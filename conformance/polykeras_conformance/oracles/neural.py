"""Normalisation, attention, blocks of pixels, adaptive pooling, sparsemax."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

EPSILON = 1e-7


def _weights(w: Any, x: np.ndarray, axes: tuple[int, ...]) -> Any:
    if w is None or w.ndim == x.ndim:
        return w
    return w.reshape([d if i in axes else 1 for i, d in enumerate(x.shape)])


def _axes(axis: Any, x: np.ndarray) -> tuple[int, ...]:
    return tuple(sorted(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,))))


def _layer(x: np.ndarray, gamma: Any, beta: Any, axis: Any, epsilon: Any, rms_scaling: bool) -> Any:
    axes = _axes(axis, x)
    y = (x if rms_scaling else x - x.mean(axes, keepdims=True)) / np.sqrt(
        x.var(axes, keepdims=True) + (EPSILON if epsilon is None else epsilon)
    )
    y = y if gamma is None else y * _weights(gamma, x, axes)
    return y if beta is None or rms_scaling else y + _weights(beta, x, axes)


def _rms(x: np.ndarray, scale: Any, axis: Any, epsilon: Any) -> Any:
    axes = _axes(axis, x)
    y = x / np.sqrt((x * x).mean(axes, keepdims=True) + (EPSILON if epsilon is None else epsilon))
    return y if scale is None else y * _weights(scale, x, axes)


def _attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, bias: Any, mask: Any, scale: Any, causal: bool, _: Any, cap: Any
) -> Any:
    """One head of one example, one position of the query at a time."""
    batch, steps, heads, features = q.shape
    length, groups = k.shape[1:3]
    whole = (batch, heads, steps, length)
    bias = np.broadcast_to(0.0 if bias is None else bias, whole)
    mask = np.broadcast_to(True if mask is None else mask, whole)
    scale = 1 / math.sqrt(features) if scale is None else scale
    y = np.zeros((batch, steps, heads, v.shape[-1]))
    for b, n, t in itertools.product(range(batch), range(heads), range(steps)):
        shared = n // (heads // groups)
        logits = k[b, :, shared] @ q[b, t, n] * scale
        logits = logits if cap is None else cap * np.tanh(logits / cap)
        logits = logits + bias[b, n, t]
        seen = [i for i in range(length) if mask[b, n, t, i] and not (causal and i > t)]
        weights = special.softmax(logits[seen]) if seen else np.full(length, 1 / length)
        y[b, t, n] = weights @ v[b, seen or slice(None), shared]
    return y


def _depth_to_space(x: np.ndarray, r: int, data_format: str) -> Any:
    last = data_format == "channels_last"
    x = x if last else np.moveaxis(x, 1, -1)
    batch, height, width, channels = x.shape
    rest = channels // r**2
    y = np.empty((batch, height * r, width * r, rest), x.dtype)
    for i, j, c in np.ndindex(r, r, rest):
        channel = (i * r + j) * rest + c if last else (c * r + i) * r + j
        y[:, i::r, j::r, c] = x[..., channel]
    return y if last else np.moveaxis(y, -1, 1)


def _space_to_depth(x: np.ndarray, r: int, data_format: str) -> Any:
    last = data_format == "channels_last"
    x = x if last else np.moveaxis(x, 1, -1)
    batch, height, width, rest = x.shape
    y = np.empty((batch, height // r, width // r, rest * r**2), x.dtype)
    for i, j, c in np.ndindex(r, r, rest):
        channel = (i * r + j) * rest + c if last else (c * r + i) * r + j
        y[..., channel] = x[:, i::r, j::r, c]
    return y if last else np.moveaxis(y, -1, 1)


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def _unfold(x: np.ndarray, size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    (kh, kw), (dh, dw), (ph, pw), (sh, sw) = map(_pair, (size, dilation, padding, stride))
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows = range(0, x.shape[2] - (kh - 1) * dh, sh)
    columns = range(0, x.shape[3] - (kw - 1) * dw, sw)
    windows = [x[:, :, i : i + (kh - 1) * dh + 1 : dh, j : j + (kw - 1) * dw + 1 : dw] for i in rows for j in columns]
    return np.stack([w.reshape(len(x), -1) for w in windows], -1)


def _fold(x: np.ndarray, output: Any, size: Any, *options: Any) -> Any:
    """Numbers of the pixels, unfolded, say where each element goes; 0 is padding."""
    height, width = _pair(output)
    channels = x.shape[1] // math.prod(_pair(size))
    pixels = np.arange(1, channels * height * width + 1).reshape(1, channels, height, width)
    places = _unfold(pixels, size, *options)[0]
    y = np.zeros((len(x), channels * height * width + 1), x.dtype)
    for place in np.ndindex(*places.shape):
        y[:, places[place]] += x[(slice(None), *place)]
    return y[:, 1:].reshape(-1, channels, height, width)


def _adaptive(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def reference(x: np.ndarray, output: Any, data_format: str) -> Any:
        first = data_format == "channels_first"
        x = np.moveaxis(x, 1, -1) if first else x
        rank = x.ndim - 2
        output = (output,) * rank if isinstance(output, int) else tuple(output)
        y = np.empty((len(x), *output, x.shape[-1]), x.dtype if reduce is np.max else "float64")
        for place in np.ndindex(*output):
            window = tuple(
                slice(math.floor(i * m / n), math.ceil((i + 1) * m / n)) for i, m, n in zip(place, x.shape[1:], output)
            )
            y[(slice(None), *place)] = reduce(x[(slice(None), *window)], axis=tuple(range(1, rank + 1)))
        return np.moveaxis(y, -1, 1) if first else y

    return reference


def _sparsemax(x: np.ndarray, axis: int) -> Any:
    """By trying how large the support is."""

    def row(z: np.ndarray) -> np.ndarray:
        for count in range(len(z), 0, -1):
            threshold = (np.sort(z)[::-1][:count].sum() - 1) / count
            if np.sum(z > threshold) == count:
                return np.maximum(z - threshold, 0)
        return np.full(len(z), np.nan)

    return np.apply_along_axis(row, axis, x) if x.size else x


ORACLES: dict[str, Callable[..., Any]] = {
    "layer_normalization": _layer,
    "rms_normalization": _rms,
    "dot_product_attention": _attention,
    "depth_to_space": _depth_to_space,
    "space_to_depth": _space_to_depth,
    "unfold": _unfold,
    "fold": _fold,
    "adaptive_average_pool": _adaptive(np.mean),
    "adaptive_max_pool": _adaptive(np.max),
    "sparsemax": _sparsemax,
}
