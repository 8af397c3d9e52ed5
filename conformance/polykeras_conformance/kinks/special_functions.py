"""Cube roots, steps, remainders, the larger of two numbers that may be NaN."""

from __future__ import annotations

import math

from polykeras_conformance.kinks.row import INF, kink

NAN = math.nan

ROWS = [
    kink("at-zero", "cbrt", [0.0, 8.0, -8.0], [INF, 1 / 12, 1 / 12]),
    kink("at-zero", "sinc", [0.0, 1.0], [0, -1]),
    kink("at-zero", "fabs", [0.0, -2.0], [0, -1]),
    kink("step", "heaviside", [0.0, -1.0, 2.0], [0.5, 0.5, 0.5], [0, 0, 0], [1, 0, 0]),
    kink("tie", "fmax", [1.0, NAN, 2.0], [1.0, 3.0, NAN], [0.5, 0, 1], [0.5, 1, 0]),
    kink("tie", "fmin", [1.0, NAN, 2.0], [1.0, 3.0, NAN], [0.5, 0, 1], [0.5, 1, 0]),
    kink("by-zero", "divide_no_nan", [1.0, 1.0], [0.0, 2.0], [0, 0.5], [0, -0.25]),
    kink("at-zero-and-a-multiple", "fmod", [0.0, -4.0], [3.0, 2.0], [1, 1], [0, 2]),
    kink("replaced", "nan_to_num", [NAN, INF, 1.0], [0, 0, 1]),
    kink("tie", "logaddexp2", [1.0], [1.0], [0.5], [0.5]),
    kink("nan-bounds", "clip", [1.0, 3.0], [0, 0], rest=[NAN, 2.0]),
    kink("infinite", "hypot", [INF, 3.0], [1.0, 4.0], [0, 0.6], [0, 0.8]),
]
