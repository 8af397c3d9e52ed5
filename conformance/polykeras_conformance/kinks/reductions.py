"""Reductions and running products."""

from __future__ import annotations

from polykeras_conformance.kinks.row import INF, kink

ROWS = [
    kink("tie", "amax", [1.0, 3.0, 3.0], [0, 0.5, 0.5]),
    kink("tie", "amin", [[1.0, 1.0], [2.0, 1.0]], [[0.5, 0.5], [0, 1]], rest=[1]),
    kink("three-ties", "max", [2.0, 2.0, 2.0], [1 / 3, 1 / 3, 1 / 3]),
    kink("tie-with-initial", "max", [1.0, 0.0], [0.5, 0], initial=1.0),
    kink("one-zero", "prod", [0.0, 2.0, 3.0], [6, 0, 0]),
    kink("two-zeros", "prod", [0.0, 0.0, 3.0], [0, 0, 0]),
    kink("one-zero", "cumulative_prod", [2.0, 0.0, 3.0], [1, 8, 0], rest=[0]),
    kink("two-zeros", "cumulative_prod", [2.0, 0.0, 3.0, 0.0], [1, 8, 0, 0], rest=[0]),
    kink("tie", "logsumexp", [1.0, 1.0], [0.5, 0.5]),
    kink("with-minus-infinity", "logsumexp", [-INF, 0.0], [0, 1]),
    kink("with-minus-infinity", "softmax", [-INF, 0.0, 0.0], [0, 0, 0]),
]
