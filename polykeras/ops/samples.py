"""Sample arguments that many ops share. The conformance suite calls them with its sampler `s`:

- ``s.real(*shape, low=-2, high=2)``: floats, none closer than 0.05 to an integer (where kinks are), all distinct;
- ``s.complex(*shape)``;
- ``s.ints(*shape, low=-4, high=5)``, ``s.bools(*shape)``, ``s.key()``;
- ``s(*args, **kwargs)``: a case. ``s(..., grad=False)``: a case not to differentiate at. ``s(..., dtypes=(...))``.

An op's `samples` returns a list of cases.
"""

from __future__ import annotations

from typing import Any


def unary(s: Any) -> list[Any]:
    """Ordinary shapes, 0-d and empty, for a function of the real line."""
    return [s(s.real(2, 3)), s(s.real()), s(s.real(0, 3)), s(s.real(5, low=-20, high=20), grad=False)]


def unary_on(low: float, high: float) -> Any:
    """As `unary`, for a function of an interval."""

    def cases(s: Any) -> list[Any]:
        return [s(s.real(*shape, low=low, high=high)) for shape in ((2, 3), (), (0, 3))]

    return cases


def binary(s: Any) -> list[Any]:
    """Equal shapes, broadcasting, a Python scalar on either side."""
    return [
        s(s.real(2, 3), s.real(2, 3)),
        s(s.real(2, 1, 3), s.real(4, 1)),
        s(s.real(3), 2.5),
        s(0.5, s.real(2, 2)),
        s(s.real(0, 2), s.real(2)),
    ]


def binary_on(low: float, high: float) -> Any:
    """As `binary`, for functions of positive or otherwise bounded arguments."""

    def cases(s: Any) -> list[Any]:
        def real(*shape: int) -> Any:
            return s.real(*shape, low=low, high=high)

        return [s(real(2, 3), real(2, 3)), s(real(2, 1, 3), real(4, 1)), s(real(3), 0.7), s(real(), real(2))]

    return cases


def binary_ints(s: Any) -> list[Any]:
    """Integers, of equal shapes and broadcast."""
    return [s(s.ints(2, 3), s.ints(2, 3)), s(s.ints(2, 1), s.ints(3)), s(s.ints(3), 3)]


def compared(s: Any) -> list[Any]:
    """Arguments with some equal elements."""
    return [*binary(s), s(s.ints(3, 4, low=0, high=2), s.ints(3, 4, low=0, high=2)), s(s.bools(4), s.bools(4))]


def logical(s: Any) -> list[Any]:
    """Bools of equal shapes and broadcast."""
    return [s(s.bools(2, 3), s.bools(2, 3)), s(s.bools(2, 1), s.bools(3)), s(s.ints(3, low=0, high=2), s.bools(3))]


def reduction(s: Any) -> list[Any]:
    """One axis, several, all, negative, kept; an empty tensor reduced over an axis with elements."""
    return [
        s(s.real(2, 3, 4)),
        s(s.real(2, 3, 4), axis=1),
        s(s.real(2, 3, 4), axis=(0, -1), keepdims=True),
        s(s.real(2, 3), axis=-1, keepdims=True),
        s(s.real()),
        s(s.real(0, 3), axis=1),
    ]


def bool_reduction(s: Any) -> list[Any]:
    """As `reduction`, on bools."""
    return [s(s.bools(2, 3)), s(s.bools(2, 3), axis=1), s(s.bools(2, 3, 2), axis=(0, 2), keepdims=True)]
