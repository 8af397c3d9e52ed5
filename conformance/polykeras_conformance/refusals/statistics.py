"""Quantiles, sets, segments, scattered updates."""

from __future__ import annotations

import numpy as np

from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

IDS = np.array([0, 1], "int32")
PLACE = np.array([[0]], "int32")

ROWS = [
    refusal("axis", ArgumentError, "median", x(2, 3), axis=2),
    refusal("above-one", ArgumentError, "quantile", x(3), 1.5),
    refusal("negative", ArgumentError, "quantile", x(3), [0.5, -0.1]),
    refusal("nan", ArgumentError, "quantile", x(3), float("nan")),
    refusal("two-axes-of-levels", ArgumentError, "quantile", x(3), [[0.5]]),
    refusal("method", ArgumentError, "quantile", x(3), 0.5, method="cubic"),
    refusal("axis-twice", ArgumentError, "quantile", x(2, 3), 0.5, axis=(0, -2)),
    refusal("above-hundred", ArgumentError, "percentile", x(3), 101),
    refusal("above-one", ArgumentError, "nanquantile", x(3), 2.0),
    refusal("complex", DtypeError, "median", x(3, dtype="complex64")),
    refusal("weights", ShapeError, "average", x(2, 3), 1, x(2)),
    refusal("weights-without-axis", ShapeError, "average", x(2, 3), None, x(3)),
    refusal("of-nothing", ShapeError, "ptp", x(0)),
    refusal("of-nothing", ShapeError, "nanmax", x(2, 0), axis=1),
    refusal("of-nothing", ShapeError, "nanargmin", x(0)),
    refusal("axis", ArgumentError, "nansum", x(2), axis=1),
    refusal("shapes", ShapeError, "psnr", x(2), x(3), 1.0),
    refusal("max-val", ArgumentError, "psnr", x(2), x(2), 0.0),
    refusal("axis", ArgumentError, "argpartition", x(2), 0, axis=1),
    refusal("kth", ArgumentError, "argpartition", x(3), 3),
    refusal("kth-of-several", ArgumentError, "argpartition", x(3), (0, -4)),
    refusal("axis", ArgumentError, "cumsum", x(2), axis=1),
    refusal("axis", ArgumentError, "prod", x(2), axis=1),
    refusal("rank", ShapeError, "searchsorted", x(2, 2), x(2)),
    refusal("side", ArgumentError, "searchsorted", x(2), x(2), side="middle"),
    refusal("rank", ShapeError, "digitize", x(2), x(2, 2)),
    refusal("no-bins", ArgumentError, "histogram", x(2), 0),
    refusal("bins", ArgumentError, "histogram", x(2), 2.5),
    refusal("range", ArgumentError, "histogram", x(2), 2, range=(1, 0)),
    refusal("infinite-range", ArgumentError, "histogram", x(2), 2, range=(0, float("inf"))),
    refusal("negative-values", ArgumentError, "bincount", np.array([1, -1], "int32")),
    refusal("rank", ShapeError, "bincount", x(dtype="int32")),
    refusal("floats", DtypeError, "bincount", x(2)),
    refusal("weights", ShapeError, "bincount", IDS, weights=x(3)),
    refusal("minlength", ArgumentError, "bincount", IDS, minlength=-1),
    refusal("sparse", ArgumentError, "bincount", IDS, sparse=True),
    refusal("0-d", ShapeError, "nonzero", x()),
    refusal("axis", ArgumentError, "unique", x(2), axis=1),
    refusal("size", ArgumentError, "unique", x(2), size=-1),
    refusal("classes", ArgumentError, "multi_hot", IDS),
    refusal("axis", ArgumentError, "multi_hot", IDS, 3, axis=2),
    refusal("sparse", ArgumentError, "multi_hot", IDS, 3, sparse=True),
    refusal("ids", ShapeError, "segment_sum", x(3, 2), IDS),
    refusal("ids", ShapeError, "segment_max", x(3), IDS, 2),
    refusal("ids", ShapeError, "segment_prod", x(2), x(2, 1, dtype="int32"), 2),
    refusal("negative-segments", ArgumentError, "segment_sum", x(2), IDS, -1),
    refusal("negative-segments", ArgumentError, "segment_min", x(2), IDS, -1),
    refusal("float-ids", DtypeError, "segment_max", x(2), x(2), 2),
    refusal("indices", ShapeError, "scatter_max", x(3, 2), IDS, 4),
    refusal("indices-too-long", ShapeError, "scatter", x(2, 3, dtype="int32"), x(2), (4, 4)),
    refusal("values", ShapeError, "scatter", PLACE, x(2), (4,)),
    refusal("negative-sizes", ArgumentError, "scatter", PLACE, x(1), (-4,)),
    refusal("updates", ShapeError, "scatter_update", x(4, 2), PLACE, x(1, 3)),
    refusal("no-last-axis", ShapeError, "scatter_update", x(4), x(dtype="int32"), x()),
    refusal("reduction", ArgumentError, "scatter_update", x(4), PLACE, x(1), reduction="mean"),
    refusal("k-of-a-scalar", ArgumentError, "top_k", x(), 1),
    refusal("classes", ShapeError, "take_along_axis", x(2, 3), x(3, 1, dtype="int32"), 1),
]
