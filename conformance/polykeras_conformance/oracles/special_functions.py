"""Functions of the real line beyond the elementary ones, divisors, floating numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _heaviside(x1: Any, x2: Any) -> Any:
    return np.select([x1 < 0, x1 == 0, x1 > 0], [0.0, x2, 1.0], np.nan)


def _nan_to_num(x: Any, nan: float, posinf: Any, neginf: Any) -> Any:
    if x.dtype.kind != "f":
        return x
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def _divide_no_nan(x1: Any, x2: Any) -> Any:
    x2 = np.asarray(x2)
    return np.where(x2 == 0, 0.0, np.true_divide(x1, np.where(x2 == 0, 1, x2)))


def _fmod(x: Any, y: Any) -> Any:
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype.kind == "i" and y.dtype.kind == "i":
        return np.where(y == 0, 0, np.fmod(x, np.where(y == 0, 1, y)))
    return np.fmod(x, y)


ORACLES: dict[str, Callable[..., Any]] = {
    "erfc": special.erfc,
    "cbrt": np.cbrt,
    "sinc": np.sinc,
    "heaviside": _heaviside,
    "logaddexp2": np.logaddexp2,
    "nan_to_num": _nan_to_num,
    "nextafter": np.nextafter,  # exactly: see the exact edges
    "fabs": np.fabs,
    "fmod": _fmod,
    "divide_no_nan": _divide_no_nan,
    "deg2rad": np.deg2rad,
    "rad2deg": np.rad2deg,
    "fmax": np.fmax,
    "fmin": np.fmin,
    "isposinf": lambda x: x == np.inf,
    "isneginf": lambda x: x == -np.inf,
    "ldexp": np.ldexp,
    "gcd": np.gcd,
    "lcm": np.lcm,
}
