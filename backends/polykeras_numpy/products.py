"""Matrix products and contractions, in BLAS where the dtype has one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

from polykeras.ops.registry import REGISTRY


def is_half(dtype: Any) -> bool:
    """Whether it is float16 or bfloat16: no BLAS has these, and their sums would lose digits."""
    return bool(dtype.itemsize == 2 and dtype.kind not in "iu")


def in_single_precision(f: Callable[..., Any], x1: Any, x2: Any, *rest: Any) -> Any:
    """`f` of the two arrays in float32, its result in their own dtype."""
    return f(x1.astype(np.float32), x2.astype(np.float32), *rest).astype(x1.dtype)


def _matmul(x1: Any, x2: Any) -> Any:
    return in_single_precision(np.matmul, x1, x2) if is_half(x1.dtype) else np.matmul(x1, x2)


@lru_cache(maxsize=1024)
def _matrix_product(equation: str) -> tuple[Any, ...] | None:
    """How to contract two operands by one matrix product: orders of axes, and how many are shared and summed.

    None if the equation is something else: no sum, or a sum within one operand.
    """
    inputs, _, output = equation.partition("->")
    a, comma, b = inputs.partition(",")
    if not comma or "," in b:
        return None
    shared = [c for c in a if c in b and c in output]
    summed = [c for c in a if c in b and c not in output]
    rows, columns = [c for c in a if c not in b], [c for c in b if c not in a]
    if not summed or any(c not in output for c in rows + columns):
        return None
    left = tuple(a.index(c) for c in shared + rows + summed)
    right = tuple(b.index(c) for c in shared + summed + columns)
    made = shared + rows + columns
    return left, right, len(shared), len(summed), tuple(made.index(c) for c in output)


def _by_matrix_product(plan: tuple[Any, ...], x1: Any, x2: Any) -> Any:
    left, right, shared, summed, order = plan
    x1, x2 = x1.transpose(left), x2.transpose(right)
    rows, inner = x1.shape[shared : x1.ndim - summed], x1.shape[x1.ndim - summed :]
    outer, columns = x1.shape[:shared], x2.shape[shared + summed :]
    if x2.shape[:shared] != outer or x2.shape[shared : shared + summed] != inner:
        return None  # an axis of size 1 that is stretched
    k = math.prod(inner)
    y = _matmul(x1.reshape((*outer, math.prod(rows), k)), x2.reshape((*outer, k, math.prod(columns))))
    return y.reshape((*outer, *rows, *columns)).transpose(order)


def _contract(equation: str, operands: Any) -> Any:
    plan = _matrix_product(equation)
    if plan is not None:
        y = _by_matrix_product(plan, *operands)
        if y is not None:
            return y
    dtype = operands[0].dtype
    if is_half(dtype):
        return np.einsum(equation, *(x.astype(np.float32) for x in operands), optimize=True).astype(dtype)
    out = np.einsum(equation, *operands, optimize=True)
    return out if out.dtype is dtype else np.asarray(out).astype(dtype)


@cache
def _ranks_of_matmul(subscripts: str) -> tuple[int, int] | None:
    """The ranks of two operands of which np.matmul is what these subscripts say; None if they say something else."""
    form = re.fullmatch(r"([a-zA-Z]*)([a-zA-Z])([a-zA-Z]),\1\3([a-zA-Z])->\1\2\4", subscripts)
    if form is None:
        return None
    letters = "".join(form.groups())
    rank = len(form[1]) + 2
    return (rank, rank) if len(set(letters)) == len(letters) else None


def _einsum(subscripts: str, operands: Any) -> Any:
    if len(operands) == 2:
        x1, x2 = operands
        if _ranks_of_matmul(subscripts) == (x1.ndim, x2.ndim) and x1.shape[-1] == x2.shape[-2]:
            return _matmul(x1, x2)
    return REGISTRY["einsum"].body(subscripts, operands)  # type: ignore[misc]


KERNELS = {"matmul": _matmul, "contract": _contract}
OVERRIDES = {"einsum": _einsum}
