"""The comparisons assert: what is off by more than the tolerance is refused, and what is off by less is not."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras_conformance.compare import ROUNDINGS, UNIT, assert_close, assert_equal, assert_within

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("dtype", list(ROUNDINGS))
def test_close(dtype: str) -> None:
    """Half the tolerance passes, twice the tolerance does not."""
    tolerance = ROUNDINGS[dtype] * UNIT[dtype]
    expected = np.array([0.0, 1.0, -100.0])
    for factor in (-0.5, 0.5):
        assert_close("near", expected + factor * tolerance * (1 + np.abs(expected)), expected, dtype)
    for place in range(3):
        off = np.zeros(3)
        off[place] = 2 * tolerance * (1 + abs(expected[place]))
        with pytest.raises(AssertionError, match="1 of 3"):
            assert_close("far", expected + off, expected, dtype)


@pytest.mark.parametrize(("dtype", "tolerance"), [("complex64", 2.0**-19), ("complex128", 2.0**-46)])
def test_close_complex(dtype: str, tolerance: float) -> None:
    """Each part has the tolerance of its own dtype."""
    for direction in (1, 1j):
        assert_close("near", [1 - 2j + 0.5 * direction * tolerance], [1 - 2j], dtype)
        with pytest.raises(AssertionError, match="real part" if direction == 1 else "imag part"):
            assert_close("far", [1 - 2j + 4 * direction * tolerance], [1 - 2j], dtype)


def test_spread_widens() -> None:
    """What rounded arguments do to a result is allowed for, where they do it."""
    assert_close("near", [1.0, 1.003], [1.0, 1.0], "float32", np.array([0, 1e-3]))
    with pytest.raises(AssertionError):
        assert_close("far", [1.003, 1.0], [1.0, 1.0], "float32", np.array([0, 1e-3]))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(NAN, 0.0), (0.0, NAN), (INF, 1e4), (INF, -INF), (1e4, INF), (-1.0, 1.0), ([1.0], 1.0), ([1.0, 2.0], [1.0])],
)
def test_refused(actual: object, expected: object) -> None:
    """NaN, infinities and shapes must agree."""
    for check in (lambda: assert_close("x", actual, expected, "float32"), lambda: assert_equal("x", actual, expected)):
        with pytest.raises(AssertionError):
            check()


def test_accepted() -> None:
    """Equal NaN and infinities; numbers that the dtype cannot hold become infinite."""
    assert_close("x", [NAN, INF, -INF], [NAN, INF, -INF], "float32")
    assert_close("x", np.array([INF], "float16"), [1e6], "float16")
    assert_equal("x", [NAN, 1.0], [NAN, 1.0])


def test_within() -> None:
    """Relative to the largest element."""
    assert_within("x", [1000.0, 1e-4], [1000.0, 0.0], 1e-6)
    for wrong in ([1000.1, 0.0], [NAN, 0.0], [1000.0]):
        with pytest.raises(AssertionError):
            assert_within("x", wrong, [1000.0, 0.0], 1e-6)
