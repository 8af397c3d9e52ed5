"""Shapes that do not go together."""

from __future__ import annotations

from polykeras.errors import ArgumentError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    refusal("shapes", ShapeError, "add", x(2, 3), x(4)),
    refusal("shapes", ShapeError, "maximum", x(2, 3), x(2)),
    refusal("shapes", ShapeError, "equal", x(2), x(3)),
    refusal("shapes", ShapeError, "where", x(2, dtype="bool"), x(3), x(3)),
    refusal("shapes", ShapeError, "logical_and", x(2, dtype="bool"), x(3, dtype="bool")),
    refusal("inner-sizes", ShapeError, "matmul", x(2, 3), x(2, 3)),
    refusal("batch-sizes", ShapeError, "matmul", x(2, 2, 3), x(3, 3, 2)),
    refusal("0-d", ShapeError, "matmul", x(), x(2)),
    refusal("size", ShapeError, "reshape", x(2, 3), (4, 2)),
    refusal("no-rest", ShapeError, "reshape", x(2, 3), (4, -1)),
    refusal("two-rests", ArgumentError, "reshape", x(2, 3), (-1, -1)),
    refusal("shape", ShapeError, "broadcast_to", x(2), (3,)),
    refusal("to-smaller", ShapeError, "broadcast_to", x(2, 2), (2, 1)),
    refusal("not-of-size-1", ShapeError, "squeeze", x(2, 1), axis=0),
    refusal("sizes-beside-axis", ShapeError, "concatenate", [x(2, 3), x(2, 2)]),
    refusal("ranks", ShapeError, "concatenate", [x(2, 3), x(2)]),
    refusal("shapes", ShapeError, "stack", [x(2), x(3)]),
    refusal("counts", ShapeError, "repeat", x(4), [1, 2, 3]),
    refusal("negative-count", ArgumentError, "repeat", x(2), -1),
    refusal("shifts", ArgumentError, "roll", x(2, 3), (1, 2, 3), (0, 1)),
    refusal("too-large", ShapeError, "slice", x(3), x(1, dtype="int32"), (4,)),
    refusal("too-few-starts", ArgumentError, "slice", x(3, 3), x(1, dtype="int32"), (1, 1)),
    refusal("too-large", ShapeError, "slice_update", x(3), x(1, dtype="int32"), x(4)),
    refusal("indices", ShapeError, "scatter_add", x(3, 2), x(2, dtype="int32"), 0, 4),
    refusal("ranks", ShapeError, "take_along_axis", x(2, 3), x(2, dtype="int32"), 1),
    refusal("sizes", ShapeError, "contract", "ij,jk->ik", [x(2, 3), x(4, 2)]),
    refusal("sizes", ShapeError, "einsum", "ij,jk->ik", x(2, 3), x(4, 2)),
    refusal("sizes-of-one-letter", ShapeError, "einsum", "ii->i", x(2, 3)),
    refusal("axes", ShapeError, "tensordot", x(2, 3), x(4, 5), axes=1),
    refusal("targets", ShapeError, "categorical_crossentropy", x(2), x(2, 3)),
    refusal("targets", ShapeError, "sparse_categorical_crossentropy", x(2, 3, dtype="int32"), x(2, 3)),
    refusal("targets", ShapeError, "binary_crossentropy", x(2), x(2, 1)),
]
