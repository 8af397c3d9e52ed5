"""A tensor of Python numbers, what its dtypes can hold, and strided views of its elements."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from math import copysign, inf, prod
from operator import mul
from struct import pack, unpack
from typing import Any

from polykeras import dtypes
from polykeras.interpreters.operators import TensorOperators

DTYPES = {name: name for name in dtypes.ALL}
CODES = {**dict(zip(dtypes.INTEGER, "BHIQbhiq")), "float32": "f", "float64": "d"}  # those that `array` has


class Tensor(TensorOperators):
    """The elements in row-major order, in a list that nobody changes, a shape, and the name of a dtype."""

    __slots__ = ("__weakref__", "data", "dtype", "shape")

    def __init__(self, data: list[Any], shape: Sequence[int], dtype: str) -> None:
        self.data = data
        self.shape = tuple(shape)
        self.dtype = DTYPES[dtype]  # one object a dtype, so that the core can compare with `is`

    def item(self) -> Any:
        """The element of a tensor that has just one."""
        (value,) = self.data
        return value

    def __bool__(self) -> bool:
        return bool(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __repr__(self) -> str:
        return f"Tensor({self.data}, shape={self.shape}, dtype={self.dtype})"


def fit(values: Iterable[Any], dtype: str) -> list[Any]:
    """Any numbers as `dtype` holds them: floats rounded, or cut off and moved into the range; integers wrapped around."""
    values = list(map(bool, values)) if dtype == "bool" else list(values)
    if dtype in dtypes.COMPLEX:
        parts = zip(*((v.real, v.imag) for v in values)) if values else ((), ())
        return list(map(complex, *(fit(part, dtypes.real_of(dtype)) for part in parts)))
    if dtype == "float16":
        halves = (v if abs(v) < 65520 or v != v else copysign(inf, v) for v in values)
        return list(unpack(f"{len(values)}e", pack(f"{len(values)}e", *halves)))
    if dtype == "bfloat16":  # the upper halves of float32 numbers, rounded to the nearest, ties to even; NaN stays NaN
        words = array("I", array("f", values).tobytes())
        upper = [w >> 16 | 64 if w & 0x7FFFFFFF > 0x7F800000 else w + 0x7FFF + (w >> 16 & 1) >> 16 for w in words]
        return array("f", array("I", [u << 16 for u in upper]).tobytes()).tolist()
    try:
        return array(CODES[dtype], values).tolist() if dtype in CODES else values
    except (TypeError, OverflowError):  # floats for integers, or integers out of range
        count = 1 << 8 * array(CODES[dtype]).itemsize
        low = 0 if dtype in dtypes.UNSIGNED else -count // 2
        high = low + count - 1
        return [
            (v - low) % count + low if type(v) is not float
            else 0 if v != v
            else low if v < low else high if v > high else int(v)
            for v in values
        ]  # fmt: skip


def steps_of(shape: Sequence[int]) -> list[int]:
    """How far apart neighbours along each axis lie in the list."""
    return list(accumulate(shape[:0:-1], mul, initial=1))[::-1] if shape else []


@lru_cache(maxsize=256)  # a model asks for the same ones at every step
def positions(shape: tuple[int, ...], steps: tuple[int, ...], offset: int = 0) -> list[int]:
    """Where the elements of a view lie: of `shape`, beginning at `offset`, neighbours along an axis `steps` apart."""
    found = [offset]
    for size, step in zip(shape, steps):
        along = [i * step for i in range(size)]
        found = [p + i for p in found for i in along]
    return found


def picked(data: Sequence[Any], where: Iterable[int]) -> list[Any]:
    """The elements of `data` at the positions `where`."""
    return list(map(data.__getitem__, where))


def view(data: Sequence[Any], shape: Sequence[int], steps: Sequence[int], offset: int = 0) -> list[Any]:
    """The elements of a view of `data`."""
    return picked(data, positions(tuple(shape), tuple(steps), offset))


def arranged(data: list[Any], shape: Sequence[int], order: Sequence[int]) -> list[Any]:
    """The elements of a tensor of `shape` with its axes in another order."""
    order, steps = [a % len(shape) for a in order], steps_of(shape)
    return view(data, [shape[a] for a in order], [steps[a] for a in order]) if order != sorted(order) else data


def spread(x: Tensor, shape: tuple[int, ...]) -> list[Any]:
    """The elements of `x` broadcast to `shape`."""
    new = len(shape) - len(x.shape)
    if shape[new:] == x.shape:  # copies one after the other
        return x.data * prod(shape[:new]) if new else x.data
    return view(x.data, shape, [0] * new + [step * (d > 1) for d, step in zip(x.shape, steps_of(x.shape))])
