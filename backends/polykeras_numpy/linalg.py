"""Matrix factorizations and what is solved with them, by LAPACK through NumPy and SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.ops.linalg.kernels import kernels


def _or_nan(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` of stacks of matrices, where NumPy gives up on all if one is singular: then one by one, NaN for those."""

    def run(*xs: Any) -> Any:
        try:
            return f(*xs)
        except np.linalg.LinAlgError:
            last = xs[-1]  # the result has its shape
            if last.ndim == 2:
                return np.full(last.shape, np.nan, last.dtype)
            return np.stack([run(*each) for each in zip(*xs, strict=True)])

    return run


def _one_by_one(f: Callable[..., Any], *xs: Any) -> list[Any]:
    """The results of `f` on the matrices of stacks, each as a flat list."""
    flat = [x.reshape(-1, *x.shape[-2:]) for x in xs]
    return [f(*each) for each in zip(*flat, strict=True)]


def _lu(x: Any) -> Any:
    from scipy.linalg.lapack import get_lapack_funcs

    (getrf,) = get_lapack_funcs(("getrf",), (x,))
    found = _one_by_one(getrf, x)
    return (
        np.stack([lu for lu, *_ in found]).reshape(x.shape),
        np.stack([pivots for _, pivots, _ in found]).reshape(x.shape[:-1]).astype(np.int32),
    )


def _solve_triangular(a: Any, b: Any, lower: bool) -> Any:
    from scipy.linalg.lapack import get_lapack_funcs

    (trtrs,) = get_lapack_funcs(("trtrs",), (a, b))
    return np.stack(_one_by_one(lambda a, b: trtrs(a, b, lower=lower)[0], a, b)).reshape(b.shape)


KERNELS: dict[str, Callable[..., Any]] = kernels(
    "numpy",
    {
        "cholesky": _or_nan(np.linalg.cholesky),
        "qr": lambda x: tuple(np.linalg.qr(x)),
        "svd": lambda x: tuple(np.linalg.svd(x, full_matrices=False)),
        "eigh": lambda x: tuple(np.linalg.eigh(x)),
        "eig": lambda x: tuple(np.linalg.eig(x)),
        "lu": _lu,
        "solve": _or_nan(np.linalg.solve),
        "solve_triangular": _solve_triangular,
        "det": np.linalg.det,
        "slogdet": lambda x: tuple(np.linalg.slogdet(x)),
    },
)
OVERRIDES: dict[str, Callable[..., Any]] = {"slogdet": KERNELS.pop("slogdet")}
