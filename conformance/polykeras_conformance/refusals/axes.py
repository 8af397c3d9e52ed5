"""Axes that are not there."""

from __future__ import annotations

from polykeras.errors import ArgumentError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    refusal("axis", ArgumentError, "sum", x(2, 3), axis=2),
    refusal("negative-axis", ArgumentError, "sum", x(2, 3), axis=-3),
    refusal("axis-twice", ArgumentError, "sum", x(2, 3), axis=(0, -2)),
    refusal("axis", ArgumentError, "mean", x(2, 3), axis=2),
    refusal("axis", ArgumentError, "any", x(2, dtype="bool"), axis=1),
    refusal("axis", ArgumentError, "argmax", x(2, 3), axis=2),
    refusal("of-nothing", ShapeError, "amax", x(0, 2), axis=0),
    refusal("of-nothing", ShapeError, "argmin", x(0)),
    refusal("axis", ArgumentError, "cumulative_sum", x(2), 1),
    refusal("axis", ArgumentError, "sort", x(2), axis=1),
    refusal("0-d", ArgumentError, "argsort", x()),
    refusal("axis", ArgumentError, "softmax", x(2, 3), axis=2),
    refusal("axis", ArgumentError, "concatenate", [x(2), x(2)], axis=1),
    refusal("axis", ArgumentError, "stack", [x(2)], axis=2),
    refusal("axis", ArgumentError, "expand_dims", x(2), 3),
    refusal("axis", ArgumentError, "squeeze", x(2, 1), axis=2),
    refusal("axis-missing", ArgumentError, "transpose", x(2, 3), (0,)),
    refusal("axis-twice", ArgumentError, "transpose", x(2, 3), (0, 0)),
    refusal("axis", ArgumentError, "flip", x(2), axis=1),
    refusal("axis", ArgumentError, "gather", x(2), x(1, dtype="int32"), 1),
    refusal("axis", ArgumentError, "split", x(2), 2, axis=1),
    refusal("axis", ArgumentError, "batch_normalization", x(2, 3), x(3), x(3), 2),
]
