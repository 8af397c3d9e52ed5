"""Relatives of convolution: each place of the result, or of the argument, at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras_conformance.oracles.windows import ORACLES as WINDOWS

_conv = WINDOWS["conv"]


def _each(value: Any, rank: int) -> tuple[Any, ...]:
    return (value,) * rank if value is None or isinstance(value, int) else tuple(value)


def _transposed(f: Callable[[np.ndarray], np.ndarray], shape: Any, y: np.ndarray) -> np.ndarray:
    """The transpose of the linear map `f` from arrays of `shape`, applied to `y`: one basis vector at a time."""
    result = np.zeros(math.prod(shape), y.dtype)
    for i in range(result.size):
        unit = np.zeros(result.size, y.dtype)
        unit[i] = 1
        result[i] = np.sum(f(unit.reshape(shape)) * y)
    return result.reshape(shape)


def _input_gradient(y: np.ndarray, kernel: np.ndarray, shape: Any, *options: Any) -> Any:
    return _transposed(lambda x: _conv(x, kernel, *options), shape, y)


def _kernel_gradient(x: np.ndarray, y: np.ndarray, shape: Any, *options: Any) -> Any:
    return _transposed(lambda kernel: _conv(x, kernel, *options), shape, y)


def _conv_transpose(
    x: np.ndarray,
    kernel: np.ndarray,
    strides: Any,
    padding: str,
    output_padding: Any,
    data_format: str,
    dilation: Any,
) -> Any:
    """Every element of x puts a multiple of the kernel into the result; then it is cut, or lengthened by zeros."""
    rank = x.ndim - 2
    first = data_format == "channels_first"
    x = np.moveaxis(x, 1, -1) if first else x
    strides, dilation, extra = _each(strides, rank), _each(dilation, rank), _each(output_padding, rank)
    reach = [(n - 1) * d + 1 for n, d in zip(kernel.shape, dilation)]
    spatial = x.shape[1:-1]
    full = np.zeros((x.shape[0], *((d - 1) * s + k for d, s, k in zip(spatial, strides, reach)), kernel.shape[-2]))
    for place in np.ndindex(*spatial):
        for element in np.ndindex(*kernel.shape[:rank]):
            target = tuple(p * s + e * d for p, s, e, d in zip(place, strides, element, dilation))
            full[(slice(None), *target)] += x[(slice(None), *place)] @ kernel[element].T
    for axis in range(rank):
        size, s, k, more = spatial[axis], strides[axis], reach[axis], extra[axis]
        before = 0
        if padding == "valid":
            length = (size - 1) * s + k + (max(s - k, 0) if more is None else more)
        elif more is None:
            length, before = size * s, max(k - s, 0) // 2
        else:
            length = (size - 1) * s + k % 2 + more
            before = max((k - k % 2 - more) // 2, 0)
        full = np.moveaxis(full, axis + 1, 0)[before : before + length]
        full = np.concatenate([full, np.zeros((length - len(full), *full.shape[1:]))])
        full = np.moveaxis(full, 0, axis + 1)
    full = full.astype(np.result_type(x, kernel))
    return np.moveaxis(full, -1, 1) if first else full


def _depthwise(x: np.ndarray, kernel: np.ndarray, *options: Any) -> Any:
    axis = 1 if options[2] == "channels_first" else -1
    channels = np.split(x, x.shape[axis], axis)
    return np.concatenate([_conv(c, kernel[..., i : i + 1, :], *options) for i, c in enumerate(channels)], axis)


def _separable(x: np.ndarray, depthwise: np.ndarray, pointwise: np.ndarray, *options: Any) -> Any:
    return _conv(_depthwise(x, depthwise, *options), pointwise, 1, "valid", options[2], 1)


ORACLES: dict[str, Callable[..., Any]] = {
    "conv_input_gradient": _input_gradient,
    "conv_kernel_gradient": _kernel_gradient,
    "conv_transpose": _conv_transpose,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
}
