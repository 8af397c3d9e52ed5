"""Matrix products and contractions, in BLAS where the dtype has one."""

from __future__ import annotations

from typing import Any

import numpy as np


def _half(dtype: Any) -> bool:
    return bool(dtype.itemsize == 2 and dtype.kind not in "iu")


def _matmul(x1: Any, x2: Any) -> Any:
    if _half(x1.dtype):  # no BLAS for half precision, and its sums would lose digits
        return np.matmul(x1.astype(np.float32), x2.astype(np.float32)).astype(x1.dtype)
    return np.matmul(x1, x2)


def _contract(equation: str, operands: Any) -> Any:
    dtype = operands[0].dtype
    if _half(dtype):
        return np.einsum(equation, *(x.astype(np.float32) for x in operands), optimize=True).astype(dtype)
    out = np.einsum(equation, *operands, optimize=True)
    return out if out.dtype is dtype else np.asarray(out).astype(dtype)


KERNELS = {"matmul": _matmul, "contract": _contract}
