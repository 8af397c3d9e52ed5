"""Matrix products and contractions, in BLAS where the dtype has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def is_half(dtype: Any) -> bool:
    """Whether it is float16 or bfloat16: no BLAS has these, and their sums would lose digits."""
    return bool(dtype.itemsize == 2 and dtype.kind not in "iu")


def in_single_precision(f: Callable[..., Any], x1: Any, x2: Any, *rest: Any) -> Any:
    """`f` of the two arrays in float32, its result in their own dtype."""
    return f(x1.astype(np.float32), x2.astype(np.float32), *rest).astype(x1.dtype)


def _matmul(x1: Any, x2: Any) -> Any:
    return in_single_precision(np.matmul, x1, x2) if is_half(x1.dtype) else np.matmul(x1, x2)


def _contract(equation: str, operands: Any) -> Any:
    dtype = operands[0].dtype
    if is_half(dtype):
        return np.einsum(equation, *(x.astype(np.float32) for x in operands), optimize=True).astype(dtype)
    out = np.einsum(equation, *operands, optimize=True)
    return out if out.dtype is dtype else np.asarray(out).astype(dtype)


KERNELS = {"matmul": _matmul, "contract": _contract}
