"""Windows, pooling and activations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from polykeras.ops.pooling import pool_geometry, window_counts
from polykeras.ops.rules import axis_of
from polykeras.ops.windows import window_count
from polykeras_jax.compiled import compiled, fuse
from polykeras_jax.convolution import configured

_MANY = 64  # more slices than this make a program that is slow to compile

# ---- windows ---------------------------------------------------------------------------------------------------------


def _every(x: Any, axis: int, first: int, count: int, stride: int) -> Any:
    """`count` elements along `axis` from `first` on, `stride` apart."""
    return lax.slice_in_dim(x, first, first + (count - 1) * stride + 1, stride, axis)


def _windows_along(x: Any, axis: int, size: int, stride: int, dilation: int) -> Any:
    """Windows along one axis, their elements in a new last axis: put together from slices, for XLA differentiates
    slices well and its gather badly."""
    count = window_count(x.shape[axis], size, stride, dilation)
    if size <= min(count, _MANY):
        return jnp.stack([_every(x, axis, i * dilation, count, stride) for i in range(size)], -1)
    if count <= _MANY:
        windows = jnp.stack([_every(x, axis, i * stride, size, dilation) for i in range(count)], axis)
    else:
        positions = jnp.arange(count)[:, None] * stride + jnp.arange(size) * dilation
        windows = jnp.take(x, positions, axis, mode="clip")
    return jnp.moveaxis(windows, axis + 1, -1)


def _sliding_windows(
    x: Any, axes: Sequence[int], sizes: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Any:
    rank = x.ndim
    for axis, size, stride, dilation in zip(axes, sizes, strides, dilations, strict=True):
        x = _windows_along(x, axis_of(axis, rank), size, stride, dilation)
    return x


def _overlap_add(x: Any, shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    working = jnp.int32 if x.dtype == jnp.bool_ else x.dtype
    transpose = jax.linear_transpose(
        lambda whole: _sliding_windows(whole, axes, sizes, strides, dilations), jax.ShapeDtypeStruct(shape, working)
    )
    return transpose(x.astype(working))[0].astype(x.dtype)


KERNELS = {
    "sliding_windows": compiled(_sliding_windows, 1, 2, 3, 4),
    "overlap_add": compiled(_overlap_add, 1, 2, 3, 4, 5),
}

# ---- pooling ---------------------------------------------------------------------------------------------------------
#
# One axis after the other, each window as strided slices that are merged. On a CPU this runs forwards like XLA's
# reduce_window and backwards ten to fifty times as fast; it can be differentiated again; and the order in which the
# slices are compared says who wins a tie.


def _first_larger(x: Any, y: Any) -> Any:
    return jnp.where((x >= y) | (x != x), x, y)  # NaN, unequal to itself, stays


def _first_largest(windows: Any) -> Any:
    return jnp.take_along_axis(windows, lax.argmax(windows, windows.ndim - 1, jnp.int32)[..., None], -1)[..., 0]


def _pool(x: Any, g: Any, outside: Any, merge: Callable[..., Any], reduce: Callable[..., Any]) -> Any:
    first = 1 if g.last else 2
    widths = [(0, 0, 0)] * x.ndim
    widths[first : first + g.rank] = [(before, after, 0) for before, after in g.padding]
    x = lax.pad(x, jnp.asarray(outside, x.dtype), widths)
    # The last axis first: of equal elements in different rows, that of the first row must win.
    for axis, size, stride in reversed(list(zip(range(first, first + g.rank), g.size, g.strides, strict=True))):
        if size > _MANY:
            x = reduce(_windows_along(x, axis, size, stride, 1))
            continue
        count = window_count(x.shape[axis], size, stride, 1)
        merged = _every(x, axis, 0, count, stride)
        for i in range(1, size):
            merged = merge(merged, _every(x, axis, i, count, stride))
        x = merged
    return x


def _max_pool(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: str) -> Any:
    g = pool_geometry(inputs.shape, pool_size, strides, padding, data_format)
    if inputs.dtype == jnp.bool_:
        lowest: Any = False
    else:
        floating = jnp.issubdtype(inputs.dtype, jnp.floating)
        lowest = -jnp.inf if floating else jnp.iinfo(inputs.dtype).min
    return _pool(inputs, g, lowest, _first_larger, _first_largest)


def _average_pool(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: str) -> Any:
    g = pool_geometry(inputs.shape, pool_size, strides, padding, data_format)
    wide = inputs.astype(jnp.float32) if inputs.dtype.itemsize == 2 else inputs
    total = _pool(wide, g, 0, lax.add, lambda windows: jnp.sum(windows, -1))
    counts = window_counts(inputs.shape[1:-1] if g.last else inputs.shape[2:], g)
    counts = jnp.asarray(counts[..., None] if g.last else counts, total.dtype)
    return (total / counts).astype(inputs.dtype)


OVERRIDES = {
    "max_pool": configured("max_pool", _max_pool),
    "average_pool": configured("average_pool", _average_pool),
    "sigmoid": compiled(jax.nn.sigmoid),
    **fuse("relu", "softplus", "silu", "gelu", "elu", "softmax", "log_softmax", "batch_normalization"),
    **fuse("dot_product_attention", "sparsemax"),
    **fuse("layer_normalization", "rms_normalization", configured=True),
    **fuse("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", configured=True),
}
