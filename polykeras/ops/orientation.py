"""Turning and mirroring in a plane."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.movement import reverse, swapaxes
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _mirrored(op: str, x: Tensor, axis: int) -> Tensor:
    if len(x.shape) <= axis:
        raise ShapeError(f"{op}: x needs at least {axis + 1} axes, got shape {tuple(x.shape)}.")
    return reverse(x, (axis,))


@composite(KEEP, samples=lambda s: [s(s.real(2, 3)), s(s.ints(2, 3, 2))])
def fliplr(x: Tensor) -> Tensor:
    """The elements in the opposite order along axis 1."""
    return _mirrored("fliplr", x, 1)


@composite(KEEP, samples=lambda s: [s(s.real(2, 3)), s(s.ints(3))])
def flipud(x: Tensor) -> Tensor:
    """The elements in the opposite order along axis 0."""
    return _mirrored("flipud", x, 0)


def _turns(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s(s.real(2, 3, 2), k=-3, axes=(2, 0)), s(s.ints(2, 3), k=2), s(s.real(0, 2), k=3)]


@composite(KEEP, samples=_turns)
def rot90(array: Tensor, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """`array` turned by k right angles in the plane of `axes`, from the first towards the second axis."""
    if not isinstance(axes, (tuple, list)) or len(axes) != 2:
        raise ArgumentError(f"rot90: axes must be two, got {axes}.")
    first, second = rules.axes_of(tuple(axes), len(array.shape))
    turns = k % 4
    if turns == 0:
        return array
    if turns == 2:
        return reverse(array, (first, second))
    turned = reverse(array, (second,) if turns == 1 else (first,))
    return swapaxes(turned, first, second)
