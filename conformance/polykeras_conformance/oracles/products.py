"""Sums of products, by NumPy's einsum and its explicit relatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _matmul(a: Any, b: Any) -> Any:
    """The product by broadcasting and summing, which is the definition."""
    left = a[None, :] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    product = (left[..., :, :, None] * right[..., None, :, :]).sum(-2)
    if a.ndim == 1:
        product = product[..., 0, :]
    return product[..., 0] if b.ndim == 1 else product


def _einsum(subscripts: str, operands: Any) -> Any:
    # Of bools, and is the product and or the sum.
    if all(x.dtype == bool for x in operands):
        return np.einsum(subscripts, *(x.astype("int64") for x in operands)) > 0
    return np.einsum(subscripts, *operands)


def _of_bools_too(f: Callable[..., Any]) -> Callable[..., Any]:
    def reference(a: Any, b: Any, *rest: Any) -> Any:
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype == bool and b.dtype == bool:
            return f(a.astype("int64"), b.astype("int64"), *rest) > 0
        return f(a, b, *rest)

    return reference


ORACLES: dict[str, Callable[..., Any]] = {
    "matmul": _of_bools_too(_matmul),
    "contract": _einsum,
    "einsum": _einsum,
    "dot": _of_bools_too(np.dot),
    "tensordot": _of_bools_too(np.tensordot),
    "outer": _of_bools_too(np.outer),
    "inner": _of_bools_too(np.inner),
    "vdot": _of_bools_too(np.vdot),
}
