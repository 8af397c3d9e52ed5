"""Dtypes that an op does not take."""

from __future__ import annotations

from polykeras.errors import DtypeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    refusal("bools", DtypeError, "subtract", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("bools", DtypeError, "negative", x(2, dtype="bool")),
    refusal("bools", DtypeError, "sign", x(2, dtype="bool")),
    refusal("bools", DtypeError, "relu", x(2, dtype="bool")),
    refusal("floats", DtypeError, "bitwise_and", x(2), x(2)),
    refusal("bools", DtypeError, "left_shift", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("float-index", DtypeError, "gather", x(2), x(1), 0),
    refusal("float-index", DtypeError, "take", x(2), [0.5]),
    refusal("float-index", DtypeError, "one_hot", x(2), 3),
    refusal("float-index", DtypeError, "get_item", x(2), [0.5]),
    refusal("mask", DtypeError, "get_item", x(2), x(2, dtype="bool")),
    refusal("int-dtype", DtypeError, "random_uniform", x(2, dtype="int32"), (3,), "int32"),
    refusal("number-too-large", DtypeError, "add", x(2, dtype="uint8"), 300),
    refusal("negative-number", DtypeError, "multiply", x(2, dtype="uint8"), -1),
]
