"""NaN, infinities, nothing at all, ties, overflow, division by zero, indices out of range: one table, op by op.

A row is an op, its arguments and the answer. The answer's dtype is part of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.ops.registry import REGISTRY
from polykeras.tree import flatten
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")

NAN, INF = math.nan, math.inf
LAST = {"data_format": "channels_last"}


def f32(*values: Any) -> np.ndarray:
    """A float32 vector."""
    return np.array(values, "float32")


def i32(*values: Any) -> np.ndarray:
    """An int32 vector."""
    return np.array(values, "int32")


def i8(*values: Any) -> np.ndarray:
    """An int8 vector."""
    return np.array(values, "int8")


def u8(*values: Any) -> np.ndarray:
    """A uint8 vector."""
    return np.array(values, "uint8")


def b(*values: Any) -> np.ndarray:
    """A bool vector."""
    return np.array(values, "bool")


def no(*shape: int, dtype: str = "float32") -> np.ndarray:
    """A tensor without elements."""
    return np.zeros(shape, dtype)


@dataclass(frozen=True)
class Edge:
    """A call and its answer: an array, or a list of them."""

    id: str
    op: str
    args: tuple[Any, ...]
    answer: Any
    options: dict[str, Any]


def edge(name: str, op: str, *args: Any, to: Any, **options: Any) -> Edge:
    """``op(*args, **options)`` gives `to`."""
    return Edge(f"{op}-{name}", op, args, to, options)


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

REDUCING = [
    edge("nan", "amax", f32(1, NAN, INF), to=np.float32(NAN)),
    edge("nan", "amin", f32(1, NAN, -INF), to=np.float32(NAN)),
    edge("nan", "max", f32(1, NAN), initial=5.0, to=np.float32(NAN)),
    edge("of-nothing-with-initial", "max", no(0), initial=-1.5, to=np.float32(-1.5)),
    edge("of-nothing-with-initial", "min", no(2, 0), axis=1, initial=7.0, to=f32(7, 7)),
    edge("first-nan", "argmax", f32(1, NAN, INF, NAN), to=np.int32(1)),
    edge("first-nan", "argmin", f32(1, NAN, -INF, NAN), to=np.int32(1)),
    edge("first-of-ties", "argmax", f32(1, 3, 3), to=np.int32(1)),
    edge("first-of-ties", "argmin", i32(2, 1, 1), to=np.int32(1)),
    edge("bools", "argmax", b(False, True, True), to=np.int32(1)),
    edge("0-d", "argmax", np.float32(3), to=np.int32(0)),
    edge("of-nothing", "sum", no(0, 2), axis=0, to=f32(0, 0)),
    edge("of-nothing", "prod", no(0), to=np.float32(1)),
    edge("of-nothing", "mean", no(0), to=np.float32(NAN)),
    edge("of-nothing", "mean", no(2, 0), axis=0, to=no(0)),
    edge("of-nothing", "var", no(0), to=np.float32(NAN)),
    edge("nan", "sum", f32(1, NAN, INF), to=np.float32(NAN)),
    edge("opposite-infinities", "sum", f32(INF, -INF), to=np.float32(NAN)),
    edge("infinite", "logsumexp", f32(-INF, -INF), to=np.float32(-INF)),
    edge("one-infinite", "logsumexp", f32(INF, 0), to=np.float32(INF)),
    edge("far-out", "logsumexp", f32(1000, 1000), to=np.float32(1000 + math.log(2))),
    edge("of-nothing", "cumsum", no(0), to=no(0)),
    edge("nan", "cumulative_sum", f32(1, NAN, 1), 0, to=f32(1, NAN, NAN)),
    edge("zeros", "cumulative_prod", f32(2, 0, 3), 0, to=f32(2, 0, 0)),
    edge("nan", "count_nonzero", f32(NAN, 0, -0.0, 1), to=np.int32(2)),
    edge("half-precision", "moments", np.full(64, 300, "float16"), 0, to=[np.float16(300), np.float16(0)]),
    edge("nan-last", "argsort", f32(NAN, 1, -INF, INF), to=i32(2, 1, 3, 0)),
    edge("nan-last", "sort", f32(NAN, 1, -INF, INF), to=f32(-INF, 1, INF, NAN)),
    edge("stable", "argsort", i32(1, 0, 1, 0, 1), to=i32(1, 3, 0, 2, 4)),
    edge("stable", "argsort", np.tile(f32(1, 0), 40), to=np.r_[1:80:2, 0:80:2].astype("int32")),
    edge("bools", "argsort", b(True, False, True), to=i32(1, 0, 2)),
    edge("of-nothing", "sort", no(2, 0), to=no(2, 0)),
    edge("first-of-ties", "top_k", f32(1, 3, 3, 3), 2, to=[f32(3, 3), i32(1, 2)]),
    edge("none", "top_k", f32(1, 3), 0, to=[no(0), no(0, dtype="int32")]),
    edge("ties-at-the-border", "in_top_k", i32(0, 1, 2), f32([1, 1, 2], [1, 1, 2], [0, 0, 0]).reshape(3, 3), 2,
         to=b(True, True, True)),
    edge("bad-targets", "in_top_k", i32(-1, 3), np.ones((2, 3), "float32"), 3, to=b(False, False)),
    edge("nan", "in_top_k", i32(0, 1), f32([NAN, 1], [NAN, 1]).reshape(2, 2), 2, to=b(False, True)),
]

PICKING = [
    edge("out-of-range", "gather", f32(1, 2, 3), i32(0, 3, -3, -4), 0, to=f32(1, NAN, 1, NAN)),
    edge("out-of-range-ints", "gather", i32(1, 2), i32(2, -3, -1), 0, to=i32(-(2**31), -(2**31), 2)),
    edge("out-of-range-int8", "gather", i8(1, 2), i32(9, 0), 0, to=i8(-128, 1)),
    edge("out-of-range-uints", "gather", u8(1, 2), i32(9, 0), 0, to=u8(255, 1)),
    edge("out-of-range-bools", "gather", b(True, True), i32(9, 0), 0, to=b(False, True)),
    edge("from-nothing", "gather", no(0, 2), i32(0), 0, to=np.full((1, 2), NAN, "float32")),
    edge("of-nothing", "gather", f32(1, 2), no(0, 3, dtype="int32"), 0, to=no(0, 3)),
    edge("rows-out-of-range", "take", np.ones((2, 2), "float32"), i32(0, 5), axis=0,
         to=np.array([[1, 1], [NAN, NAN]], "float32")),
    edge("out-of-range", "take_along_axis", f32([[1, 2]]).reshape(1, 2), i32([[2, -1, -3]]).reshape(1, 3), 1,
         to=np.array([[NAN, 2, NAN]], "float32")),
    edge("far-out-of-range", "take_along_axis", np.ones((2, 2), "float32"), np.array([[0, 3], [1, 2]]), 1,
         to=np.array([[1, NAN], [1, NAN]], "float32")),
    edge("out-of-range", "scatter_add", f32(1, 2, 4, 8), i32(0, 2, -1, -3), 0, 2, to=f32(1, 4)),
    edge("of-nothing", "scatter_add", no(0, 2), no(0, dtype="int32"), 0, 2, to=np.zeros((2, 2), "float32")),
    edge("same-place-often", "scatter_add", np.ones(300, "float32"), np.zeros(300, "int32"), 0, 1, to=f32(300)),
    edge("wraps", "scatter_add", i8(100, 100), i32(0, 0), 0, 1, to=i8(-56)),
    edge("dropped", "segment_sum", f32(1, 2, 4), i32(0, -1, 2), num_segments=2, to=f32(1, 0)),
    edge("out-of-range", "one_hot", i32(-1, 0, 3), 3, to=np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]], "float32")),
    edge("of-nothing", "one_hot", no(0, dtype="int32"), 3, to=no(0, 3)),
    edge("unsigned", "one_hot", u8(0, 255), 2, to=np.array([[1, 0], [0, 0]], "float32")),
    edge("moved-inside", "slice", f32(1, 2, 3), i32(-5), (2,), to=f32(1, 2)),
    edge("moved-inside-from-above", "slice", f32(1, 2, 3), i32(7), (2,), to=f32(2, 3)),
    edge("moved-inside", "slice_update", f32(1, 2, 3), i32(7), f32(8, 9), to=f32(1, 8, 9)),
    edge("of-nothing", "reshape", no(0, 3), (3, 0), to=no(3, 0)),
    edge("of-nothing", "concatenate", [no(0), f32(1)], to=f32(1)),
    edge("of-nothing", "pad_constant", no(0), ((1, 2),), 7.0, to=f32(7, 7, 7)),
    edge("nothing", "split", no(0, 2), 2, axis=1, to=[no(0, 1), no(0, 1)]),
    edge("nothing", "unstack", no(0, 2), to=[]),
    edge("no-times", "tile", f32(1, 2), 0, to=no(0)),
    edge("empty-slice", "get_item", f32(1, 2, 3), slice(2, 1), to=no(0)),
    edge("far-slice", "get_item", f32(1, 2, 3), slice(-9, 9, 2), to=f32(1, 3)),
    edge("backwards", "get_item", f32(1, 2, 3, 4), slice(None, 0, -2), to=f32(4, 2)),
    edge("empty", "range", 3, 3, 1, "int32", to=no(0, dtype="int32")),
    edge("wrong-way", "range", 0, 3, -1, "float32", to=no(0)),
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

PRODUCTS = [
    edge("nothing-to-sum", "matmul", no(2, 0), no(0, 3), to=np.zeros((2, 3), "float32")),
    edge("no-rows", "matmul", no(0, 2), np.ones((2, 3), "float32"), to=no(0, 3)),
    edge("no-batches", "matmul", no(0, 2, 3), np.ones((3, 2), "float32"), to=no(0, 2, 2)),
    edge("nan", "matmul", f32(NAN, 1).reshape(1, 2), f32(0, 1).reshape(2, 1), to=np.array([[NAN]], "float32")),
    edge("wraps", "matmul", i8(100, 100).reshape(1, 2), i8(1, 1).reshape(2, 1), to=i8(-56).reshape(1, 1)),
    edge("bools", "matmul", b(True, False).reshape(1, 2), b(False, True).reshape(2, 1), to=b(False).reshape(1, 1)),
    edge("nothing-to-sum", "contract", "ij,jk->ik", [no(2, 0), no(0, 3)], to=np.zeros((2, 3), "float32")),
    edge("no-rows", "conv", no(0, 5, 2), np.ones((3, 2, 4), "float32"), to=no(0, 3, 4), **LAST),
    edge("no-rows", "max_pool", no(0, 4, 2), 2, to=no(0, 2, 2), **LAST),
    edge("same-of-even-window", "conv", f32(1, 2, 3).reshape(1, 3, 1), f32(1, 10).reshape(2, 1, 1),
         padding="same", to=f32(21, 32, 3).reshape(1, 3, 1), **LAST),
    edge("same-with-strides", "conv", f32(1, 2, 3, 4).reshape(1, 4, 1), f32(1, 10, 100).reshape(3, 1, 1), strides=2,
         padding="same", to=f32(321, 43).reshape(1, 2, 1), **LAST),
    edge("padding-is-no-zero", "max_pool", f32(-3, -2, -1).reshape(1, 3, 1), 2, padding="same",
         to=f32(-2, -1).reshape(1, 2, 1), **LAST),
    edge("infinite", "max_pool", f32(-INF, -INF).reshape(1, 2, 1), 2, to=f32(-INF).reshape(1, 1, 1), **LAST),
    edge("nan", "max_pool", f32(1, NAN, 2, 3).reshape(1, 4, 1), 2, to=f32(NAN, 3).reshape(1, 2, 1), **LAST),
    edge("padding-is-not-counted", "average_pool", f32(1, 2, 6).reshape(1, 3, 1), 2, padding="same",
         to=f32(1.5, 6).reshape(1, 2, 1), **LAST),
]

NEURAL = [
    edge("nan", "relu", f32(NAN, -INF, INF), to=f32(NAN, 0, INF)),
    edge("nan", "relu6", f32(NAN, -INF, INF), to=f32(NAN, 0, 6)),
    edge("ints", "relu", i32(-2, 3), to=i32(0, 3)),
    edge("far-out", "sigmoid", f32(1000, -1000, INF, -INF), to=f32(1, 0, 1, 0)),
    edge("far-out", "softplus", f32(1000, -1000, INF, -INF), to=f32(1000, 0, INF, 0)),
    edge("far-out", "log_sigmoid", f32(1000, -1000), to=f32(0, -1000)),
    edge("far-out", "elu", f32(-1000, 1000), to=f32(-1, 1000)),
    edge("far-out", "gelu", f32(-1000, 1000), to=f32(0, 1000)),
    edge("far-out", "silu", f32(-1000, 1000), to=f32(0, 1000)),
    edge("far-out", "softmax", f32(1000, 1000, -1000), to=f32(0.5, 0.5, 0)),
    edge("minus-infinity", "softmax", f32(-INF, 0), to=f32(0, 1)),
    edge("minus-infinity", "log_softmax", f32(-INF, 0), to=f32(-INF, 0)),
    edge("far-out", "log_softmax", f32(1000, 0), to=f32(0, -1000)),
    edge("no-rows", "softmax", no(0, 3), to=no(0, 3)),
    edge("half-precision", "softmax", np.array([11, 11], "float16"), to=np.array([0.5, 0.5], "float16")),
    edge("bad-classes", "sparse_categorical_crossentropy", i32(0, 2, -1), np.zeros((3, 2), "float32"), from_logits=True,
         to=f32(math.log(2), NAN, NAN)),
    edge("certain", "binary_crossentropy", f32(1, 0), f32(0, 1), to=f32(-math.log(1e-7), 15.942385)),
    edge("far-out", "binary_crossentropy", f32(1, 0, 1), f32(-1000, -1000, 1000), from_logits=True, to=f32(1000, 0, 0)),
    edge("certain", "categorical_crossentropy", f32(1, 0).reshape(1, 2), f32(0, 1).reshape(1, 2),
         to=f32(-math.log(1e-7))),
    edge("far-out", "categorical_crossentropy", f32(1, 0).reshape(1, 2), f32(-1000, 0).reshape(1, 2), from_logits=True,
         to=f32(1000)),
]

TABLE = [*ARITHMETIC, *OVERFLOW, *FUNCTIONS, *COMPARING, *REDUCING, *PICKING, *CASTING, *PRODUCTS, *NEURAL]


def edges(backend: Backend) -> list[Edge]:
    """The table, as far as the backend holds the dtypes; an id that occurs twice is numbered."""
    seen: dict[str, int] = {}
    result = []
    for row in TABLE:
        seen[row.id] = seen.get(row.id, 0) + 1
        if {v.dtype.name for v in flatten((row.args, row.answer)) if hasattr(v, "dtype")} <= set(backend.dtypes):
            name = row.id if seen[row.id] == 1 else f"{row.id}-{seen[row.id]}"
            result.append(Edge(name, row.op, row.args, row.answer, row.options))
    return result


@generated(edges)
def test_edge(backend: Backend, case: Edge) -> None:
    """The answer is the one in the table, dtype and shape included."""

    def tensor(v: Any) -> Any:
        return backend.convert(v, v.dtype.name) if hasattr(v, "dtype") else v

    args = [[tensor(v) for v in a] if isinstance(a, list) else tensor(a) for a in case.args]
    results = flatten(REGISTRY[case.op].call(*args, **case.options))
    answers = flatten(case.answer)
    assert len(results) == len(answers), f"{case.id}: {len(results)} results, expected {len(answers)}"
    for n, (result, answer) in enumerate(zip(results, answers, strict=True)):
        what = f"{case.id} on {backend.name}" + (f", result {n}" if len(answers) > 1 else "")
        assert backend.dtype_name(result) == answer.dtype.name, f"{what}: dtype {backend.dtype_name(result)}"
        if answer.dtype.name in dtypes.FLOATING:
            assert_close(what, backend.to_numpy(result), answer, answer.dtype.name)
        else:
            assert_equal(what, backend.to_numpy(result), answer)
