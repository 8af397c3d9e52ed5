"""Arrangement, joining, creation and casts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from polykeras.dtypes import numpy_dtype
from polykeras.ops.rules import axis_of
from polykeras_jax.compiled import compiled, fuse, fused
from polykeras_jax.placement import placed


def _pad(x: Any, pad_width: Any, value: Any) -> Any:
    if any(width < 0 for pair in pad_width for width in pair):  # lax.pad would cut
        raise ValueError(f"pad_width must not be negative, got {pad_width}")
    return lax.pad(x, lax.convert_element_type(value, x.dtype), [(before, after, 0) for before, after in pad_width])


def _range(start: Any, step: Any, count: int, dtype: str, exact: bool) -> Any:
    # Whole numbers in the dtype itself, where they may wrap around; others in float64, rounded once.
    working = dtype if exact else "float64"
    start, step = lax.convert_element_type(start, working), lax.convert_element_type(step, working)
    return lax.convert_element_type(start + step * lax.iota(working, count), dtype)


_counted = compiled(_range, 2, 3, 4)


def _range_kernel(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    whole = all(isinstance(v, int) for v in (start, stop, step)) and "int" in dtype
    # The count alone is part of the program: ranges of one length share it.
    return _counted(start, step, max(0, math.ceil((stop - start) / step)), dtype, whole)


_filled = compiled(lambda shape, value, dtype: lax.full(shape, value, dtype), 0, 2)
_seen: set[tuple[tuple[int, ...], str]] = set()  # what has been filled before


def _fill(shape: Sequence[int], value: Any, dtype: str) -> Any:
    """Zeros and ones of a new shape come from the host, for most are made once, as the start of a variable, and a
    program of their own would take a hundred times as long to compile."""
    key = (tuple(shape), dtype)
    if key not in _seen:
        _seen.add(key)
        number = type(value) in (bool, int, float) and value in (0, 1)
        if number and not isinstance(_filled((), 0, "int32"), jax.core.Tracer):
            return jax.device_put(np.full(key[0], value, numpy_dtype(dtype)))
    return _filled(shape, value, dtype)


def _cast(x: Any, dtype: str) -> Any:
    if jnp.iscomplexobj(x) and "complex" not in dtype:
        return x != 0 if dtype == "bool" else lax.convert_element_type(jnp.real(x), dtype)
    return lax.convert_element_type(x, dtype)


_split_by_slices = fused("split")


def _split(x: Any, cuts: int | Sequence[int], axis: int) -> Any:
    """By `lax.split`, whose gradient is one concatenation; that of slices is a sum of padded pieces."""
    size = x.shape[axis_of(axis, x.ndim)]
    if isinstance(cuts, int):
        bounds = range(0, size + 1, size // cuts) if 0 < cuts <= size and size % cuts == 0 else ()
    else:
        bounds = (0, *cuts, size)
    sizes = [end - begin for begin, end in itertools.pairwise(bounds)]
    if not sizes or min(sizes) < 0:
        return _split_by_slices(x, cuts, axis)
    return lax.split(x, sizes, axis_of(axis, x.ndim))


KERNELS = {
    "reshape": compiled(jnp.reshape, 1),
    "transpose": compiled(jnp.transpose, 1),
    "broadcast_to": compiled(jnp.broadcast_to, 1),
    "reverse": compiled(jnp.flip, 1),
    "pad_constant": compiled(_pad, 1),
    "concatenate": compiled(lambda xs, axis: lax.concatenate(xs, axis_of(axis, xs[0].ndim)), 1),
    "fill": placed(_fill),
    "fill_like": compiled(lambda x, value, dtype: lax.full(x.shape, value, dtype), 2, keep_unused=True),
    "range": placed(_range_kernel),
    "cast": compiled(_cast, 1),  # saturates: what no integer holds becomes the nearest, NaN 0
    "stop_gradient": compiled(lax.stop_gradient),
}

OVERRIDES = {"split": compiled(_split, 1, 2), **fuse("stack", "tile", "unstack")}
