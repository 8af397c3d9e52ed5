"""Saboteurs among the later ops: casts, complex numbers, transforms, linear algebra, scattering, recurrence; and such
that only random calls and laws see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras_numpy.backend import NumpyBackend

from .saboteurs import Saboteur, honest

KERNELS = NumpyBackend.kernels


def _first_of(kernel: str, change: Callable[..., Any]) -> Callable[..., Any]:
    """The honest kernel with its result changed."""
    return lambda *args: change(KERNELS[kernel](*args))


def _truncating(x: Any, dtype: str) -> Any:
    """As a processor casts: a float that fits no integer becomes the smallest one."""
    with np.errstate(all="ignore"):
        return np.asarray(x).astype(NumpyBackend.dtypes[dtype])


def _saturating_cast(x: Any, dtype: str) -> Any:
    target = NumpyBackend.dtypes[dtype]
    if np.asarray(x).dtype.kind in "iu" and np.dtype(target).kind in "iu":
        limits = np.iinfo(target)
        return np.clip(x, limits.min, limits.max).astype(target)
    return honest("cast")(x, dtype)


def _last_wins(updates: Any, indices: Any, axis: int, size: int) -> Any:
    """Right where no index comes twice."""
    added = honest("scatter_add")(updates, indices, axis, size)
    if np.ndim(indices) == 1 and axis % updates.ndim == 0:
        for i, row in zip(indices, updates, strict=True):
            if -size <= i < size:
                added[i] = row
    return added


def _accumulating_in_half(x: Any, axis: Any, keepdims: bool) -> Any:
    if x.dtype != "float16":
        return honest("sum")(x, axis, keepdims)
    total = np.zeros((), "float16")
    for element in x.ravel():
        total = (total + element).astype("float16")
    return np.broadcast_to(total, np.sum(x, axis, keepdims=keepdims).shape).copy()


def _no_zero_check(a: Any, b: Any) -> Any:
    """Gives the least-squares solution of what has none."""
    return honest("linear_solve")(a + np.eye(a.shape[-1], dtype=a.dtype) * np.asarray(1e-6, a.dtype), b)


def _loop_without_mask(operands: Any, mask: Any, *options: Any) -> Any:
    return honest("recurrent_loop")(operands, None, *options)


def _loop_of_ungated_mask(operands: Any, mask: Any, *options: Any) -> Any:
    """Sets masked steps to zero in place of keeping the state."""
    results = honest("recurrent_loop")(operands, mask, *options)
    if mask is None:
        return results
    first, *rest = results
    shown = np.reshape(mask, (*np.shape(mask), *(1,) * (first.ndim - np.ndim(mask))))
    return (first * shown if shown.shape[: np.ndim(mask)] == first.shape[: np.ndim(mask)] else first, *rest)


def _begins_late(x: Any, start: Any, stop: Any, step: Any) -> Any:
    """Begins with the second element where it skips some, unless there would be fewer then."""
    late = [a + (s > 1 and (b - a) % s != 1) for a, b, s in zip(start, stop, step, strict=True)]
    return honest("strided_slice")(x, [a if a < b else a - 1 for a, b in zip(late, stop)], stop, step)


def _last_part_first(xs: Any, axis: int) -> Any:
    """Right for two parts."""
    return honest("concatenate")(xs[::-1] if len(xs) > 2 else xs, axis)


def _restarting(x: Any, axis: int) -> Any:
    """Running sums that forget what came before the third element."""
    if x.shape[axis] < 3 or x.dtype.kind != "f":
        return honest("cumulative_sum")(x, axis)
    first, rest = np.split(x, [2], axis)
    return np.concatenate([np.cumsum(first, axis), np.cumsum(rest, axis)], axis).astype(x.dtype)


def _absolute_pullback(self: Any, f: Callable[..., Any], xs: Any) -> Any:
    """Pulls the size of a cotangent back, whatever its sign."""
    value, pull = NumpyBackend.vjp(self, f, xs)
    return value, lambda cotangents: pull(np.abs(cotangents) if isinstance(cotangents, np.ndarray) else cotangents)


def _first_row_only(self: Any, f: Callable[[Any], Any], xs: Any) -> Any:
    return np.stack([f(xs[0])] * len(xs))


NUMERIC = [
    Saboteur("cast-of-nan", "test_edges.py::test_edge[cast-special-to-int32]", {"cast": _truncating}),
    Saboteur("cast-saturates", "test_edges.py::test_edge[cast-wraps]", {"cast": _saturating_cast}),
    Saboteur("conjugate-forgotten", "test_values.py::test_value[conj-0-complex64]", {"conj": np.positive}),
    Saboteur("transform-normalised", "test_values.py::test_value[fft-0-float32]",
             {"fourier_transform": _first_of("fourier_transform", lambda y: y / np.asarray(2, y.dtype))}),
    Saboteur("transform-conjugated", "test_values.py::test_value[fourier_transform-0-complex64]",
             {"fourier_transform": _first_of("fourier_transform", np.conj)}),
    Saboteur("other-triangle", "test_edges.py::test_edge[cholesky-symmetric-part]",
             {"cholesky": lambda x, upper: honest("cholesky")(np.triu(x) + np.swapaxes(np.triu(x, 1), -1, -2), upper)}),
    Saboteur("singular-solved", "test_edges.py::test_edge[solve-singular]", {"linear_solve": _no_zero_check}),
    Saboteur("signs-of-singular-vectors", "test_edges.py::test_edge[svd-one-column]",
             {"thin_svd": _first_of("thin_svd", lambda usv: (-usv[0], usv[1], -usv[2]))}),
    Saboteur("eigenvalues-descend", "test_values.py::test_value[eigh-0-float32]",
             {"eigh": _first_of("eigh", lambda wv: (wv[0][..., ::-1], wv[1][..., ::-1]))}),
    Saboteur("scatter-last-wins", "test_edges.py::test_edge[scatter_add-same-place-often]", {"scatter_add": _last_wins}),
    Saboteur("scatter-max-adds", "test_values.py::test_value[segment_max-0-float32]",
             {"scatter_max": lambda updates, indices, size: honest("scatter_add")(updates, indices, 0, size)}),
    Saboteur("sum-in-half", "test_edges.py::test_edge[sum-long-float16]", {"sum": _accumulating_in_half}),
    Saboteur("recurrence-ignores-mask", "test_edges.py::test_edge[simple_rnn-masked]",
             overrides={"recurrent_loop": _loop_without_mask}),
    Saboteur("recurrence-forgets-state", "test_edges.py::test_edge[simple_rnn-masked]",
             overrides={"recurrent_loop": _loop_of_ungated_mask}),
    Saboteur("bits-reinterpreted-as-values", "test_values.py::test_value[view-0]",
             {"view": lambda x, dtype: x.astype(NumpyBackend.dtypes[dtype])}),
    Saboteur("slice-begins-late", "test_properties.py::test_drawn_calls[strided_slice]",
             {"strided_slice": _begins_late}),
    Saboteur("last-part-first", "test_properties.py::test_law[split-and-concatenate]", {"concatenate": _last_part_first}),
    Saboteur("running-sum-restarts", "test_properties.py::test_law[cumsum-ends-in-sum]", {"cumulative_sum": _restarting}),
    Saboteur("remainder-of-other-sign", "test_properties.py::test_law[quotient-and-remainder]", {"mod": np.fmod}),
    Saboteur("pullback-not-linear", "test_properties.py::test_law_of_gradients[pullback-is-linear]",
             methods={"vjp": _absolute_pullback}),
    Saboteur("map-of-first-row", "test_properties.py::test_law_of_gradients[map-is-a-loop]",
             methods={"vectorized_map": _first_row_only}),
]  # fmt: skip
