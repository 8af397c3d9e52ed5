"""Functions of real numbers by way of complex ones."""

from __future__ import annotations

from polykeras_conformance.kinks.row import kink

ROWS = [
    kink("not-passed", "angle", [-1.0, 0.0, 2.0], [0, 0, 0]),
    kink("not-passed", "imag", [1.0], [0]),
    kink("at-zero", "i0", [0.0], [0]),
    kink("at-zero", "i1", [0.0], [0.5]),
]
