"""One tensor into several, by NumPy's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.joining import split
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _unequal(s: Any) -> list[Any]:
    return [s(s.real(7, 2), 3), s(s.real(2, 5), [1, 3], axis=-1), s(s.real(2), 3), s(s.ints(0, 2), 2)]


@composite(KEEP, samples=_unequal)
def array_split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """As `split`, but the sections need not be equal: the first ones are longer by one.

    Raises `ArgumentError` for less than one section.
    """
    if not hasattr(indices_or_sections, "__index__"):
        return split(x, indices_or_sections, axis)
    sections = int(indices_or_sections)  # type: ignore[arg-type]
    size = tuple(x.shape)[rules.axis_of(axis, len(x.shape))]
    if sections < 1:
        raise ArgumentError(f"array_split: indices_or_sections must be at least 1, got {sections}.")
    each, longer = divmod(size, sections)
    return split(x, [i * each + min(i, longer) for i in range(1, sections)], axis)


def _along(op: str, x: Tensor, indices_or_sections: Any, axis: int, rank: int) -> list[Tensor]:
    """`split` along `axis`, for an op that wants at least `rank` axes."""
    if len(x.shape) < rank:
        raise ShapeError(f"{op}: x needs at least {rank} axes, got shape {tuple(x.shape)}.")
    return split(x, indices_or_sections, axis)


@composite(KEEP, samples=lambda s: [s(s.real(2, 4), 2), s(s.real(4), [1, 3])])
def hsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along axis 1, of one axis along that; not of 0-d tensors."""
    return _along("hsplit", x, indices_or_sections, min(1, len(x.shape) - 1), 1)


@composite(KEEP, samples=lambda s: [s(s.real(4, 2), 2), s(s.real(3, 2), [1])])
def vsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along axis 0 of a tensor with two axes or more."""
    return _along("vsplit", x, indices_or_sections, 0, 2)


@composite(KEEP, samples=lambda s: [s(s.real(2, 1, 4), 2), s(s.real(1, 2, 3), [1])])
def dsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along axis 2 of a tensor with three axes or more."""
    return _along("dsplit", x, indices_or_sections, 2, 3)
