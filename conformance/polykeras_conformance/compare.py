"""Whether numbers are near enough, and what to say if not.

A floating result may be off by a few units in the last place of its dtype, and by what a rounding of the arguments
would do to it: computing in so few digits cannot do better. Integers and bools must be equal.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.dtypes import COMPLEX, numpy_dtype, real_of

UNIT = {"float16": 2.0**-11, "bfloat16": 2.0**-8, "float32": 2.0**-24, "float64": 2.0**-53}
UNIT |= {d: UNIT[real_of(d)] for d in COMPLEX}
"""Half the distance from 1 to the next number: the relative error of one rounding."""

ROUNDINGS = {"float16": 8, "bfloat16": 8, "float32": 32, "float64": 128}
"""How many roundings a result may be off by. Libraries compute the wider dtypes by approximations of several terms."""

CARRIED = 4
"""How many times what one rounding of each argument does to the result."""


def assert_equal(what: str, actual: Any, expected: Any) -> None:
    """Equal to the last bit, NaN equal to NaN; also the same shape."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    same = (actual == expected) | ((actual != actual) & (expected != expected))
    if not np.all(same):
        raise AssertionError(f"{what}: {_differences(actual, expected, ~np.asarray(same))}")


def assert_close(what: str, actual: Any, expected: Any, dtype: str, spread: Any = 0.0) -> None:
    """Within the tolerance of `dtype`, plus a multiple of `spread`: by how much rounded arguments move the result.

    Args:
        what: opens the message.
        actual: any array of floats.
        expected: float64 of the same shape; complex128 if the dtype is complex: then each part is compared.
        dtype: the floating or complex dtype that `actual` was computed in.
        spread: as `expected`, not negative.
    """
    if dtype in COMPLEX:
        for name in ("real", "imag"):
            part, wanted = getattr(np.asarray(actual), name), getattr(np.asarray(expected), name)
            assert_close(f"{what}, {name} part", part, wanted, real_of(dtype), spread)
        return
    expected = np.asarray(expected, "float64")
    actual = np.asarray(actual).astype("float64")
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    with np.errstate(all="ignore"):
        held = expected.astype(numpy_dtype(dtype)).astype("float64")  # infinite where the dtype cannot hold it
        allowed = ROUNDINGS[dtype] * UNIT[dtype] * (1 + np.abs(held)) + CARRIED * np.asarray(spread)
        near = np.isfinite(held) & (np.abs(actual - expected) <= allowed)
        near |= (actual == held) | (np.isnan(actual) & np.isnan(expected))
        # A result next to the largest number of the dtype may have become infinite, or not quite.
        edge = np.abs(np.abs(expected) / _largest(dtype) - 1) < 0.1
        near |= edge & (np.abs(actual) > 0.8 * _largest(dtype)) & (np.sign(actual) == np.sign(expected))
    if not np.all(near):
        raise AssertionError(f"{what}: {_differences(actual, expected, ~near)}")


def assert_within(what: str, actual: Any, expected: Any, tolerance: float) -> None:
    """``|actual - expected| <= tolerance * (1 + largest |expected|)``, for results of a known accuracy."""
    actual, expected = np.asarray(actual, "float64"), np.asarray(expected, "float64")
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    scale = 1 + np.max(np.abs(expected), initial=0.0)
    near = np.abs(actual - expected) <= tolerance * scale
    if not np.all(near):
        raise AssertionError(f"{what}: {_differences(actual, expected, ~near)}")


def _largest(dtype: str) -> float:
    if dtype == "bfloat16":
        import ml_dtypes

        return float(ml_dtypes.finfo("bfloat16").max)
    return float(np.finfo(dtype).max)


def _differences(actual: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> str:
    """The first wrong element, and how many there are."""
    at = tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))
    got, wanted = np.atleast_1d(actual)[at], np.atleast_1d(expected)[at]
    where = f" at {at}" if actual.ndim else ""
    return f"got {got}, expected {wanted}{where}; {int(np.sum(wrong))} of {wrong.size} elements are wrong"
