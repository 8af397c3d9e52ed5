"""Arithmetic and functions of one variable."""

from __future__ import annotations

import math

from polykeras_conformance.kinks.row import INF, kink

ROWS = [
    kink("at-zero", "abs", [0.0, -0.0, 2.0], [0, 0, 1]),
    kink("tie", "maximum", [1.0, 2.0, 0.0], [1.0, 1.0, 3.0], [0.5, 1, 0], [0.5, 0, 1]),
    kink("tie", "minimum", [1.0, 2.0, 0.0], [1.0, 1.0, 3.0], [0.5, 0, 1], [0.5, 1, 0]),
    kink("tie-broadcast", "maximum", [[1.0], [2.0]], [1.0, 2.0], [[0.5], [1.5]], [0.5, 1.5]),
    kink("tie-with-a-number", "maximum", [0.0, 1.0], [0.5, 1], rest=[0]),
    kink("at-bounds", "clip", [-1.0, 0.0, 1.0, 2.0], [1, 1, 1, 0], rest=[-1.0, 1.0]),
    kink("bounds-crossed", "clip", [0.0, 1.5, 3.0], [0, 0, 0], rest=[2.0, 1.0]),
    kink("at-zero", "sqrt", [0.0, 4.0], [INF, 0.25]),
    kink("at-zero", "log", [0.0, 2.0], [INF, 0.5]),
    kink("base-zero", "power", [0.0, 0.0, 0.0], [2.0, 1.0, 0.0], [0, 1, 0], [0, 0, 0]),
    kink("base-negative", "power", [-2.0], [3.0], [12], [0]),
    kink("at-a-multiple", "mod", [4.0, 5.0], [2.0, 3.0], [1, 1], [-2, -1]),
    kink("tie", "logaddexp", [1.0], [1.0], [0.5], [0.5]),
    kink("at-zero", "hypot", [0.0], [0.0], [0], [0]),
    kink("tie", "hypot", [3.0], [3.0], [math.sqrt(0.5)], [math.sqrt(0.5)]),
    kink("one-zero", "hypot", [3.0, 0.0], [0.0, -2.0], [1, 0], [0, -1]),
    kink("none", "floor", [0.5, 1.0], [0, 0]),
    kink("none", "sign", [0.0, -3.0], [0, 0]),
    kink("none", "round", [0.5, 2.3], [0, 0]),
    kink("not-passed", "stop_gradient", [1.0, 2.0], [0, 0]),
]
