"""Arithmetic, overflow, functions of one number, comparison, casts."""

from __future__ import annotations

import math

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, no, u8

ARITHMETIC = [
    edge("nan", "maximum", f32(NAN, 1, NAN), f32(1, NAN, NAN), to=f32(NAN, NAN, NAN)),
    edge("nan", "minimum", f32(NAN, 1, NAN), f32(1, NAN, NAN), to=f32(NAN, NAN, NAN)),
    edge("by-zero", "divide", f32(1, -1, 0), f32(0, 0, 0), to=f32(INF, -INF, NAN)),
    edge("ints-by-zero", "divide", i32(1, -1, 0), i32(0, 0, 0), to=f32(INF, -INF, NAN)),
    edge("ints-by-zero", "floor_divide", i32(7, -7, 0), i32(0, 0, 0), to=i32(0, 0, 0)),
    edge("uints-by-zero", "floor_divide", u8(7, 0), u8(0, 0), to=u8(0, 0)),
    edge("signs", "floor_divide", i32(-7, 7, -7, 7), i32(2, 2, -2, -2), to=i32(-4, 3, 3, -4)),
    edge("signs-narrow", "floor_divide", i8(-7, 7, -7), i8(2, -2, -2), to=i8(-4, -4, 3)),
    edge("float-signs", "floor_divide", f32(-7.5, 7.5, -7.5), f32(2, -2, -2), to=f32(-4, -4, 3)),
    edge("float-by-zero", "floor_divide", f32(1, -1, 0), f32(0, 0, 0), to=f32(INF, -INF, NAN)),
    edge("infinite", "floor_divide", f32(INF, -INF, INF), f32(2, 2, 0), to=f32(NAN, NAN, INF)),
    edge("ints-by-zero", "mod", i32(7, -7, 0), i32(0, 0, 0), to=i32(0, 0, 0)),
    edge("uints-by-zero", "mod", u8(7, 0), u8(0, 0), to=u8(0, 0)),
    edge("signs", "mod", i32(-7, 7, -7, 7), i32(2, 2, -2, -2), to=i32(1, 1, -1, -1)),
    edge("float-signs", "mod", f32(-7.5, 7.5, -7.5, 7.5), f32(2, 2, -2, -2), to=f32(0.5, 1.5, -1.5, -0.5)),
    edge("float-by-zero", "mod", f32(1, 0), f32(0, 0), to=f32(NAN, NAN)),
    edge("zeros", "power", f32(0, 0, 0), f32(0, 2, -1), to=f32(1, 0, INF)),
    edge("nan", "power", f32(NAN, 1, 2), f32(0, NAN, NAN), to=f32(1, 1, NAN)),
    edge("negative-base", "power", f32(-8, -2, -2), f32(1 / 3, 3, -2), to=f32(NAN, -8, 0.25)),
    edge("ints", "power", i32(0, 0, -2, 3), i32(0, 3, 3, 2), to=i32(1, 0, -8, 9)),
    edge("of-nothing", "add", no(0, 3), np.ones((1, 3), "float32"), to=no(0, 3)),
    edge("of-nothing", "where", no(0, dtype="bool"), f32(1), 2.0, to=no(0)),
    edge("not-picked", "where", b(True, False), f32(1, NAN), f32(NAN, 2), to=f32(1, 2)),
    edge("nan", "clip", f32(NAN, 5, -5), -1.0, 1.0, to=f32(NAN, 1, -1)),
    edge("bounds-crossed", "clip", f32(0, 3, 1.5), 2.0, 1.0, to=f32(1, 1, 1)),
]

OVERFLOW = [
    edge("wraps", "add", i8(127, -128), i8(1, -1), to=i8(-128, 127)),
    edge("wraps-unsigned", "add", u8(255, 200), u8(1, 100), to=u8(0, 44)),
    edge("wraps-32", "add", i32(2**31 - 1), i32(1), to=i32(-(2**31))),
    edge("wraps-unsigned", "subtract", u8(0, 1), u8(1, 3), to=u8(255, 254)),
    edge("wraps", "multiply", i8(100, 16), i8(2, 16), to=i8(-56, 0)),
    edge("wraps-32", "multiply", i32(65536), i32(65537), to=i32(65536)),
    edge("lowest", "negative", i8(-128, 127), to=i8(-128, -127)),
    edge("unsigned", "negative", u8(0, 1, 255), to=u8(0, 255, 1)),
    edge("lowest", "abs", i8(-128, -127), to=i8(-128, 127)),
    edge("wraps", "power", i8(2, 3), i8(7, 5), to=i8(-128, -13)),
    edge("wraps", "square", u8(16, 15), to=u8(0, 225)),
    edge("small-ints-widen", "sum", i8(100, 100), to=np.int32(200)),
    edge("small-uints-widen", "sum", u8(200, 100), to=np.uint32(300)),
    edge("bools-count", "sum", b(True, True, False), to=np.int32(2)),
    edge("wraps", "sum", i32(2**31 - 1, 1), to=np.int32(-(2**31))),
    edge("small-ints-widen", "prod", i8(100, 100), to=np.int32(10000)),
    edge("small-ints-widen", "cumsum", i8(100, 100), to=i32(100, 200)),
    edge("wide-ints", "add", np.array([2**53 + 1]), np.array([1]), to=np.array([2**53 + 2])),
    edge("wide-ints", "equal", np.array([2**53 + 1]), np.array([2**53]), to=b(False)),
    edge("unsigned", "greater", u8(200, 1), u8(100, 255), to=b(True, False)),
    edge("unsigned-32", "less", np.array([3_000_000_000], "uint32"), np.array([5], "uint32"), to=b(False)),
    edge("lowest-first", "argsort", i8(0, -128, 127), to=i32(1, 0, 2)),
    edge("lowest-last", "top_k", i8(0, -128, 127), 3, to=[i8(127, 0, -128), i32(2, 0, 1)]),
    edge("unsigned", "top_k", u8(0, 255, 128), 3, to=[u8(255, 128, 0), i32(1, 2, 0)]),
]

FUNCTIONS = [
    edge("far-out", "exp", f32(1000, -1000, INF, -INF, NAN), to=f32(INF, 0, INF, 0, NAN)),
    edge("tiny", "expm1", f32(1e-10, -1e-10), to=f32(1e-10, -1e-10)),
    edge("tiny", "log1p", f32(1e-10, -1), to=f32(1e-10, -INF)),
    edge("outside", "log", f32(0, -1, INF), to=f32(-INF, NAN, INF)),
    edge("outside", "sqrt", f32(0, -1, INF), to=f32(0, NAN, INF)),
    edge("zero", "rsqrt", f32(0, INF), to=f32(INF, 0)),
    edge("zero", "reciprocal", f32(0, INF), to=f32(INF, 0)),
    edge("outside", "arcsin", f32(2, 1), to=f32(NAN, math.pi / 2)),
    edge("outside", "arccos", f32(2, -1), to=f32(NAN, math.pi)),
    edge("outside", "arccosh", f32(0.5, 1), to=f32(NAN, 0)),
    edge("outside", "arctanh", f32(1, -1, 2), to=f32(INF, -INF, NAN)),
    edge("far-out", "tanh", f32(INF, -INF, 100, NAN), to=f32(1, -1, 1, NAN)),
    edge("far-out", "arctan", f32(INF, -INF), to=f32(math.pi / 2, -math.pi / 2)),
    edge("quadrants", "arctan2", f32(0, -0.0, 1, 0), f32(-1, -1, 0, 0), to=f32(math.pi, -math.pi, math.pi / 2, 0)),
    edge("far-out", "erf", f32(INF, -INF, NAN), to=f32(1, -1, NAN)),
    edge("outside", "erfinv", f32(1, -1, 2), to=f32(INF, -INF, NAN)),
    edge("infinite", "logaddexp", f32(-INF, INF, 0, -INF), f32(-INF, INF, -INF, NAN), to=f32(-INF, INF, 0, NAN)),
    edge("far-out", "logaddexp", f32(1000, -1000), f32(1000, 0), to=f32(1000 + math.log(2), 0)),
    edge("large", "hypot", f32(3e30, INF, 0), f32(4e30, 1, 0), to=f32(5e30, INF, 0)),
    edge("special", "sign", f32(NAN, INF, -INF, -0.0), to=f32(NAN, 1, -1, 0)),
    edge("unsigned", "sign", u8(0, 200), to=u8(0, 1)),
    edge("halves", "rint", f32(0.5, 1.5, 2.5, -0.5, -1.5), to=f32(0, 2, 2, 0, -2)),
    edge("halves", "round", f32(0.5, 1.5, 2.5), to=f32(0, 2, 2)),
    edge("tens", "round", i32(14, 26, -26), decimals=-1, to=i32(10, 30, -30)),
    edge("signs", "floor", f32(-1.5, 1.5, INF), to=f32(-2, 1, INF)),
    edge("signs", "ceil", f32(-1.5, 1.5, -INF), to=f32(-1, 2, -INF)),
    edge("signs", "trunc", f32(-1.5, 1.5, NAN), to=f32(-1, 1, NAN)),
    edge("ints", "floor", i32(-2, 3), to=f32(-2, 3)),
]

COMPARING = [
    edge("nan", "equal", f32(NAN, INF), f32(NAN, INF), to=b(False, True)),
    edge("nan", "not_equal", f32(NAN, INF), f32(NAN, INF), to=b(True, False)),
    edge("nan", "less", f32(NAN, 1), f32(1, NAN), to=b(False, False)),
    edge("nan", "greater_equal", f32(NAN, 1), f32(1, NAN), to=b(False, False)),
    edge("zeros", "equal", f32(0.0), f32(-0.0), to=b(True)),
    edge("special", "isfinite", f32(NAN, INF, -INF, 0), to=b(False, False, False, True)),
    edge("special", "isinf", f32(NAN, INF, -INF, 0), to=b(False, True, True, False)),
    edge("special", "isnan", f32(NAN, INF, -INF, 0), to=b(True, False, False, False)),
    edge("ints", "isnan", i32(1), to=b(False)),
    edge("special", "isclose", f32(INF, INF, NAN, 1), f32(INF, -INF, NAN, INF), to=b(True, False, False, False)),
    edge("nan-is-true", "logical_not", f32(NAN, 0, -0.0, 0.5), to=b(False, True, True, False)),
    edge("numbers", "logical_and", f32(0.5, 0, 2), i32(1, 1, 0), to=b(True, False, False)),
    edge("numbers", "logical_xor", f32(0.5, 0), i32(2, 0), to=b(False, False)),
    edge("numbers", "any", f32(0, 0.5), to=np.bool_(True)),
    edge("of-nothing", "any", no(0, 2), axis=0, to=b(False, False)),
    edge("of-nothing", "all", no(0), to=np.bool_(True)),
    edge("unsigned", "bitwise_invert", u8(0, 200), to=u8(255, 55)),
    edge("signed", "bitwise_and", i8(-1, -128), i8(15, -1), to=i8(15, -128)),
    edge("into-the-sign", "left_shift", i8(1, 3), i8(7, 6), to=i8(-128, -64)),
    edge("out-at-the-top", "left_shift", u8(200), u8(1), to=u8(144)),
    edge("into-the-sign-32", "left_shift", i32(1), i32(31), to=i32(-(2**31))),
    edge("sign-comes-in", "right_shift", i8(-8, -1), i8(1, 7), to=i8(-4, -1)),
    edge("unsigned", "right_shift", u8(200), u8(3), to=u8(25)),
]

CASTING = [
    edge("cuts-fractions", "cast", f32(-1.75, 1.75), "int32", to=i32(-1, 1)),
    edge("nan-is-true", "cast", f32(NAN, 0, -0.0, 0.25), "bool", to=b(True, False, False, True)),
    edge("wraps", "cast", i32(300, -1), "uint8", to=u8(44, 255)),
    edge("wraps-signed", "cast", i32(200, -129), "int8", to=i8(-56, 127)),
    edge("too-large", "cast", np.array([1e300, -1e300]), "float32", to=f32(INF, -INF)),
    edge("too-large-for-half", "cast", f32(1e5), "float16", to=np.array([INF], "float16")),
    edge("special", "cast", f32(NAN, INF), "float16", to=np.array([NAN, INF], "float16")),
]

ROWS = [*ARITHMETIC, *OVERFLOW, *FUNCTIONS, *COMPARING, *CASTING]
