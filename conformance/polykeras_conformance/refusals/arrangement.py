"""Splitting, stacking, turning, rearranging, sequences."""

from __future__ import annotations

from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    refusal("sections", ArgumentError, "array_split", x(5), 0),
    refusal("axis", ArgumentError, "array_split", x(5), 2, axis=1),
    refusal("0-d", ShapeError, "hsplit", x(), 1),
    refusal("vector", ShapeError, "vsplit", x(4), 2),
    refusal("matrix", ShapeError, "dsplit", x(4, 4), 2),
    refusal("unequal", ArgumentError, "hsplit", x(2, 5), 2),
    refusal("sizes-beside-axis", ShapeError, "hstack", [x(2, 3), x(3, 3)]),
    refusal("sizes-beside-axis", ShapeError, "vstack", [x(2), x(3)]),
    refusal("ranks", ShapeError, "append", x(2, 2), x(2), axis=0),
    refusal("no-tensors", ArgumentError, "dstack", []),
    refusal("vector", ShapeError, "fliplr", x(3)),
    refusal("0-d", ShapeError, "flipud", x()),
    refusal("vector", ArgumentError, "rot90", x(3)),
    refusal("same-axes", ArgumentError, "rot90", x(2, 2), axes=(0, -2)),
    refusal("one-axis", ArgumentError, "rot90", x(2, 2), axes=(0,)),
    refusal("indexing", ArgumentError, "coordinate_grids", [x(2)], "yx"),
    refusal("order", ArgumentError, "diff", x(3), n=-1),
    refusal("axis", ArgumentError, "diff", x(3), axis=1),
    refusal("positions", ShapeError, "trapezoid", x(2, 3), x(4)),
    refusal("lengths", ArgumentError, "select", [x(2, dtype="bool")], [x(2), x(2)]),
    refusal("negative-size", ArgumentError, "unravel_index", x(1, dtype="int32"), (2, -1)),
    refusal("floats", DtypeError, "unravel_index", x(1), (2, 2)),
    refusal("count", ArgumentError, "evenly_spaced", x(), x(), -1),
    refusal("floats", DtypeError, "gcd", x(2), x(2)),
    refusal("float-exponent", DtypeError, "ldexp", x(2), x(2)),
    refusal("bools", DtypeError, "fmod", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("bools", DtypeError, "bitwise_left_shift", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("shapes", ShapeError, "heaviside", x(2), x(3)),
    refusal("shapes", ShapeError, "isclose", x(2), x(3)),
]
