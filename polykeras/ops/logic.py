"""Logical and bitwise ops."""

from __future__ import annotations

from polykeras.ops import rules, samples
from polykeras.ops.policies import BITS, BOOL, WHOLE
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _one(s: object) -> list[object]:
    return [s(s.bools(2, 3)), s(s.ints(4, low=0, high=2))]  # type: ignore


@primitive(BOOL, shape=rules.elementwise_bool, samples=samples.logical, differentiable=False, exact=True)
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether both are true (numbers: not zero)."""


@primitive(BOOL, shape=rules.elementwise_bool, samples=samples.logical, differentiable=False, exact=True)
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether one or both are true."""


@primitive(BOOL, shape=rules.elementwise_bool, samples=_one, differentiable=False, exact=True)
def logical_not(x: Tensor) -> Tensor:
    """Whether x is false."""


@composite(BOOL, samples=samples.logical, differentiable=False, exact=True)
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Whether exactly one is true."""
    from polykeras.ops.comparison import not_equal

    return not_equal(x1, x2)


def _bits(s: object) -> list[object]:
    return [*samples.binary_ints(s), s(s.bools(3), s.bools(3))]  # type: ignore


def _shifts(s: object) -> list[object]:
    return [s(s.ints(2, 3), s.ints(2, 3, low=0, high=4)), s(s.ints(3), 2)]  # type: ignore


@primitive(BITS, shape=rules.elementwise, samples=_bits, differentiable=False, scalars=True, exact=True)
def bitwise_and(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in both."""


@primitive(BITS, shape=rules.elementwise, samples=_bits, differentiable=False, scalars=True, exact=True)
def bitwise_or(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in either."""


@primitive(BITS, shape=rules.elementwise, samples=_bits, differentiable=False, scalars=True, exact=True)
def bitwise_xor(x: Tensor, y: Tensor) -> Tensor:
    """Bits set in exactly one."""


@primitive(BITS, shape=rules.elementwise, samples=lambda s: [s(s.ints(2, 3)), s(s.bools(3))], differentiable=False)
def bitwise_invert(x: Tensor) -> Tensor:
    """All bits flipped; of bools, logical not."""


@composite(BITS, samples=lambda s: [s(s.ints(2, 3))], differentiable=False)
def bitwise_not(x: Tensor) -> Tensor:
    """`bitwise_invert` by its other name."""
    return bitwise_invert(x)


@primitive(WHOLE, shape=rules.elementwise, samples=_shifts, differentiable=False, scalars=True, exact=True)
def left_shift(x: Tensor, y: Tensor) -> Tensor:
    """Bits of x moved up by y places, zeros coming in; y from 0 to the dtype's width - 1. Refuses bools."""


@primitive(WHOLE, shape=rules.elementwise, samples=_shifts, differentiable=False, scalars=True, exact=True)
def right_shift(x: Tensor, y: Tensor) -> Tensor:
    """Bits of x moved down by y places; of signed integers the sign comes in. Refuses bools."""


@composite(WHOLE, samples=_shifts, differentiable=False, exact=True)
def bitwise_left_shift(x: Tensor, y: Tensor) -> Tensor:
    """`left_shift` by its other name."""
    return left_shift(x, y)


@composite(WHOLE, samples=_shifts, differentiable=False, exact=True)
def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    """`right_shift` by its other name."""
    return right_shift(x, y)
