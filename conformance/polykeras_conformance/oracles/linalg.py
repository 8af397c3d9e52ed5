"""Linear algebra, from definitions or by ways that the kernels do not take."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np


def _each(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` of matrices, for stacks of them: matrix by matrix."""

    def reference(x: Any, *rest: Any) -> Any:
        if x.ndim == 2:
            return f(x, *rest)
        tensors = [i for i, r in enumerate(rest) if isinstance(r, np.ndarray) and r.ndim == x.ndim]
        found = [reference(x[k], *(r[k] if i in tensors else r for i, r in enumerate(rest))) for k in range(x.shape[0])]
        return [np.stack(column) for column in zip(*found)] if isinstance(found[0], list) else np.stack(found)

    return reference


def _cholesky(x: Any, upper: bool = False) -> Any:
    """Column by column, of the symmetric part."""
    x = (x + x.T) / 2
    lower = np.zeros_like(x)
    for j in range(len(x)):
        lower[j, j] = np.sqrt(x[j, j] - lower[j, :j] @ lower[j, :j])
        lower[j + 1 :, j] = (x[j + 1 :, j] - lower[j + 1 :, :j] @ lower[j, :j]) / lower[j, j]
    return lower.T if upper else lower


def _orthogonalized(x: Any) -> Any:
    """Gram and Schmidt, twice over for the digits: the only q and r with a positive diagonal."""
    q = np.zeros_like(x)
    for j in range(x.shape[1]):
        v = x[:, j]
        for _ in range(2):
            v = v - q[:, :j] @ (q[:, :j].T @ v)
        q[:, j] = v / np.sqrt(v @ v)
    return [q, np.triu(q.T @ x)]


def _qr(x: Any, mode: str = "reduced") -> Any:
    m, n = x.shape
    units = np.eye(m)[:, n:] if mode == "complete" else np.zeros((m, 0))
    q, _ = _orthogonalized(np.concatenate([x[:, :m], units], 1))
    return [q, np.triu(q.T @ x)]


def _signed(v: Any) -> Any:
    """1 or -1 for each column: the sign of its first large entry."""
    signs = np.ones(v.shape[1])
    for j, column in enumerate(v.T):
        first = next(entry for entry in column if abs(entry) > 0.3 * abs(column).max())
        signs[j] = np.sign(first)
    return signs


def _thin_svd(x: Any) -> Any:
    if 0 in x.shape:
        k = min(x.shape)
        return [np.zeros((x.shape[0], k)), np.zeros(k), np.zeros((k, x.shape[1]))]
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    signs = _signed(u)
    return [u * signs, s, vh * signs[:, None]]


def _svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    u, s, vh = _thin_svd(x)
    if not compute_uv:
        return s
    if full_matrices:
        (m, n), k = x.shape, len(s)
        u, _ = _orthogonalized(np.concatenate([u, np.eye(m)[:, k:]], 1))
        v, _ = _orthogonalized(np.concatenate([vh.T, np.eye(n)[:, k:]], 1))
        vh = v.T
    return [u, s, vh]


def _eigh(x: Any) -> Any:
    w, v = np.linalg.eigh((x + x.T) / 2)
    return [w, v * _signed(v)]


def _scaled_eig(x: Any) -> Any:
    w, v = np.linalg.eig(x.astype("complex128"))
    digits = 9 - int(np.log10(abs(w).max())) if len(w) else 0
    order = sorted(range(len(w)), key=lambda i: (np.round(w[i].real, digits), w[i].imag))
    w, v = w[order], v[:, order]
    return [w, v / [next(e for e in c if abs(e) > 0.3 * abs(c).max()) for c in v.T] if len(w) else v]


def _eig(x: Any) -> Any:
    w, v = _scaled_eig(x)
    return [w, v / np.sqrt((abs(v) ** 2).sum(0))]


def _lu_factor(x: Any) -> Any:
    """Elimination as it is taught."""
    a, n = x.copy(), len(x)
    pivots = np.zeros(n, "int64")
    for k in range(n):
        p = k + int(np.argmax(abs(a[k:, k])))
        pivots[k] = p
        a[[k, p]] = a[[p, k]]
        if a[k, k] != 0:
            a[k + 1 :, k] /= a[k, k]
            a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return [a, pivots]


def _det(x: Any) -> Any:
    """The sum over all permutations."""
    n = len(x)
    total = 0.0
    for order in itertools.permutations(range(n)):
        inversions = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        total += (-1) ** inversions * np.prod([x[i, p] for i, p in enumerate(order)])
    return np.asarray(total)


def _slogdet(x: Any) -> Any:
    d = _det(x)
    return [np.sign(d), np.log(abs(d))]


def _inv(x: Any) -> Any:
    """By cofactors."""
    n = len(x)
    minors = np.array([[_det(np.delete(np.delete(x, i, 0), j, 1)) for j in range(n)] for i in range(n)]).reshape(n, n)
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return (signs * minors).T / _det(x)


def _solve(a: Any, b: Any) -> Any:
    vectors = b.ndim == a.ndim - 1
    b = b[..., None] if vectors else b
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, batch + a.shape[-2:])
    x = np.einsum("...ij,...jk->...ik", _each(_inv)(a), b)
    return x[..., 0] if vectors else x


def _solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    return _solve(np.tril(a) if lower else np.triu(a), b)


def _pinv(x: Any, rcond: float | None = None) -> Any:
    """Of matrices of full rank: by the normal equations."""
    if 0 in x.shape:
        return x.T
    return x.T @ _inv(x @ x.T) if x.shape[0] < x.shape[1] else _inv(x.T @ x) @ x.T


def _lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    vectors = b.ndim == a.ndim - 1
    x = np.einsum("...ij,...jk->...ik", _each(_pinv)(a), b[..., None] if vectors else b)
    return x[..., 0] if vectors else x


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    axis = tuple(axis) if isinstance(axis, (tuple, list)) else axis
    return np.abs(x) if axis == () else np.linalg.norm(x, ord, axis, keepdims)  # of no axes, NumPy has none


def _normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Any:
    size = np.sum(abs(x) ** order, axis=axis, keepdims=True) ** (1 / order)
    return x / np.maximum(size, 1e-7 if epsilon is None else epsilon)


def _cdist(x: Any, y: Any) -> Any:
    return np.sqrt(((x[..., :, None, :] - y[..., None, :, :]) ** 2).sum(-1))


ORACLES: dict[str, Callable[..., Any]] = {
    "cholesky": _each(_cholesky),
    "cholesky_inverse": lambda x, upper=False: _each(_inv)(
        np.swapaxes(np.triu(x), -1, -2) @ np.triu(x) if upper else np.tril(x) @ np.swapaxes(np.tril(x), -1, -2)
    ),
    "thin_qr": _each(_orthogonalized),
    "qr": _each(_qr),
    "thin_svd": _each(_thin_svd),
    "svd": _each(_svd),
    "eigh": _each(_eigh),
    "eig": _each(_eig),
    "scaled_eig": _each(_scaled_eig),
    "lu_factor": _each(_lu_factor),
    "linear_solve": _solve,
    "solve": _solve,
    "triangular_solve": _solve_triangular,
    "solve_triangular": _solve_triangular,
    "inv": _each(_inv),
    "pinv": _each(_pinv),
    "lstsq": _lstsq,
    "det": _each(_det),
    "slogdet": _each(_slogdet),
    "logdet": lambda x: _each(_slogdet)(x)[1],
    "norm": _norm,
    "matrix_rank": lambda x, tol=None: np.linalg.matrix_rank(x, tol),
    "normalize": _normalize,
    "cdist": _cdist,
}
