"""Quantiles, means, running sums, reductions that pass over NaN; half precision accumulates in float32."""

from __future__ import annotations

import numpy as np

from polykeras.dtypes import numpy_dtype
from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, no, u8


def half(dtype: str, *values: float) -> np.ndarray:
    """A vector in half precision."""
    return np.array(values).astype(numpy_dtype(dtype))


def many(dtype: str, value: float = 1.0, count: int = 4096) -> np.ndarray:
    """More equal numbers than half precision can count one by one."""
    return np.full(count, value).astype(numpy_dtype(dtype))


def scalar(value: float, dtype: str = "float32") -> np.ndarray:
    """A 0-d array."""
    return np.asarray(np.asarray(value).astype(numpy_dtype(dtype)))


HALVES = [
    row
    for d in ("float16", "bfloat16")
    for row in (
        edge(f"long-{d}", "sum", many(d), to=scalar(4096, d)),
        edge(f"long-{d}", "cumsum", many(d), to=np.arange(1, 4097).astype(numpy_dtype(d))),
        edge(f"past-its-limit-{d}", "cumprod", half(d, 60000, 60000, 1 / 60000, 1 / 60000),
             to=half(d, 60000, 60000.0**2, 60000, 1)),
        edge(f"long-{d}", "mean", many(d), to=scalar(1, d)),
        edge(f"overflow-on-the-way-{d}", "mean", many(d, 128), to=scalar(128, d)),
        edge(f"long-{d}", "var", np.tile(half(d, 1, 3), 4096), to=scalar(1, d)),
        edge(f"far-apart-{d}", "std", half(d, 1000, -1000), to=scalar(1000, d)),
        edge(f"long-{d}", "nanmean", many(d, 128), to=scalar(128, d)),
        edge(f"long-{d}", "average", many(d, 128), weights=many(d, 2), to=scalar(128, d)),
        edge(f"long-{d}", "segment_sum", many(d), np.zeros(4096, "int32"), 1, to=half(d, 4096)),
        edge(f"long-{d}", "scatter_add", many(d), np.zeros(4096, "int32"), 0, 1, to=half(d, 4096)),
        edge(f"rows-{d}", "scatter_add", many(d).reshape(2048, 2), np.zeros(2048, "int32"), 0, 1,
             to=half(d, 2048, 2048).reshape(1, 2)),
        edge(f"long-{d}", "logsumexp", np.zeros(8, numpy_dtype(d)), to=scalar(np.log(8), d)),
        edge(f"past-its-limit-{d}", "prod", half(d, 60000, 60000, 1 / 60000, 1 / 60000), to=scalar(1, d)),
    )
]  # fmt: skip

STATISTICS = [
    edge("of-integers", "mean", i32(1, 2), to=scalar(1.5)),
    edge("of-integers", "median", i32(1, 2, 3, 4), to=scalar(2.5)),
    edge("of-small-integers", "median", i8(-128, 127), to=scalar(-0.5)),
    edge("of-bools", "mean", b(True, False), to=scalar(0.5)),
    edge("nan", "median", f32(1, NAN, 3), to=scalar(NAN)),
    edge("of-nothing", "median", no(0), to=scalar(NAN)),
    edge("of-nothing", "median", no(2, 0), axis=1, to=f32(NAN, NAN)),
    edge("nowhere", "median", no(0, 2), axis=1, to=no(0)),
    edge("0-d", "median", scalar(3), to=scalar(3)),
    edge("nan", "quantile", f32(0, NAN), 0.0, to=scalar(NAN)),
    edge("one-row-with-nan", "quantile", f32(0, NAN, 1, 2).reshape(2, 2), 0.5, axis=1, to=f32(NAN, 1.5)),
    edge("of-nothing", "quantile", no(0), [0.1, 0.5], to=f32(NAN, NAN)),
    edge("to-infinity", "quantile", f32(1, INF), 0.5, to=scalar(INF)),
    edge("between-infinities", "quantile", f32(INF, INF), 0.5, to=scalar(INF)),
    edge("beside-infinity", "quantile", f32(-INF, 1, INF), [0.0, 0.5], to=f32(-INF, 1)),
    edge("opposite-infinities", "quantile", f32(-INF, INF), 0.5, to=scalar(NAN)),
    edge("halves-to-even", "quantile", f32(1, 2, 3, 4, 5, 6), [0.1, 0.3, 0.5], method="nearest", to=f32(1, 3, 3)),
    edge("of-two", "quantile", f32(1, 2), [0.49, 0.5, 0.51], method="nearest", to=f32(1, 1, 2)),
    edge("exact-place", "quantile", np.arange(11, dtype="float32"), [0.3, 0.6, 0.7], method="lower", to=f32(3, 6, 7)),
    edge("no-levels", "quantile", f32(1, 2), [], to=no(0)),
    edge("of-integers", "quantile", i32(1, 2, 3, 4), 0.5, method="lower", to=scalar(2)),
    edge("half-precision", "quantile", half("float16", 60000, 60000), 0.5, to=scalar(60000, "float16")),
    edge("ends", "percentile", f32(3, 1, 2), [0, 100], to=f32(1, 3)),
    edge("all-nan", "nanquantile", f32(NAN, NAN, 1, NAN).reshape(2, 2), 0.3, axis=1, to=f32(NAN, 1)),
    edge("all-nan", "nanmedian", f32(NAN, NAN), to=scalar(NAN)),
    edge("of-nothing", "nanmedian", no(0), to=scalar(NAN)),
    edge("of-integers", "nanmedian", i32(1, 2), to=scalar(1.5)),
    edge("weights-sum-to-zero", "average", f32(1, 2), weights=f32(0, 0), to=scalar(NAN)),
    edge("of-nothing", "average", no(0), to=scalar(NAN)),
    edge("of-integers", "average", i32(1, 2), weights=i32(1, 2), to=scalar(5 / 3)),
    edge("nan", "ptp", f32(1, NAN), to=scalar(NAN)),
    edge("wraps", "ptp", i8(-128, 127), to=np.int8(-1)),
    edge("unsigned", "ptp", u8(0, 255), to=np.uint8(255)),
    edge("equal-signals", "psnr", f32(1, 2), f32(1, 2), 4.0, to=scalar(INF)),
    edge("of-integers", "psnr", u8(0, 255), u8(255, 0), 255, to=scalar(0)),
    edge("of-nothing", "logsumexp", no(0), to=scalar(-INF)),
    edge("of-nothing", "logsumexp", no(2, 0), axis=1, keepdims=True, to=f32(-INF, -INF).reshape(2, 1)),
    edge("of-nothing", "std", no(0), to=scalar(NAN)),
    edge("of-nothing", "moments", no(0, 2), 0, to=[f32(NAN, NAN), f32(NAN, NAN)]),
    edge("infinite", "var", f32(INF, 1), to=scalar(NAN)),
    edge("nan", "std", f32(NAN, 1), to=scalar(NAN)),
    edge("squares-overflow", "std", f32(3e38, -3e38), to=scalar(INF)),
    edge("squares-overflow", "nanstd", f32(3e38, -3e38, NAN), to=scalar(INF)),
    edge("to-another-dtype", "prod", i8(100, 100), dtype="float32", to=scalar(10000)),
    edge("small-integers", "prod", i8(100, 100), to=np.int32(10000)),
    edge("of-nothing", "cumprod", no(0), to=no(0)),
    edge("0-d", "cumsum", scalar(3), to=f32(3)),
    edge("bools", "cumsum", b(True, True, False), to=i32(1, 2, 2)),
    edge("small-integers", "cumsum", i8(100, 100), to=i32(100, 200)),
]  # fmt: skip

PAST_NAN = [
    edge("all-nan", "nansum", f32(NAN, NAN), to=scalar(0)),
    edge("all-nan", "nanprod", f32(NAN), to=scalar(1)),
    edge("all-nan", "nanmean", f32(NAN, NAN), to=scalar(NAN)),
    edge("all-nan", "nanvar", f32(NAN, NAN), to=scalar(NAN)),
    edge("all-nan", "nanstd", f32(NAN, NAN), to=scalar(NAN)),
    edge("all-nan", "nanmax", f32(NAN, NAN, 1, NAN).reshape(2, 2), axis=1, to=f32(NAN, 1)),
    edge("all-nan", "nanmin", f32(NAN, NAN), to=scalar(NAN)),
    edge("infinite", "nanmax", f32(-INF, NAN), to=scalar(-INF)),
    edge("all-nan", "nanargmax", f32(NAN, NAN, 1, 2).reshape(2, 2), axis=1, to=i32(-1, 1)),
    edge("all-nan", "nanargmin", f32(NAN, NAN), to=np.int32(-1)),
    edge("lowest-behind-nan", "nanargmax", f32(NAN, -INF), to=np.int32(1)),
    edge("highest-behind-nan", "nanargmin", f32(NAN, INF, INF), to=np.int32(1)),
    edge("first-of-ties", "nanargmax", f32(NAN, 2, 2), to=np.int32(1)),
    edge("of-integers", "nanargmax", i32(1, 3), to=np.int32(1)),
    edge("of-nothing", "nansum", no(0), to=scalar(0)),
    edge("of-nothing", "nanmean", no(0), to=scalar(NAN)),
    edge("of-integers", "nanmean", i32(1, 2), to=scalar(1.5)),
    edge("small-integers", "nansum", i8(100, 100), to=np.int32(200)),
    edge("bools", "nanmax", b(True, False), to=np.bool_(True)),
    edge("bools", "nancumsum", b(True, True), to=i32(1, 2)),
    edge("opposite-infinities", "nansum", f32(INF, NAN, -INF), to=scalar(NAN)),
]

ROWS = [*HALVES, *STATISTICS, *PAST_NAN]
