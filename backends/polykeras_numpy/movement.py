"""Arrangement, joining, creation and casts."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from polykeras.dtypes import COMPLEX, numpy_dtype, standardize
from polykeras.ops.casting import integers_of


def _cast(x: Any, dtype: str) -> Any:
    target, plainly = way(x.dtype, dtype)
    if plainly:
        return x if x.dtype is target else x.astype(target)
    if x.dtype.kind == "c" and dtype not in ("bool", *COMPLEX):  # NumPy warns of the imaginary part
        x = x.real
    if target.kind in "iu" and x.dtype.kind in "fV":  # bfloat16 is a V to NumPy
        return integers_of(x, dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        if target.itemsize == 2 and x.dtype == np.float64:  # rounded twice, as on every backend
            x = x.astype(np.float32)
        return x.astype(target)


@cache
def way(source: Any, dtype: str) -> tuple[Any, bool]:
    """The dtype to cast to, and whether NumPy can do it by itself: nothing is lost, so that it has nothing to warn of."""
    target = numpy_dtype(dtype)
    return target, np.can_cast(source, target, "safe")


def _fill(shape: Any, value: Any, dtype: str) -> Any:
    return np.full(shape, value, numpy_dtype(dtype))


def _pad(x: Any, pad_width: Any, value: Any) -> Any:
    shape = [d + a + b for d, (a, b) in zip(x.shape, pad_width, strict=True)]
    out = np.full(shape, value, x.dtype) if value else np.zeros(shape, x.dtype)
    out[tuple(slice(a, a + d) for d, (a, _) in zip(x.shape, pad_width, strict=True))] = x
    return out


SMALL = 4096
"""Bytes: arrays up to this size are sooner copied than `np.broadcast_to` has made its view."""


def _broadcast_to(x: Any, shape: Any) -> Any:
    if x.nbytes > SMALL:
        return np.broadcast_to(x, shape)  # a view
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


def _stack(xs: Any, axis: int) -> Any:
    return np.stack(xs, axis)


def _range(start: float, stop: float, step: float, dtype: str) -> Any:
    return np.arange(start, stop, step).astype(numpy_dtype(dtype))


KERNELS = {
    "reshape": lambda x, shape: x.reshape(shape),
    "transpose": lambda x, axes: x.transpose(axes),
    "broadcast_to": _broadcast_to,
    "reverse": lambda x, axes: np.flip(x, tuple(axes)),
    "pad_constant": _pad,
    "concatenate": np.concatenate,
    "fill": _fill,
    "fill_like": lambda x, value, dtype: np.full(x.shape, value, numpy_dtype(dtype)),
    "range": _range,
    "cast": _cast,
    "stop_gradient": lambda x: x,
}


def _squeeze(x: Any, axis: Any) -> Any:
    return x.squeeze(tuple(axis) if isinstance(axis, list) else axis)


def _zeros_like(x: Any, dtype: Any) -> Any:
    return np.zeros(x.shape, x.dtype if dtype is None else numpy_dtype(standardize(dtype)))


OVERRIDES = {"stack": _stack, "squeeze": _squeeze, "zeros_like": _zeros_like}
