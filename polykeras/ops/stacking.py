"""Several tensors into one, by NumPy's names; the grids of coordinate vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.joining import concatenate
from polykeras.ops.movement import broadcast_to, ravel, reshape
from polykeras.ops.policies import KEEP, SAME
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _append_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), s.real(2)), s(s.real(2, 3), s.real(1, 3), axis=0), s(s.real(), s.real(0, 2))]


@composite(SAME, samples=_append_cases)
def append(x1: Tensor, x2: Tensor, axis: int | None = None) -> Tensor:
    """x2 behind x1 along `axis`, or both flattened; dtypes are promoted."""
    return concatenate([ravel(x1), ravel(x2)], 0) if axis is None else concatenate([x1, x2], axis)


@composite(
    SAME, samples=lambda s: [s([s.real(2, 3), s.real(2, 1)]), s([s.real(2), s.real(3)]), s([s.real(), s.real()])]
)
def hstack(xs: Sequence[Tensor]) -> Tensor:
    """The tensors side by side: along axis 1, of 0-d tensors and vectors along axis 0."""
    xs = [reshape(x, (1,)) if not len(x.shape) else x for x in xs]
    return concatenate(xs, min(1, len(xs[0].shape) - 1))


@composite(
    SAME, samples=lambda s: [s([s.real(2, 3), s.real(1, 3)]), s([s.real(2), s.real(2)]), s([s.real(), s.real()])]
)
def vstack(xs: Sequence[Tensor]) -> Tensor:
    """The tensors one below the other: along axis 0, 0-d tensors and vectors being rows."""
    return concatenate([reshape(x, (1, rules.size_of(x.shape))) if len(x.shape) < 2 else x for x in xs], 0)


@composite(SAME, samples=lambda s: [s([s.real(2, 3), s.real(2, 3)]), s([s.real(2), s.real(2)]), s([s.real(1, 2, 3)])])
def dstack(xs: Sequence[Tensor]) -> Tensor:
    """The tensors one behind the other: along axis 2, a matrix being (m, n, 1) and a vector (1, n, 1)."""

    def deep(x: Tensor) -> Tensor:
        rank = len(x.shape)
        return x if rank > 2 else reshape(x, (*(tuple(x.shape) if rank == 2 else (1, rules.size_of(x.shape))), 1))

    return concatenate([deep(x) for x in xs], 2)


def _grid_cases(s: Any) -> list[Any]:
    return [s([s.real(2), s.real(3)]), s([s.real(2), s.real(), s.ints(3)], "ij"), s([s.real(0), s.real(2)])]


@composite(KEEP, samples=_grid_cases)
def coordinate_grids(xs: Sequence[Tensor], indexing: str = "xy") -> list[Tensor]:
    """What `meshgrid` returns, of a list of vectors."""
    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}.")
    sizes = [rules.size_of(x.shape) for x in xs]
    place = list(range(len(xs)))
    if indexing == "xy" and len(xs) > 1:
        place[:2] = [1, 0]
    shape = tuple(sizes[place.index(a)] for a in range(len(xs)))
    lines = [
        reshape(x, tuple(n if a == at else 1 for a in range(len(xs))))
        for x, n, at in zip(xs, sizes, place, strict=True)
    ]
    return [broadcast_to(line, shape) for line in lines]


def meshgrid(*x: Tensor, indexing: str = "xy") -> list[Tensor]:
    """A grid's coordinates, one tensor for each vector in `x`; other tensors are flattened, each keeps its dtype.

    Result i has one axis a vector and changes along the axis of vector i only: with ``indexing="ij"`` axis i; with
    ``"xy"`` the first two axes are exchanged. No vectors give an empty list.

    >>> import polykeras as pk
    >>> rows, columns = pk.ops.meshgrid([1, 2], [3, 4, 5], indexing="ij")
    >>> tuple(rows.shape)
    (2, 3)
    """
    return coordinate_grids(list(x), indexing) if x else []
