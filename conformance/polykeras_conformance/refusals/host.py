"""Host data that are no numbers."""

from __future__ import annotations

import numpy as np

from polykeras.errors import ArgumentError, DtypeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    refusal("strings", DtypeError, "add", x(2), ["a", "b"]),
    refusal("one-string", DtypeError, "exp", "a"),
    refusal("object", DtypeError, "exp", object()),
    refusal("nothing", DtypeError, "add", x(2), None),
    refusal("object-array", DtypeError, "multiply", x(2), np.array([1, None], dtype=object)),
    refusal("string-array", DtypeError, "sum", np.array(["a", "b"])),
    refusal("dates", DtypeError, "add", x(2), np.array(["2020-01-01", "2021-01-01"], "datetime64[D]")),
    refusal("ragged", ArgumentError, "add", x(2), [[1.0, 2.0], [3.0]]),
    refusal("ragged", ArgumentError, "sum", [[1], [2, 3]]),
    refusal("masked-array", DtypeError, "sum", np.ma.masked_array([1.0, 2.0], [True, False])),
    refusal("masked-array", DtypeError, "add", x(2), np.ma.masked_array([1.0, 2.0], [True, False])),
]
