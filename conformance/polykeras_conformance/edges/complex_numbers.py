"""Complex numbers at zero, infinity and NaN, on branch cuts, among casts; bits of numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, no, u8


def c64(*values: Any) -> np.ndarray:
    """A complex64 vector."""
    return np.array(values, "complex64")


ROWS = [
    edge("zeros", "angle", c64(0, complex(-0.0, 0.0)), to=f32(0, 0)),
    edge("negative", "angle", c64(-1, complex(-1, -0.0)), to=f32(math.pi, -math.pi)),
    edge("real", "angle", f32(-1, -0.0, 2, NAN, -INF), to=f32(math.pi, 0, 0, NAN, math.pi)),
    edge("ints", "angle", i32(-3, 0), to=f32(math.pi, 0)),
    edge("overflows", "abs", c64(complex(3e30, 4e30), 0, complex(INF, NAN)), to=f32(5e30, 0, INF)),
    edge("ints", "real", i8(-3, 4), to=i8(-3, 4)),
    edge("ints", "imag", i8(-3, 4), to=i8(0, 0)),
    edge("nan", "imag", f32(NAN, INF), to=f32(0, 0)),
    edge("bools", "conj", b(True, False), to=b(True, False)),
    edge("of-nothing", "view_as_complex", no(0, 2), to=no(0, dtype="complex64")),
    edge("nan", "isreal", c64(1, 1j, complex(NAN, 0), complex(1, NAN)), to=b(True, False, True, False)),
    edge("nan-is-real", "isreal", f32(NAN, INF), to=b(True, True)),
    edge("a-part", "isnan", c64(complex(1, NAN), complex(NAN, 1), complex(INF, 0)), to=b(True, True, False)),
    edge("a-part", "isinf", c64(complex(1, INF), complex(-INF, NAN), 3e38 + 3e38j), to=b(True, True, False)),
    edge("a-part", "isfinite", c64(complex(1, INF), complex(NAN, 1), 3e38 + 3e38j), to=b(False, False, True)),
    edge("complex-nan", "equal", c64(complex(NAN, 0), 1j), c64(complex(NAN, 0), 1j), to=b(False, True)),
    edge("negative-complex", "sqrt", c64(-4), to=c64(2j)),
    edge("negative-complex", "log", c64(-1), to=c64(complex(0, math.pi))),
    edge("missing-complex", "gather", c64(1j), i32(5), 0, to=c64(complex(NAN, 0))),
    edge("drops-the-imaginary-part", "cast", c64(1.5 + 2j, -2.5 - 1j), "float32", to=f32(1.5, -2.5)),
    edge("drops-the-imaginary-part", "cast", c64(1.5 + 2j, -2.5 - 1j), "int32", to=i32(1, -2)),
    edge("either-part-is-true", "cast", c64(0, 2j, 1), "bool", to=b(False, True, True)),
    edge("bools-to-complex", "cast", b(True, False), "complex64", to=c64(1, 0)),
    edge("either-part", "logical_not", c64(0, 2j), to=b(True, False)),
    edge("complex-of-nothing", "sum", no(0, dtype="complex64"), to=np.complex64(0)),
    edge("complex-of-nothing", "mean", no(2, 0, dtype="complex64"), axis=0, to=no(0, dtype="complex64")),
    edge("half", "make_complex", np.array([1], "float16"), np.array([2], "float16"), to=c64(1 + 2j)),
    edge("ints", "make_complex", i32(1), i32(2), to=c64(1 + 2j)),
    edge("half", "polar", np.array([2], "float16"), np.array([0], "float16"), to=c64(2)),
    edge("0-d", "view", np.array(1.0, "float32"), "int32", to=np.array(0x3F800000, "int32")),
    edge("nan", "view", np.array([0x7FC00000], "int32"), "float32", to=f32(NAN)),
    edge("signed-zero", "view", f32(-0.0), "uint8", to=u8(0, 0, 0, 128)),
    edge("of-nothing", "view", no(2, 0), "int8", to=no(2, 0, dtype="int8")),
    edge("bytes-are-true", "view", u8(0, 1, 200), "bool", to=b(False, True, True)),
    edge("bools", "view", b(True, False), "uint8", to=u8(1, 0)),
]
