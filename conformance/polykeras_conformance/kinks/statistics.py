"""Quantiles, deviations, reductions that pass over NaN, running products."""

from __future__ import annotations

import math

from polykeras_conformance.kinks.row import INF, kink

NAN = math.nan

ROWS = [
    kink("constant", "std", [2.0, 2.0, 2.0], [0, 0, 0]),
    kink("one-element", "std", [5.0], [0]),
    kink("constant-row", "std", [[1.0, 1.0], [1.0, 3.0]], [[0, 0], [-0.5, 0.5]], rest=[1]),
    kink("constant", "var", [2.0, 2.0], [0, 0]),
    kink("constant", "nanstd", [2.0, NAN, 2.0], [0, 0, 0]),
    # Of equal elements, those that a stable sort puts in the middle.
    kink("ties", "median", [2.0, 2.0, 2.0], [0, 1, 0]),
    kink("even", "median", [3.0, 1.0, 2.0, 9.0], [0.5, 0, 0.5, 0]),
    kink("ties", "quantile", [1.0, 1.0, 0.0, 1.0], [0.5, 0.5, 0, 0], rest=[0.5]),
    kink("between", "quantile", [4.0, 0.0, 1.0], [0, 0.5, 0.5], rest=[0.25]),
    kink("at-an-element", "quantile", [0.0, INF, 1.0], [0, 0, 1], rest=[0.5]),
    kink("lower", "quantile", [0.0, 1.0], [1, 0], rest=[0.6], method="lower"),
    kink("past-nan", "nanmedian", [NAN, 1.0, 3.0], [0, 0.5, 0.5]),
    kink("all-nan", "nanmedian", [[NAN, NAN], [1.0, NAN]], [[0, 0], [1, 0]], rest=[1]),
    kink("ties", "nanmax", [3.0, NAN, 3.0, 1.0], [0.5, 0, 0.5, 0]),
    kink("ties", "nanmin", [1.0, NAN, 1.0, 1.0], [1 / 3, 0, 1 / 3, 1 / 3]),
    kink("all-nan", "nanmax", [[NAN, NAN], [1.0, NAN]], [[0, 0], [1, 0]], rest=[1]),
    kink("past-nan", "nansum", [1.0, NAN], [1, 0]),
    kink("past-nan", "nanprod", [2.0, NAN, 3.0], [3, 0, 2]),
    kink("a-zero", "nanprod", [0.0, NAN, 3.0], [3, 0, 0]),
    kink("past-nan", "nanmean", [1.0, NAN, 2.0], [0.5, 0, 0.5]),
    kink("all-nan", "nanmean", [[NAN, NAN], [1.0, NAN]], [[0, 0], [1, 0]], rest=[1]),
    kink("all-nan", "nanvar", [[NAN, NAN], [1.0, NAN]], [[0, 0], [0, 0]], rest=[1]),
    kink("past-nan", "nancumsum", [1.0, NAN, 2.0], [3, 0, 1]),
    kink("past-nan", "nancumprod", [2.0, NAN, 3.0], [5, 0, 2]),
    kink("zeros", "cumprod", [2.0, 0.0, 3.0, 0.0], [1, 8, 0, 0]),
    kink("one-zero", "prod", [[0.0, 2.0], [3.0, 4.0]], [[24, 0], [0, 0]]),
    kink("ties", "ptp", [1.0, 3.0, 3.0], [-1, 0.5, 0.5]),
    kink("constant", "ptp", [2.0, 2.0], [0, 0]),
    kink("weighted-zero", "average", [1.0, 2.0], [1, 0], axis=None, weights=[1.0, 0.0]),
]
