"""Sizes, counts, equations and options."""

from __future__ import annotations

from polykeras.errors import ArgumentError, ShapeError
from polykeras_conformance.refusals.row import LAST, refusal, x

ROWS = [
    refusal("no-tensors", ArgumentError, "concatenate", []),
    refusal("no-tensors", ArgumentError, "stack", []),
    refusal("number", ArgumentError, "concatenate", 3),
    refusal("sections", ArgumentError, "split", x(5), 2),
    refusal("count", ArgumentError, "unstack", x(3), num=2),
    refusal("negative", ArgumentError, "pad_constant", x(2), ((-1, 0),), 0.0),
    refusal("axes", ArgumentError, "pad_constant", x(2), ((1, 1), (1, 1)), 0.0),
    refusal("mode", ArgumentError, "pad", x(2), 1, mode="cubic"),
    refusal("value-without-constant", ArgumentError, "pad", x(3), 1, mode="reflect", constant_values=1.0),
    refusal("k-too-large", ArgumentError, "top_k", x(2), 3),
    refusal("k-negative", ArgumentError, "top_k", x(2), -1),
    refusal("index", ArgumentError, "get_item", x(2), 2),
    refusal("too-many", ArgumentError, "get_item", x(2), (0, 0)),
    refusal("sparse", ArgumentError, "one_hot", x(2, dtype="int32"), 3, sparse=True),
    refusal("terms", ArgumentError, "einsum", "ij,jk->ik", x(2, 3)),
    refusal("ranks", ArgumentError, "einsum", "ij->i", x(2, 3, 4)),
    refusal("output", ArgumentError, "einsum", "ij->k", x(2, 3)),
    refusal("negative-size", ArgumentError, "fill", (-1, 2), 0, "float32"),
    refusal("step-zero", ArgumentError, "range", 0, 3, 0, "int32"),
    refusal("no-windows", ArgumentError, "sliding_windows", x(3), (0,), (0,), (1,), (1,)),
    refusal("window-too-large", ShapeError, "sliding_windows", x(3), (0,), (4,), (1,), (1,)),
    refusal("ranks", ShapeError, "conv", x(1, 5, 5, 2), x(3, 2, 4), **LAST),
    refusal("channels", ShapeError, "conv", x(1, 5, 3), x(3, 2, 4), **LAST),
    refusal("filters-of-groups", ShapeError, "conv", x(1, 5, 4), x(3, 2, 3), **LAST),
    refusal("kernel-too-large", ShapeError, "conv", x(1, 2, 2), x(3, 2, 4), **LAST),
    refusal("padding", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), padding="full", **LAST),
    refusal("strides", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), strides=0, **LAST),
    refusal("strides-per-axis", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), strides=(1, 1), **LAST),
    refusal("format", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), data_format="first"),
    refusal("rank", ArgumentError, "max_pool", x(2, 3), 2, **LAST),
    refusal("size", ArgumentError, "max_pool", x(1, 4, 2), 0, **LAST),
    refusal("window-too-large", ShapeError, "average_pool", x(1, 2, 2), 3, **LAST),
    refusal("padding", ArgumentError, "average_pool", x(1, 4, 2), 2, padding="full", **LAST),
]
