"""Floating arithmetic where numbers are zero, infinite or NaN; neighbours, exponents, sequences of none or one."""

from __future__ import annotations

import math

import numpy as np

from polykeras_conformance.edges.integers import f16, f64, i64, u
from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i32, no, u8

PI = math.pi

REMAINDERS = [
    edge("infinite", "mod", f32(1, -1, 1, -1, INF, -INF), f32(INF, INF, -INF, -INF, 1, 1),
         to=f32(1, INF, -INF, -1, NAN, NAN)),
    edge("infinite", "floor_divide", f32(1, -1, 1, -1, INF, -INF, 0), f32(INF, INF, -INF, -INF, 1, 1, INF),
         to=f32(0, -1, -1, 0, NAN, NAN, 0)),
    edge("whole-part-of-the-exact-quotient", "floor_divide", f64(1), f64(0.1), to=f64(9)),
    edge("signs", "fmod", f32(-7.5, 7.5, -7.5, 7.5), f32(2, 2, -2, -2), to=f32(-1.5, 1.5, -1.5, 1.5)),
    edge("by-zero-and-infinity", "fmod", f32(1, 0, INF, 1, -1, NAN), f32(0, 0, 1, INF, INF, 1),
         to=f32(NAN, NAN, NAN, 1, -1, NAN)),
    edge("by-zero", "divide_no_nan", f32(1, INF, NAN, 0, 1), f32(0, 0, 0, -0.0, NAN), to=f32(0, 0, 0, 0, NAN)),
]  # fmt: skip

POWERS = [
    edge("zeros-and-infinities", "power", f32(0, -0.0, 0, INF, -INF, -INF, 0.5, 2, -1), f32(-1, -1, -INF, 0, 3, 2, INF, -INF, INF),
         to=f32(INF, -INF, INF, 1, -INF, INF, 0, 0, 1)),
    edge("fraction-of-negative", "power", f32(-2.5, -8), f32(0.5, 1 / 3), to=f32(NAN, NAN)),
    edge("number-zero", "power", f32(0, NAN, INF), 0, to=f32(1, 1, 1)),
    edge("number-minus-one", "power", f32(0, -0.0, 2), -1, to=f32(INF, -INF, 0.5)),
    edge("number-half", "power", f32(-INF, 4, 0), 0.5, to=f32(NAN, 2, 0)),
    edge("base-zero", "power", 0, f32(0, -1, 2), to=f32(1, INF, 0)),
    edge("overflow-half", "power", f16(300, 2), f16(2, -30), to=f16(INF, 0)),
    edge("special", "cbrt", f32(-8, 27, 0, INF, -INF, NAN), to=f32(-2, 3, 0, INF, -INF, NAN)),
]  # fmt: skip

BOUNDS = [
    edge("nan-bounds", "clip", f32(NAN, 1, 5), f32(NAN, NAN, 0), f32(1, 2, NAN), to=f32(NAN, NAN, NAN)),
    edge("nan-number", "clip", f32(1, 5), NAN, 2.0, to=f32(NAN, NAN)),
    edge("ints-crossed", "clip", i32(0, 5), 3, 1, to=i32(1, 1)),
    edge("ints-by-floats", "clip", i32(1, 5), 0.5, 2.5, to=f32(1, 2.5)),
    edge("nan-and-number", "maximum", f32(NAN, 1), 1.0, to=f32(NAN, 1)),
    edge("half", "minimum", f16(NAN, 1), f16(1, NAN), to=f16(NAN, NAN)),
    edge("one-nan", "fmax", f32(NAN, 1, NAN), f32(1, NAN, NAN), to=f32(1, 1, NAN)),
    edge("one-nan", "fmin", f32(NAN, 1, NAN), f32(1, NAN, NAN), to=f32(1, 1, NAN)),
    edge("nan", "heaviside", f32(NAN, 0, -0.0, 1), f32(1, NAN, 0.5, NAN), to=f32(NAN, NAN, 0.5, 1)),
    edge("special", "nan_to_num", f32(NAN, INF, -INF, 1), to=f32(0, 3.4028235e38, -3.4028235e38, 1)),
    edge("half", "nan_to_num", f16(NAN, INF, -INF), to=f16(0, 65504, -65504)),
    edge("given", "nan_to_num", f32(NAN, INF, -INF), INF, 1.0, 2.0, to=f32(INF, 1, 2)),
    edge("ints", "nan_to_num", i32(3), to=i32(3)),
    edge("special", "isposinf", f32(NAN, INF, -INF), to=b(False, True, False)),
    edge("special", "isneginf", f32(NAN, INF, -INF), to=b(False, False, True)),
    edge("ints", "isneginf", i32(-1), to=b(False)),
    edge("large-ints", "isclose", i32(2**31 - 1), i32(2**31 - 2), to=b(True)),
    edge("nan", "isclose", f32(NAN), f32(NAN), equal_nan=True, to=b(True)),
    edge("of-nothing", "allclose", no(0), no(0), to=np.bool_(True)),
    edge("nan", "isin", f32(NAN, 1), f32(NAN, 1), to=b(False, True)),
    edge("among-nothing", "isin", i32(1), no(0), to=b(False)),
]  # fmt: skip

SIGNS = [
    edge("zeros", "signbit", f32(-0.0, 0, -INF, NAN), to=b(True, False, True, False)),
    edge("ints", "signbit", i32(-1, 0), to=b(True, False)),
    edge("unsigned", "signbit", u8(200), to=b(False)),
]  # fmt: skip

LENGTHS = [
    edge("infinity-and-nan", "hypot", f32(INF, NAN, NAN, -INF), f32(NAN, INF, 1, INF), to=f32(INF, INF, NAN, INF)),
    edge("tiny", "hypot", f32(3e-30, 0), f32(4e-30, -0.0), to=f32(5e-30, 0)),
    edge("half", "hypot", f16(60000, 30000), f16(60000, 40000), to=f16(INF, 50000)),
    edge("opposite-infinities", "logaddexp", f32(INF, -INF), f32(-INF, INF), to=f32(INF, INF)),
    edge("infinite", "logaddexp2", f32(-INF, INF, 0, -INF), f32(-INF, INF, -INF, NAN), to=f32(-INF, INF, 0, NAN)),
    edge("zeros", "arctan2", f32(0, -0.0, 0, -0.0), f32(0, 0, -0.0, -0.0), to=f32(0, 0, PI, -PI)),
    edge("infinities", "arctan2", f32(INF, INF, -INF, 1, -1, NAN), f32(INF, -INF, INF, INF, -INF, INF),
         to=f32(PI / 4, 3 * PI / 4, -PI / 4, 0, -PI, NAN)),
    edge("far-out", "erfc", f32(INF, -INF, NAN), to=f32(0, 2, NAN)),
    edge("special", "sinc", f32(0, 1e-20, INF, NAN), to=f32(1, 1, NAN, NAN)),
]  # fmt: skip

ROUNDING = [
    edge("decimals", "round", f32(0.25, 0.35, -0.25), decimals=1, to=f32(0.2, 0.4, -0.2)),
    edge("tens", "round", f32(125, 135, -125), decimals=-1, to=f32(120, 140, -120)),
    edge("too-large-for-decimals", "round", f32(1e38, INF, NAN), decimals=2, to=f32(1e38, INF, NAN)),
    edge("half", "round", f16(60000, 1.55), decimals=3, to=f16(60000, 1.55)),
    edge("beyond", "round", f32(5, INF, NAN), decimals=-40, to=f32(0, INF, NAN)),
    edge("beyond", "round", f64(1e300, 0.15), decimals=400, to=f64(1e300, 0.15)),
    edge("bools", "round", b(True, False), to=b(True, False)),
    edge("bools", "floor", b(True, False), to=f32(1, 0)),
    edge("ints", "ceil", u8(7), to=f32(7)),
    edge("ints", "rint", i32(-3), to=f32(-3)),
]  # fmt: skip

EXPONENTS = [
    edge("overflow", "ldexp", f32(1, -1, 0, INF, NAN), i32(128, 1000, 1000, -1000, 3), to=f32(INF, -INF, 0, INF, NAN)),
    edge("no-overflow-on-the-way", "ldexp", f32(1e-30, 3e38), i32(200, -250),
         to=f32(1e-30 * 2.0**200, 3e38 * 2.0**-250)),
    edge("far-exponents", "ldexp", f32(1), i64(2**40), to=f32(INF)),
    edge("unsigned-exponents", "ldexp", f32(1), u(64, 2**64 - 1), to=f32(INF)),
    edge("half", "ldexp", f16(1, 1), i32(16, -14), to=f16(INF, 2.0**-14)),
    edge("ints", "ldexp", i32(3), i32(2), to=f32(12)),
]  # fmt: skip

SEQUENCES = [
    edge("none", "linspace", 0.0, 1.0, 0, to=no(0)),
    edge("one", "linspace", 2.0, 3.0, 1, to=f32(2)),
    edge("one-open", "linspace", 2.0, 3.0, 1, endpoint=False, to=f32(2)),
    edge("step-of-none", "linspace", 2.0, 3.0, 1, retstep=True, to=[f32(2), np.float32(NAN)]),
    edge("ints", "linspace", 0, 5, 3, dtype="int32", to=i32(0, 2, 5)),
    edge("rows", "linspace", f32(0, 1), f32(1, 3), 2, axis=-1, to=f32([0, 1], [1, 3]).reshape(2, 2)),
    edge("none", "logspace", 0.0, 1.0, 0, to=no(0)),
    edge("one", "logspace", 2.0, 3.0, 1, to=f32(100)),
    edge("base", "logspace", 0, 3, 4, base=2, to=f32(1, 2, 4, 8)),
    edge("none", "geomspace", 1.0, 8.0, 0, to=no(0)),
    edge("one", "geomspace", 5.0, 8.0, 1, to=f32(5)),
    edge("exact-bounds", "geomspace", 1, 1000, 4, to=f32(1, 10, 100, 1000)),
    edge("open", "geomspace", 1.0, 8.0, 3, endpoint=False, to=f32(1, 2, 4)),
    edge("negative", "geomspace", -1.0, -4.0, 3, to=f32(-1, -2, -4)),
    edge("through-zero", "geomspace", -1.0, 4.0, 3, to=f32(-1, NAN, 4)),
    edge("from-zero", "geomspace", 0.0, 4.0, 3, to=f32(0, NAN, 4)),
    edge("one", "arange", 5, to=i32(0, 1, 2, 3, 4)),
    edge("none", "arange", 0, to=no(0, dtype="int32")),
]  # fmt: skip

ROWS = [*REMAINDERS, *POWERS, *BOUNDS, *SIGNS, *LENGTHS, *ROUNDING, *EXPONENTS, *SEQUENCES]

_TINY = np.nextafter(np.float32(0), np.float32(1))

EXACT = [
    edge("at-zero", "nextafter", f32(0, 0, -0.0, 0, -0.0), f32(1, -1, 1, -0.0, 0), to=f32(_TINY, -_TINY, _TINY, -0.0, 0)),
    edge("at-infinity", "nextafter", f32(INF, -INF, 3.4028235e38), f32(0, 0, INF), to=f32(3.4028235e38, -3.4028235e38, INF)),
    edge("at-one", "nextafter", f32(1, 1, 1), f32(2, 0, 1), to=f32(1 + 2**-23, 1 - 2**-24, 1)),
    edge("nan", "nextafter", f32(NAN, 1), f32(1, NAN), to=f32(NAN, NAN)),
    edge("half", "nextafter", f16(0, 1, INF, -1), f16(-1, 2, 0, INF), to=f16(-(2**-24), 1 + 2**-10, 65504, -1 + 2**-11)),
    edge("wide", "nextafter", f64(1), f64(2), to=f64(1 + 2**-52)),
    edge("zeros", "negative", f32(0, -0.0), to=f32(-0.0, 0)),
    edge("zeros", "abs", f32(0, -0.0), to=f32(0, 0)),
    edge("to-zero", "rint", f32(-0.4, 0.4, -0.0), to=f32(-0.0, 0, -0.0)),
    edge("to-zero", "ceil", f32(-0.4, -0.0), to=f32(-0.0, -0.0)),
    edge("to-zero", "trunc", f32(-0.4, 0.4), to=f32(-0.0, 0)),
    edge("to-zero", "fmod", f32(-4, 4, -4), f32(2, -2, -2), to=f32(-0.0, 0, -0.0)),
    edge("powers-of-two", "ldexp", f32(1, 1.5, -3), i32(-126, 127, 10), to=f32(2.0**-126, 1.5 * 2.0**127, -3072)),
    edge("zeros", "sqrt", f32(-0.0), to=f32(-0.0)),
]  # fmt: skip
"""Rows whose answers count to the last bit, the signs of zeros included."""
