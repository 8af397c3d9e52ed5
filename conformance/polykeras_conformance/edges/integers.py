"""Integer arithmetic at the ends of the range, shifts, and casts from floats to integers and between widths."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.dtypes import INTEGER
from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, u8


def f16(*values: Any) -> np.ndarray:
    """A float16 vector."""
    return np.array(values, "float16")


def f64(*values: Any) -> np.ndarray:
    """A float64 vector."""
    return np.array(values, "float64")


def i64(*values: Any) -> np.ndarray:
    """An int64 vector."""
    return np.array(values, "int64")


def u(width: int, *values: int) -> np.ndarray:
    """A vector of unsigned integers."""
    return np.array(values, f"uint{width}")


LOWEST, LOWEST_64 = -(2**31), -(2**63)


def _saturated(name: str, source: np.ndarray, target: str) -> Any:
    """The nearest number of the integer dtype; NaN is 0."""
    limits = np.iinfo(target)
    nearest = [0 if v != v else int(min(max(v, limits.min), limits.max)) for v in source.astype("float64").tolist()]
    return edge(f"{name}-to-{target}", "cast", source, target, to=np.array(nearest, target))


_FAR = (NAN, INF, -INF, 3e9, -3e9, 1e20, -1e20, 300.7, -300.7, 255.5, -0.5, -1.5, 2.0**31, -(2.0**31), 2.0**63)

CASTING = [
    *(_saturated("special", f32(*_FAR), t) for t in INTEGER),
    *(_saturated("special-wide", f64(*_FAR, -(2.0**63), 1e300), t) for t in INTEGER),
    *(_saturated("special-half", f16(NAN, INF, -INF, 300, -1, 65504), t) for t in INTEGER),
    edge("nothing", "cast", f32(), "int8", to=i8()),
    edge("0-d", "cast", np.array(NAN, "float32"), "int32", to=np.int32(0)),
    edge("rounds-up", "cast", i32(2**24 + 1, 2**24 + 3, 2**31 - 1), "float32", to=f32(2**24, 2**24 + 4, 2.0**31)),
    edge("rounds-once", "cast", i64(2**40 + 2**16 + 1, 2**63 - 1), "float32", to=f32(2.0**40 + 2**17, 2.0**63)),
    edge("rounds", "cast", u(64, 2**64 - 1, 2**63 + 1025), "float64", to=f64(2.0**64, 2.0**63 + 2048)),
    edge("too-large-for-half", "cast", i32(65519, 65520, -65520), "float16", to=f16(65504, INF, -INF)),
    edge("halves-to-even", "cast", i32(2049, 2051), "float16", to=f16(2048, 2052)),
    edge("largest", "cast", f64(65519.99, 65520, 1e300), "float16", to=f16(65504, INF, INF)),
    edge("through-float32", "cast", f64(1 + 2**-11 + 2**-30), "float16", to=f16(1)),
    edge("largest", "cast", f64(3.40282356e38, 3.40282357e38), "float32", to=f32(3.40282347e38, INF)),
    edge("wraps", "cast", i64(2**32 + 5, 2**31, -1), "int32", to=i32(5, LOWEST, -1)),
    edge("wraps", "cast", i32(-1), "uint64", to=u(64, 2**64 - 1)),
    edge("wraps", "cast", u(64, 2**63 + 1), "int64", to=i64(LOWEST_64 + 1)),
    edge("wraps", "cast", u(32, 2**32 - 1), "int32", to=i32(-1)),
    edge("fits", "cast", u(32, 2**32 - 1), "int64", to=i64(2**32 - 1)),
    edge("wraps", "cast", u(16, 65535), "int8", to=i8(-1)),
    edge("bools", "cast", b(True, False), "int8", to=i8(1, 0)),
    edge("special", "saturate_cast", f32(300, -5, NAN, INF), "uint8", to=u8(255, 0, 0, 255)),
    edge("ints", "saturate_cast", i32(300, -5), "uint8", to=u8(255, 0)),
    edge("ints", "saturate_cast", i64(2**40, -(2**40)), "int32", to=i32(2**31 - 1, LOWEST)),
    edge("unsigned", "saturate_cast", u8(200), "int8", to=i8(127)),
    edge("negative", "saturate_cast", i32(-1), "uint64", to=u(64, 0)),
    edge("unsigned", "saturate_cast", u(64, 2**64 - 1), "int64", to=i64(2**63 - 1)),
    edge("floats", "saturate_cast", f64(1e30, -INF, NAN), "float16", to=f16(65504, -65504, NAN)),
    edge("ints-to-half", "saturate_cast", i32(70000), "float16", to=f16(65504)),
    edge("bools", "saturate_cast", b(True), "float16", to=f16(1)),
]  # fmt: skip

DIVIDING = [
    edge("lowest", "floor_divide", i8(-128, -128), i8(-1, 0), to=i8(-128, 0)),
    edge("lowest-32", "floor_divide", i32(LOWEST), i32(-1), to=i32(LOWEST)),
    edge("lowest-64", "floor_divide", i64(LOWEST_64), i64(-1), to=i64(LOWEST_64)),
    edge("by-the-number-zero", "floor_divide", i32(7, -7), 0, to=i32(0, 0)),
    edge("unsigned-64", "floor_divide", u(64, 2**64 - 1, 5), u(64, 2**63, 0), to=u(64, 1, 0)),
    edge("lowest", "mod", i8(-128, -128, 5), i8(-1, 0, -3), to=i8(0, 0, -1)),
    edge("lowest-64", "mod", i64(LOWEST_64), i64(-1), to=i64(0)),
    edge("by-the-number-zero", "mod", i32(7, -7), 0, to=i32(0, 0)),
    edge("unsigned-64", "mod", u(64, 2**64 - 1, 5), u(64, 2**63, 0), to=u(64, 2**63 - 1, 0)),
    edge("signs", "fmod", i8(-128, -128, 5, -5), i8(-1, 0, -3, 3), to=i8(0, 0, 2, -2)),
    edge("unsigned-64", "fmod", u(64, 2**64 - 1, 5), u(64, 2**63, 0), to=u(64, 2**63 - 1, 0)),
    edge("lowest", "gcd", i32(0, LOWEST, -4, 0), i32(0, 0, 6, -5), to=i32(0, LOWEST, 2, 5)),
    edge("lowest-and-others", "gcd", i32(6, LOWEST, LOWEST, -(2**30)), i32(LOWEST, 6, LOWEST, LOWEST),
         to=i32(2, 2, LOWEST, 2**30)),
    edge("lowest-narrow", "gcd", i8(-128, 12), i8(-128, -8), to=i8(-128, 4)),
    edge("unsigned-64", "gcd", u(64, 2**64 - 1, 2**63, 2**63 + 2), u(64, 2**63 + 1, 2**63, 0),
         to=u(64, 3, 2**63, 2**63 + 2)),
    edge("wraps", "lcm", i32(0, 2**30, -4), i32(0, 3, 6), to=i32(0, 2**30, 12)),
]  # fmt: skip

POWERS = [
    edge("ints-negative-exponent", "power", i32(2, 0, 1, -1, -1, 3), i32(-1, -2, -5, -3, -4, -1),
         to=i32(0, 0, 1, -1, 1, 0)),
    edge("ints-negative-number", "power", i32(2, 1), -1, to=i32(0, 1)),
    edge("wraps-32", "power", i32(2, 2, 2, -2), i32(31, 32, 33, 31), to=i32(LOWEST, 0, 0, LOWEST)),
    edge("wraps-64", "power", i64(3), i64(41), to=i64(3**41 - 2 * 2**64)),
    edge("wraps-unsigned", "power", u8(2, 3), u8(8, 6), to=u8(0, 217)),
    edge("wraps-unsigned-64", "power", u(64, 3), u(64, 41), to=u(64, 3**41 % 2**64)),
]  # fmt: skip

WRAPPING = [
    edge("lowest-32", "negative", i32(LOWEST), to=i32(LOWEST)),
    edge("lowest-64", "abs", i64(LOWEST_64), to=i64(LOWEST_64)),
    edge("unsigned-32", "negative", u(32, 1), to=u(32, 2**32 - 1)),
    edge("unsigned-16", "add", u(16, 65535), u(16, 1), to=u(16, 0)),
    edge("unsigned-32", "multiply", u(32, 2**31), u(32, 2), to=u(32, 0)),
    edge("unsigned-64", "multiply", u(64, 2**63), u(64, 3), to=u(64, 2**63)),
    edge("unsigned-64", "subtract", u(64, 0), u(64, 1), to=u(64, 2**64 - 1)),
    edge("wraps-64", "multiply", i64(2**62), i64(4), to=i64(0)),
    edge("unsigned", "diff", u8(5, 3), to=u8(254)),
    edge("tens", "round", i32(15, 25, -15, LOWEST), decimals=-1, to=i32(20, 20, -20, 2147483646)),
    edge("wraps", "round", i8(127, 125, -124), decimals=-1, to=i8(-126, 120, -120)),
    edge("exact", "round", i64(2**53 + 1, 2**62 + 3), decimals=-1, to=i64(9007199254740990, 4611686018427387910)),
    edge("decimals-of-ints", "round", i32(15, 25), decimals=2, to=i32(15, 25)),
    edge("beyond", "round", i32(5, 500), decimals=-12, to=i32(0, 0)),
    edge("stay-ints", "trunc", i64(2**53 + 1), to=i64(2**53 + 1)),
]  # fmt: skip

SHIFTING = [
    edge("beyond-the-width", "left_shift", i32(1, -8, 5), i32(32, 33, 100), to=i32(0, 0, 0)),
    edge("negative", "left_shift", i32(5, -5), i32(-1, -2), to=i32(0, 0)),
    edge("beyond-the-width", "left_shift", u8(1, 200), u8(8, 200), to=u8(0, 0)),
    edge("beyond-the-width-64", "left_shift", u(64, 1), u(64, 64), to=u(64, 0)),
    edge("number", "left_shift", i32(5), 40, to=i32(0)),
    edge("beyond-the-width", "right_shift", i32(1, -8, -1), i32(32, 33, 100), to=i32(0, -1, -1)),
    edge("negative", "right_shift", i32(5, -5), i32(-1, -2), to=i32(0, -1)),
    edge("beyond-the-width", "right_shift", u8(255, 200), u8(8, 200), to=u8(0, 0)),
    edge("beyond-the-width-64", "right_shift", u(64, 2**63), u(64, 70), to=u(64, 0)),
    edge("number", "right_shift", i32(5, -5), -1, to=i32(0, -1)),
    edge("beyond-the-width", "bitwise_left_shift", i8(1), i8(8), to=i8(0)),
    edge("beyond-the-width", "bitwise_right_shift", i8(-1), i8(8), to=i8(-1)),
]  # fmt: skip

ROWS = [*CASTING, *DIVIDING, *POWERS, *WRAPPING, *SHIFTING]
