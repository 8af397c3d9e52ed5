"""Recorded programs on ndarrays: kernels as plain ufuncs, and how they write into arrays that are there already."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from polykeras.interpreters.memory import Memory
from polykeras.interpreters.program import Keyword
from polykeras_numpy import elementwise, movement, neural, products, random, reductions

ALIGNMENT = 64
_BY_NAME = (np.maximum, np.minimum)  # a third argument could be taken for one more to compare


class ArrayMemory(Memory):
    """ndarrays."""

    def is_plain(self, x: Any) -> bool:
        """Whether it is C-contiguous."""
        return not isinstance(x, np.ndarray) or x.flags.c_contiguous

    def shares(self, x: Any, y: Any) -> bool:
        """By the bounds of both."""
        return isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and bool(np.may_share_memory(x, y))

    def size(self, shape: Sequence[int], dtype: Any) -> int:
        """Items times their size."""
        return math.prod(shape) * int(np.dtype(dtype).itemsize)

    def zeros(self, count: int, dtype: Any) -> np.ndarray:
        """Aligned."""
        array = self.placed(self.block(self.size((count,), dtype)), (count,), dtype)
        array.fill(0)
        return array

    def block(self, size: int) -> np.ndarray:
        """Bytes, aligned as the widest vector instructions like it."""
        raw = np.empty(size + ALIGNMENT, np.uint8)
        start = -raw.ctypes.data % ALIGNMENT
        return raw[start : start + size]

    def placed(self, block: Any, shape: Sequence[int], dtype: Any) -> np.ndarray:
        """A view."""
        array: np.ndarray = block[: self.size(shape, dtype)].view(dtype).reshape(shape)
        return array

    def piece(self, flat: Any, start: int, shape: Sequence[int]) -> np.ndarray:
        """A view."""
        array: np.ndarray = flat[start : start + math.prod(shape)].reshape(shape)
        return array

    def copied(self, x: Any) -> np.ndarray:
        """A C-contiguous copy."""
        return np.array(x, order="C")

    def lent(self, x: Any) -> Any:
        """A view, if it is one."""
        return x if x.base is None else x.view()

    copy = staticmethod(np.copyto)

    def elementwise(self, function: Any) -> bool:
        """A ufunc of one result, but for the product of matrices."""
        return isinstance(function, np.ufunc) and function.signature is None and function.nout == 1

    def into(self, function: Any, args: Sequence[Any], out: Any, dtype: Any) -> tuple[Any, Sequence[Any]] | None:
        """Ufuncs take the array as their last argument; other kernels have a form that does, if they are in `INTO`."""
        if isinstance(function, np.ufunc):
            if function.nout > 1 or len(args) != function.nin:
                return None
            return function, (*args, Keyword("out", out) if function in _BY_NAME else out)
        if isinstance(function, SumByProduct):
            return function.form(args[0], out)
        form = INTO.get(function)
        return None if form is None else form(args, out, dtype)


@cache
def keep_freed_memory() -> bool:
    """Let glibc keep the memory of freed arrays for the next ones, rather than fetch it anew from the system, page by page.

    It comes to these limits by itself when arrays of 32 MB are freed; kernels whose own arrays are smaller would pay
    for their pages in every step. Returns False, without effect, where the C library has no such call.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, 32 << 20) and mallopt(M_TRIM_THRESHOLD, 64 << 20))


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h


@lru_cache(maxsize=4096)
def _scalar(value: Any, kind: Any, dtype: Any) -> Any:
    """A Python number as an array: ufuncs take it faster. `kind` names its type, for 1 and 1.0 and True are equal keys."""
    array = np.asarray(value, dtype)
    array.setflags(write=False)
    return array


def scalar(value: Any, dtype: Any) -> Any:
    """The 0-d array, always the same one."""
    return _scalar(value, type(value).__name__, np.dtype(dtype))


def specialized(kernel: Any, args: Sequence[Any]) -> tuple[Any, Sequence[Any]]:
    """What `kernel` comes to for arrays of these shapes and dtypes."""
    if isinstance(kernel, np.ufunc):
        arrays = [a for a in args if hasattr(a, "dtype")]
        if arrays and all(a.dtype == arrays[0].dtype for a in arrays) and arrays[0].dtype in _SINGLE_OR_DOUBLE:
            return kernel, [a if hasattr(a, "dtype") else scalar(a, arrays[0].dtype) for a in args]
        return kernel, args
    special = _SPECIAL.get(kernel)
    return kernel if special is None else special(*args), args


_SINGLE_OR_DOUBLE = (np.dtype(np.float32), np.dtype(np.float64))


def _of_matmul(x1: Any, x2: Any) -> Any:
    if products.is_half(x1.dtype) or x1.dtype != x2.dtype:
        return products.KERNELS["matmul"]
    return np.dot if x1.ndim == x2.ndim == 2 and x1.dtype in _SINGLE_OR_DOUBLE else np.matmul


def _of_sum(x: Any, axis: Any, keepdims: bool) -> Any:
    """Over the first axes or the last one, sums are products with a vector of ones: BLAS needs a third of the time.

    Along long rows NumPy's pairwise sums are more exact.
    """
    if x.dtype not in _SINGLE_OR_DOUBLE:
        return reductions.KERNELS["sum"]
    axes = () if axis is None else tuple(a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis))
    if x.size and x.flags.c_contiguous and 0 < len(axes) < x.ndim:
        if axes == tuple(range(len(axes))):
            return _sum_by_product(x.shape, len(axes), True, keepdims, x.dtype)
        if axes == (x.ndim - 1,) and x.shape[-1] <= LONG:
            return _sum_by_product(x.shape, 1, False, keepdims, x.dtype)
    return _REDUCTIONS[np.add.reduce]


LONG = 1024


class SumByProduct:
    """The sum over the first `count` axes, or over the last one, of plain arrays of one shape."""

    def __init__(self, shape: tuple[int, ...], count: int, first: bool, keepdims: bool, dtype: Any) -> None:
        summed, rest = (shape[:count], shape[count:]) if first else (shape[-1:], shape[:-1])
        kept = (1,) * (len(summed) * keepdims)
        self.first, self.dtype = first, dtype
        self.shape = kept + rest if first else rest + kept
        n, m = math.prod(summed), math.prod(rest)
        self.flat = (n, m) if first else (m, n)
        self.flat_out: tuple[int, ...] = (m,)
        self.ones = np.ones(n, dtype)
        self.simple = len(shape) == 2
        if self.simple and keepdims:  # the result is a matrix
            self.ones = self.ones.reshape((1, n) if first else (n, 1))
            self.flat_out = self.shape

    def __call__(self, x: Any, axis: Any, keepdims: bool) -> Any:
        """As the op `sum`; the arguments are those it was made for."""
        out = np.empty(self.shape, self.dtype)
        self.into(x, out)
        return out

    def into(self, x: Any, out: Any) -> None:
        """The same, written into an array."""
        x, out = x.reshape(self.flat), out.reshape(self.flat_out)
        factors = (self.ones, x) if self.first else (x, self.ones)
        np.dot(factors[0], factors[1], out)

    def form(self, x: Any, out: Any) -> tuple[Any, Sequence[Any]]:
        """The call that writes the sum."""
        if not self.simple:
            return self.into, (x, out)
        return np.dot, (self.ones, x, out) if self.first else (x, self.ones, out)


_sum_by_product = lru_cache(maxsize=1024)(SumByProduct)


def _of_reduction(kernel: Any, reduce: Any) -> Callable[..., Any]:
    def choose(x: Any, axis: Any, keepdims: bool) -> Any:
        return _REDUCTIONS[reduce] if x.dtype in _SINGLE_OR_DOUBLE else kernel

    return choose


def _reduction(reduce: Any) -> Callable[..., Any]:
    def kernel(x: Any, axis: Any, keepdims: bool) -> Any:
        return reduce(x, tuple(axis) if type(axis) is list else axis, None, None, keepdims)

    return kernel


_REDUCTIONS = {reduce: _reduction(reduce) for reduce in (np.add.reduce, np.maximum.reduce, np.minimum.reduce)}


def _of_cast(x: Any, dtype: str) -> Any:
    target, plainly = movement.way(x.dtype, dtype)
    return _convert if plainly and target != x.dtype else movement.KERNELS["cast"]


def _convert(x: Any, dtype: str) -> Any:
    return x.astype(dtype)


def _of_broadcast(x: Any, shape: Any) -> Any:
    return movement.KERNELS["broadcast_to"] if x.nbytes > movement.SMALL else _spread


def _spread(x: Any, shape: Any) -> Any:
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


_SPECIAL: dict[Any, Callable[..., Any]] = {
    products.KERNELS["matmul"]: _of_matmul,
    reductions.KERNELS["sum"]: _of_sum,
    reductions.KERNELS["amax"]: _of_reduction(reductions.KERNELS["amax"], np.maximum.reduce),
    reductions.KERNELS["amin"]: _of_reduction(reductions.KERNELS["amin"], np.minimum.reduce),
    movement.KERNELS["cast"]: _of_cast,
    movement.KERNELS["broadcast_to"]: _of_broadcast,
}


def _reducing(reduce: Any) -> Callable[..., Any]:
    def form(args: Sequence[Any], out: Any, dtype: Any) -> tuple[Any, Sequence[Any]]:
        x, axis, keepdims = args
        return reduce, (x, tuple(axis) if type(axis) is list else axis, None, out, keepdims)

    return form


def _clip_into(x: Any, low: Any, high: Any, out: Any) -> None:
    np.maximum(x, low, out=out)
    np.minimum(out, high, out=out)


def _over_axis(f: Callable[..., Any]) -> Callable[..., Any]:
    def form(args: Sequence[Any], out: Any, dtype: Any) -> tuple[Any, Sequence[Any]] | None:
        x, axis = args
        return None if products.is_half(dtype) else (f, (x, tuple(axis) if type(axis) is list else axis, out))

    return form


INTO: dict[Any, Callable[..., tuple[Any, Sequence[Any]] | None]] = {
    np.dot: lambda args, out, dtype: (np.dot, (*args, out)),
    **{kernel: _reducing(reduce) for reduce, kernel in _REDUCTIONS.items()},
    _convert: lambda args, out, dtype: (np.copyto, (out, args[0])),
    _spread: lambda args, out, dtype: (np.copyto, (out, args[0])),
    elementwise.OVERRIDES["relu"]: lambda args, out, dtype: (
        np.maximum,
        (args[0], scalar(0, dtype), Keyword("out", out)),
    ),
    elementwise.OVERRIDES["clip"]: lambda args, out, dtype: (
        _clip_into,
        (args[0], *(scalar(a, dtype) if type(a) in (int, float) else a for a in args[1:]), out),
    ),
    neural.OVERRIDES["softmax"]: _over_axis(neural.softmax),
    neural.OVERRIDES["log_softmax"]: _over_axis(neural.log_softmax),
    random.OVERRIDES["random_uniform"]: lambda args, out, dtype: (random.uniform_into, (args[0], out)),
}
