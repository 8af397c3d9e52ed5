"""Reductions, running sums and products, order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from polykeras.ops import rules
from polykeras_tensorflow.control_flow import by_rule
from polykeras_tensorflow.native import BOOL, FLOATS, accumulating, by_dtype, ints, number, rank_of, raw, rule, run_body

Kernel = Callable[..., Any]


def _axes(x: Any, axis: Any) -> Any:
    """`axis` in the form that a raw reduction takes."""
    if axis is None:
        return ints(tuple(range(rank_of(x))))
    return ints(axis) if isinstance(axis, (tuple, list)) else axis


def _reduction(op: Kernel) -> Kernel:
    return lambda x, axis, keepdims: op(x, _axes(x, axis), keepdims)


def _refuse_nothing(name: str, x: Any, axis: Any) -> None:
    """Let the op's rule raise if an axis without elements is reduced. TensorFlow would answer infinity."""
    if 0 in tuple(x.shape):
        rule(name, x, axis, False)


def _extreme(name: str, op: Kernel, on_bools: Kernel) -> Kernel:
    def kernel(x: Any, axis: Any, keepdims: bool) -> Any:
        _refuse_nothing(name, x, axis)
        return (on_bools if x.dtype is BOOL else op)(x, _axes(x, axis), keepdims)

    return kernel


def _arg_extreme(name: str, op: Kernel, value: Kernel) -> Kernel:
    """`op` passes over NaN; the `value` of the extreme does not."""

    def first(x: Any, axis: int) -> Any:
        if x.dtype not in FLOATS:
            return op(x, axis, tf.int32)
        return raw.ArgMax(raw.LogicalOr(raw.Equal(x, value(x, axis, True)), raw.NotEqual(x, x)), axis, tf.int32)

    def kernel(x: Any, axis: Any, keepdims: bool) -> Any:
        _refuse_nothing(name, x, axis)
        rank = rank_of(x)
        if axis is None:
            flat = first(raw.Reshape(x, ints((-1,))), 0)
            return raw.Reshape(flat, ints((1,) * rank)) if keepdims else flat
        result = first(x, axis)
        return tf.expand_dims(result, axis) if keepdims else result

    return kernel


_complex_product = by_rule("product", _reduction(raw.Prod))  # TensorFlow's second derivative is wrong there
_product = by_dtype(_reduction(raw.Prod), dict.fromkeys((tf.complex64, tf.complex128), _complex_product))

# ---- order -----------------------------------------------------------------------------------------------------------

_SIGNED = {tf.float16: tf.int16, tf.bfloat16: tf.int16, tf.float32: tf.int32, tf.float64: tf.int64}


def _rising_key(x: Any) -> Any:
    """Integers in the order of x, equal where x is, NaN last: TensorFlow's sorting leaves NaN anywhere."""
    signed = _SIGNED.get(x.dtype)
    if signed is None:
        return raw.Cast(x, tf.int32) if x.dtype is BOOL else x
    bits = raw.Bitcast(raw.AddV2(x, 0.0), signed)  # turns -0.0 into 0.0
    # The bits of a negative float fall as it rises: all but the sign are flipped.
    key = raw.SelectV2(raw.Less(bits, 0), raw.BitwiseXor(bits, number(signed.max, signed)), bits)
    return raw.SelectV2(raw.NotEqual(x, x), number(signed.max, signed), key)


def _argsort(x: Any, axis: int | None) -> Any:
    if axis is None:
        x, axis = raw.Reshape(x, ints((-1,))), 0
    rank = rank_of(x)
    if not -rank <= axis < rank:
        rule("argsort", x, axis)
    last = axis % rank == rank - 1
    order = list(range(rank))
    order[axis], order[-1] = order[-1], order[axis]
    key = _rising_key(x)
    if not last:
        key = raw.Transpose(key, ints(order))
    size = key.shape[-1]
    falling = raw.Invert(key)  # turns the order round, and unlike the negative exists for every integer
    indices = raw.TopKV2(falling, tf.shape(key)[-1] if size is None else size)[1]  # of equal ones the first comes first
    return indices if last else raw.Transpose(indices, ints(order))


def _top_k(x: Any, k: int, sorted: bool) -> Any:
    size = x.shape[-1] if rank_of(x) else 0
    if size is None or not 0 <= k <= size:
        return run_body("top_k", x, k, sorted)
    indices = raw.TopKV2(_rising_key(x), k, True)[1]
    return raw.GatherV2(x, indices, -1, rank_of(x) - 1), indices


KERNELS: dict[str, Kernel] = {
    "sum": _reduction(raw.Sum),
    "product": accumulating(_product),
    "amax": _extreme("amax", raw.Max, raw.Any),
    "amin": _extreme("amin", raw.Min, raw.All),
    "any": _reduction(raw.Any),
    "all": _reduction(raw.All),
    "argmax": _arg_extreme("argmax", raw.ArgMax, raw.Max),
    "argmin": _arg_extreme("argmin", raw.ArgMin, raw.Min),
    "cumulative_sum": accumulating(lambda x, axis: raw.Cumsum(x, rules.axis_of(axis, rank_of(x)))),
    "cumulative_prod": accumulating(
        by_rule("cumulative_prod", lambda x, axis: raw.Cumprod(x, rules.axis_of(axis, rank_of(x))))
    ),
    "argsort": _argsort,
}

OVERRIDES: dict[str, Kernel] = {"mean": accumulating(_reduction(raw.Mean)), "top_k": _top_k}
