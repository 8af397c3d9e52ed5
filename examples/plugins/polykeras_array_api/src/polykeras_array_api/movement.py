"""Creation, slices, gather and scatter, windows. Nothing is written into an array, as not all libraries can."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, prod
from typing import Any

import numpy as np
from array_api_compat import device

from polykeras.dtypes import COMPLEX, INTEGER, numpy_dtype


class Movement:
    """Kernels on arrays of the namespace `xp`, by the names of the primitives."""

    xp: Any
    here: Callable[[], Any]  # the device for new tensors

    def _beside(self, like: Any, values: Any) -> Any:
        """Host data as an array on the device of `like`."""
        return self.xp.asarray(values, device=device(like))

    def fill(self, shape: Any, value: Any, dtype: str) -> Any:
        return self.xp.asarray(_filled(shape, value, dtype), device=self.here())

    def fill_like(self, x: Any, value: Any, dtype: str) -> Any:
        return self._beside(x, _filled(x.shape, value, dtype))

    def range(self, start: Any, stop: Any, step: Any, dtype: str) -> Any:
        return self.xp.asarray(np.arange(start, stop, step).astype(numpy_dtype(dtype)), device=self.here())

    def cast(self, x: Any, dtype: str) -> Any:
        xp, native = self.xp, getattr(self.xp, dtype)
        if xp.isdtype(x.dtype, "complex floating") and dtype not in COMPLEX:
            x = x != 0 if dtype == "bool" else xp.real(x)
        if not xp.isdtype(x.dtype, "real floating") or dtype not in INTEGER:
            return xp.astype(x, native)
        # The standard does not say what becomes of a float that the integers do not hold: the nearest one; 0 of NaN.
        low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
        wide = native if dtype == "uint64" else xp.int64
        whole = xp.astype(xp.where((x > low - 1.0) & (x < high + 1.0), x, 0.0), wide)
        return xp.where(x >= high + 1.0, high, xp.where(x <= low - 1.0, low, whole))

    def _block(self, value: Any, like: Any, axis: int, count: int) -> Any:
        """`count` slices of `value` to be joined to `like` along `axis`."""
        shape = (*like.shape[:axis], count, *like.shape[axis + 1 :])
        return self.xp.full(shape, value, dtype=like.dtype, device=device(like))

    def pad_constant(self, x: Any, pad_width: Any, value: Any) -> Any:
        kinds = {"bool": bool, "integral": int}  # the standard wants a number of the same kind
        value = next((kind(value) for name, kind in kinds.items() if self.xp.isdtype(x.dtype, name)), value)
        for axis, (before, after) in enumerate(pad_width):
            blocks = [self._block(value, x, axis, count) for count in (before, after)]
            if before or after:
                x = self.xp.concat([blocks[0], x, blocks[1]], axis=axis)
        return x

    def strided_slice(self, x: Any, start: Any, stop: Any, step: Any) -> Any:
        return x[tuple(slice(a, min(b, n), c) for a, b, c, n in zip(start, stop, step, x.shape))]

    def strided_unslice(self, x: Any, shape: Any, start: Any, stop: Any, step: Any) -> Any:
        for axis, (n, a, c) in enumerate(zip(shape, start, step)):
            count = x.shape[axis]
            place = np.full(n, count)  # where each slice of the result comes from; the last one is zeros
            place[a + c * np.arange(count)] = np.arange(count)
            if count != n:
                x = self.xp.concat([x, self._block(0, x, axis, 1)], axis=axis)
                x = self.xp.take(x, self._beside(x, place), axis=axis)
        return x

    def slice(self, x: Any, start: Any, shape: Any) -> Any:
        shape = [d if n == -1 else n for n, d in zip(shape, x.shape)]
        return x[tuple(slice(b, b + n) for b, n in zip(self._begins(x, start, shape), shape))]

    def slice_update(self, x: Any, start: Any, updates: Any) -> Any:
        starts = zip(self._begins(x, start, updates.shape), x.shape, updates.shape)
        around = [(b, d - b - n) for b, d, n in starts]
        inside = self.xp.ones(updates.shape, dtype=self.xp.bool, device=device(x))
        return self.xp.where(self.pad_constant(inside, around, False), self.pad_constant(updates, around, 0), x)

    def _begins(self, x: Any, start: Any, shape: Any) -> list[int]:
        """Where a block begins, moved back inside `x` if it would stick out."""
        return [min(max(int(start[i]), 0), d - n) for i, (d, n) in enumerate(zip(x.shape, shape))]

    def gather(self, x: Any, indices: Any, axis: int, missing: Any) -> Any:
        xp, size, axis = self.xp, x.shape[axis], axis % x.ndim
        shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
        where = self._slots(indices, size)
        if xp.any(where == size):  # out of range: one more slice, of what is read there
            x = xp.concat([x, self._block(missing, x, axis, 1)], axis=axis)
        return xp.reshape(xp.take(x, where, axis=axis), shape)

    def _slots(self, indices: Any, size: int) -> Any:
        """Indices as one axis of numbers from 0, `size` for those out of range."""
        where = self.xp.astype(self.xp.reshape(indices, (-1,)), self.xp.int64)
        where = self.xp.where(where < 0, where + size, where)
        return self.xp.where((where < 0) | (where > size), size, where)

    def scatter_add(self, updates: Any, indices: Any, axis: int, size: int) -> Any:
        xp, rank = self.xp, indices.ndim
        axis = axis % (updates.ndim - rank + 1)
        outer, inner = updates.shape[:axis], updates.shape[axis + rank :]
        rows = xp.moveaxis(xp.reshape(updates, (*outer, prod(indices.shape), *inner)), axis, 0)
        join = xp.logical_or if xp.isdtype(rows.dtype, "bool") else xp.add
        return xp.moveaxis(self._scattered(join, 0, rows, indices, size), 0, axis)

    def scatter_max(self, updates: Any, indices: Any, size: int) -> Any:
        xp, rank = self.xp, indices.ndim
        rows = xp.reshape(updates, (prod(indices.shape), *updates.shape[rank:]))
        if xp.isdtype(rows.dtype, "bool"):
            return self._scattered(xp.logical_or, False, rows, indices, size)
        whole = xp.isdtype(rows.dtype, "integral")
        return self._scattered(xp.maximum, xp.iinfo(rows.dtype).min if whole else -inf, rows, indices, size)

    def _scattered(self, join: Callable[..., Any], neutral: Any, rows: Any, indices: Any, size: int) -> Any:
        """`size` rows, each what `join` makes of the rows sent there: the standard writes to no indices.

        Equal ids are brought together; then every second row of a run takes its neighbour in, until no id is there twice.
        """
        xp, shape = self.xp, rows.shape[1:]
        rows = xp.reshape(rows, (rows.shape[0], prod(shape)))
        rows = xp.concat([rows, self._block(0, rows, 0, 1)], axis=0)  # with an id of its own, so that there is a row
        ids = xp.concat([self._slots(indices, size), self._beside(rows, np.asarray([size]))], axis=0)
        order = xp.argsort(ids, stable=True)
        ids, rows = xp.take(ids, order, axis=0), xp.take(rows, order, axis=0)
        nothing = xp.full((), neutral, dtype=rows.dtype, device=device(rows))
        while True:
            here = xp.arange(ids.shape[0], dtype=xp.int64, device=device(ids))
            within = here - xp.astype(xp.searchsorted(ids, ids), xp.int64)  # position in the run of its id
            if not xp.any(within > 0):
                break
            (even,) = xp.nonzero(within % 2 == 0)
            following = xp.where(even + 1 < ids.shape[0], even + 1, 0)
            same = (xp.take(ids, following, axis=0) == xp.take(ids, even, axis=0)) & (following > 0)
            neighbours = xp.where(same[:, None], xp.take(rows, following, axis=0), nothing)
            rows, ids = join(xp.take(rows, even, axis=0), neighbours), xp.take(ids, even, axis=0)
        wanted = xp.arange(size, dtype=xp.int64, device=device(ids))
        place = xp.searchsorted(ids, wanted)  # `size` is among the ids: every place exists
        found = xp.take(ids, place, axis=0) == wanted
        return xp.reshape(xp.where(found[:, None], xp.take(rows, place, axis=0), nothing), (size, *shape))

    def sliding_windows(self, x: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
        rank = x.ndim
        for a, n, stride, dilation in zip(axes, sizes, strides, dilations):
            a, count = a % rank, (x.shape[a] - (n - 1) * dilation - 1) // stride + 1
            x = self.xp.take(x, self._beside(x, _window(count, n, stride, dilation)), axis=a)
            x = self.xp.reshape(x, (*x.shape[:a], count, n, *x.shape[a + 1 :]))
            x = self.xp.moveaxis(x, a + 1, -1)
        return x

    def overlap_add(self, x: Any, shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
        for a, n, stride, dilation in list(zip(axes, sizes, strides, dilations))[::-1]:
            a %= len(shape)
            count = x.shape[a]
            x = self.xp.moveaxis(x, -1, a + 1)
            x = self.xp.reshape(x, (*x.shape[:a], count * n, *x.shape[a + 2 :]))
            x = self.scatter_add(x, self._beside(x, _window(count, n, stride, dilation)), a, shape[a])
        return x


def _filled(shape: Any, value: Any, dtype: str) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.full(tuple(shape), value).astype(numpy_dtype(dtype))


def _window(count: int, size: int, stride: int, dilation: int) -> np.ndarray:
    """Where the elements of all windows along an axis lie."""
    return np.add.outer(np.arange(count) * stride, np.arange(size) * dilation).ravel()


def missing(dtype: str) -> Any:
    """What an index out of range reads."""
    if dtype in INTEGER:
        return int(np.iinfo(dtype).min or np.iinfo(dtype).max)
    return False if dtype == "bool" else float("nan")
