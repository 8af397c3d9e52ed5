"""Sums, extremes and order along axes."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from polykeras.ops.rules import axis_of
from polykeras_jax.compiled import compiled, fuse


def _half(x: Any) -> bool:
    return bool(x.dtype.itemsize == 2 and jnp.issubdtype(x.dtype, jnp.floating))


def _reduction(reduce: Any, **options: Any) -> Any:
    return compiled(lambda x, axis, keepdims: reduce(x, axis, keepdims=keepdims, **options), 1, 2)


def _position(find: Any) -> Any:
    """int32 positions of the extreme along one axis, or in the flattened tensor."""

    def kernel(x: Any, axis: int | None, keepdims: bool) -> Any:
        if axis is None:
            found = find(jnp.ravel(x), 0, jnp.int32)
            return jnp.reshape(found, (1,) * x.ndim) if keepdims else found
        found = find(x, axis_of(axis, x.ndim), jnp.int32)
        return jnp.expand_dims(found, axis) if keepdims else found

    return compiled(kernel, 1, 2)


def _running(accumulate: Any) -> Any:
    def kernel(x: Any, axis: int) -> Any:
        wide = x.astype(jnp.float32) if _half(x) else x  # running sums in half precision would stop growing
        return accumulate(wide, axis_of(axis, x.ndim)).astype(x.dtype)

    return compiled(kernel, 1)


def _argsort(x: Any, axis: int | None) -> Any:
    if axis is None:
        x, axis = jnp.ravel(x), 0
    axis = axis_of(axis, x.ndim)
    positions = lax.broadcasted_iota(jnp.int32, x.shape, axis)
    return lax.sort((x, positions), dimension=axis, is_stable=True, num_keys=1)[1]


def _top_k(x: Any, k: int, sorted: bool) -> Any:
    indices = lax.top_k(x.astype(jnp.uint8) if x.dtype == jnp.bool_ else x, k)[1].astype(jnp.int32)
    return jnp.take_along_axis(x, indices, axis=-1), indices


KERNELS = {
    "sum": _reduction(jnp.sum, promote_integers=False),
    "product": _reduction(jnp.prod, promote_integers=False),
    "amax": _reduction(jnp.max),
    "amin": _reduction(jnp.min),
    "any": _reduction(jnp.any),
    "all": _reduction(jnp.all),
    "argmax": _position(lax.argmax),
    "argmin": _position(lax.argmin),
    "cumulative_sum": _running(lax.cumsum),
    "cumulative_prod": _running(lax.cumprod),
    "argsort": compiled(_argsort, 1),
}

OVERRIDES = {
    "mean": _reduction(jnp.mean),
    "var": _reduction(jnp.var),
    "sort": compiled(lambda x, axis: jnp.sort(x, axis), 1),
    "top_k": compiled(_top_k, 1, 2),
    **fuse("std", "logsumexp", "moments"),
}
