"""Matrix products and contractions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from polykeras_tensorflow.native import BOOL, FLOATS, ints, raw, rule

# Integers that TensorFlow multiplies no matrices of. Sums of products in wider ones end in the same low bits.
_NARROW = (BOOL, tf.int8, tf.int16, tf.uint8, tf.uint16)
_ALIKE = {tf.uint32: tf.int32, tf.uint64: tf.int64}


def _in_signed(product: Callable[[list[Any]], Any], xs: Sequence[Any]) -> Any:
    """The product of tensors of any dtype, by way of one that TensorFlow multiplies matrices of."""
    dtype = xs[0].dtype
    if dtype in _NARROW:
        return raw.Cast(product([raw.Cast(x, tf.int32) for x in xs]), dtype)
    if dtype in _ALIKE:
        return raw.Bitcast(product([raw.Bitcast(x, _ALIKE[dtype]) for x in xs]), dtype)
    return product(list(xs))


def _matmul(x1: Any, x2: Any) -> Any:
    if x1.dtype in FLOATS:
        return _product([x1, x2])
    return _in_signed(_product, [x1, x2])


def _product(xs: list[Any]) -> Any:
    x1, x2 = xs
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == rank2 == 2:
        return raw.MatMul(x1, x2)
    if rank1 == 0 or rank2 == 0:
        return rule("matmul", x1, x2)  # raises
    if rank2 <= 2 < rank1 and x1.shape.is_fully_defined():
        # All rows in one product. The gradient with respect to x2 is one product then, rather than a sum of many.
        rows = raw.Reshape(x1, ints((x1.shape[:-1].num_elements(), x1.shape[-1])))
        return raw.Reshape(_product([rows, x2]), ints((*x1.shape[:-1], *x2.shape[1:])))
    left = tf.expand_dims(x1, 0) if rank1 == 1 else x1
    right = tf.expand_dims(x2, 1) if rank2 == 1 else x2
    result = raw.BatchMatMulV2(left, right) if max(rank1, rank2) > 2 else raw.MatMul(left, right)
    if rank2 == 1:
        result = tf.squeeze(result, -1)
    return tf.squeeze(result, -1 if rank2 == 1 else -2) if rank1 == 1 else result


def _contract(equation: str, operands: Sequence[Any]) -> Any:
    return _in_signed(lambda xs: _summed(equation, xs), operands)


def _summed(equation: str, operands: list[Any]) -> Any:
    inputs, _, _ = equation.partition("->")
    sizes: dict[str, Any] = {}
    terms = inputs.split(",")
    for term, x in zip(terms, operands, strict=True):
        for label, d in zip(term, x.shape, strict=True):
            if sizes.get(label, 1) == 1:
                sizes[label] = d
    for i, (term, x) in enumerate(zip(terms, operands, strict=True)):
        wide = tuple(sizes[label] for label in term)
        if tuple(x.shape) != wide and None not in wide:  # TensorFlow does not stretch an axis of size 1
            operands[i] = tf.broadcast_to(x, ints(wide))
    return raw.Einsum(operands, equation) if len(operands) <= 2 else tf.einsum(equation, *operands)


KERNELS: dict[str, Callable[..., Any]] = {"matmul": _matmul, "contract": _contract}
