"""Segments and scattered updates: nothing there, places out of range, the same place twice."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, no, u8

MAX32, MIN32 = 2**31 - 1, -(2**31)

SEGMENTS = [
    edge("empty-segments", "segment_max", f32(1, 2), i32(0, 0), 3, to=f32(2, -INF, -INF)),
    edge("empty-segments", "segment_min", f32(1, 2), i32(0, 0), 3, to=f32(1, INF, INF)),
    edge("empty-segments", "segment_prod", f32(1, 2), i32(0, 0), 3, to=f32(2, 1, 1)),
    edge("empty-segments", "segment_sum", f32(1, 2), i32(0, 0), 3, to=f32(3, 0, 0)),
    edge("empty-segments-ints", "segment_max", i32(1, 2), i32(0, 0), 2, to=i32(2, MIN32)),
    edge("empty-segments-ints", "segment_min", i32(1, 2), i32(0, 0), 2, to=i32(1, MAX32)),
    edge("empty-segments-uints", "segment_max", u8(1, 2), i32(0, 0), 2, to=u8(2, 0)),
    edge("empty-segments-uints", "segment_min", u8(1, 2), i32(0, 0), 2, to=u8(1, 255)),
    edge("empty-segments-bools", "segment_max", b(True), i32(0), 2, to=b(True, False)),
    edge("empty-segments-bools", "segment_min", b(False), i32(0), 2, to=b(False, True)),
    edge("dropped", "segment_max", f32(1, 2, 3), i32(0, -1, 5), 3, to=f32(1, -INF, -INF)),
    edge("dropped", "segment_prod", f32(2, 3, 4), i32(0, -1, 5), 2, to=f32(2, 1)),
    edge("nan", "segment_max", f32(1, NAN, 2, 3), i32(0, 0, 0, 1), 2, to=f32(NAN, 3)),
    edge("nan-first", "segment_max", f32(NAN, 1), i32(0, 0), 1, to=f32(NAN)),
    edge("nan", "segment_min", f32(1, NAN), i32(0, 0), 1, to=f32(NAN)),
    edge("infinite", "segment_max", f32(-INF, -INF), i32(0, 0), 2, to=f32(-INF, -INF)),
    edge("infinite", "segment_min", f32(INF, INF), i32(0, 0), 1, to=f32(INF)),
    edge("lowest", "segment_min", i8(-128, 5), i32(0, 0), 1, to=i8(-128)),
    edge("counted", "segment_max", f32(1, 5, 3), i32(0, 2, 0), to=f32(3, -INF, 5)),
    edge("counted", "segment_sum", f32(1, 5, 3), i32(0, 2, 0), to=f32(4, 0, 5)),
    edge("of-nothing", "segment_max", no(0, 2), no(0, dtype="int32"), 1, to=f32(-INF, -INF).reshape(1, 2)),
    edge("of-nothing", "segment_prod", no(0, 2), no(0, dtype="int32"), 1, to=f32(1, 1).reshape(1, 2)),
    edge("of-nothing-counted", "segment_sum", no(0, 2), no(0, dtype="int32"), to=no(0, 2)),
    edge("no-segments", "segment_max", f32(1), i32(0), 0, to=no(0)),
    edge("unsigned-ids", "segment_sum", f32(1, 2), u8(0, 255), 2, to=f32(1, 0)),
    edge("two-axes-of-ids", "segment_sum", np.ones((2, 2, 3), "float32"), i32(0, 1, 1, 1).reshape(2, 2), 2,
         to=f32(1, 1, 1, 3, 3, 3).reshape(2, 3)),
    edge("wraps", "segment_prod", i8(100, 2), i32(0, 0), 1, to=i8(-56)),
    edge("half-precision", "segment_prod", np.array([60000, 60000, 1 / 60000, 1 / 60000], "float16"),
         np.zeros(4, "int32"), 1, to=np.array([1], "float16")),
    edge("from-the-end", "scatter_max", f32(1, 2), i32(0, -1), 3, to=f32(1, -INF, 2)),
]  # fmt: skip

SCATTERED = [
    edge("added-up", "scatter", i32(0, 0).reshape(2, 1), f32(1, 2), (3,), to=f32(3, 0, 0)),
    edge("from-the-end", "scatter", i32(-1).reshape(1, 1), f32(1), (3,), to=f32(0, 0, 1)),
    edge("out-of-range", "scatter", i32(5, -4).reshape(2, 1), f32(1, 2), (3,), to=f32(0, 0, 0)),
    edge("one-index-out-of-range", "scatter", i32(0, 2, 1, 0).reshape(2, 2), f32(1, 2), (2, 2),
         to=f32(0, 0, 2, 0).reshape(2, 2)),
    edge("nothing", "scatter", no(0, 1, dtype="int32"), no(0), (2,), to=f32(0, 0)),
    edge("one-place", "scatter", i32(1), np.float32(5), (3,), to=f32(0, 5, 0)),
    edge("last-wins", "scatter_update", f32(1, 2, 3), i32(0, 0).reshape(2, 1), f32(5, 6), to=f32(6, 2, 3)),
    edge("last-wins-often", "scatter_update", f32(0, 0), np.zeros((500, 1), "int32"), np.arange(500, dtype="float32"),
         to=f32(499, 0)),
    edge("out-of-range", "scatter_update", f32(1, 2, 3), i32(5, -4).reshape(2, 1), f32(5, 6), to=f32(1, 2, 3)),
    edge("from-the-end", "scatter_update", f32(1, 2, 3), i32(-1).reshape(1, 1), f32(5), to=f32(1, 2, 5)),
    edge("cast", "scatter_update", i32(1, 2, 3), i32(0).reshape(1, 1), f32(5.7), to=i32(5, 2, 3)),
    edge("nothing", "scatter_update", f32(1, 2), no(0, 1, dtype="int32"), no(0), to=f32(1, 2)),
    edge("into-nothing", "scatter_update", no(0, 2), i32(0).reshape(1, 1), f32(1, 2).reshape(1, 2), to=no(0, 2)),
    edge("nan", "scatter_update", f32(1, NAN), i32(0, 1).reshape(2, 1), f32(NAN, 1), reduction="max",
         to=f32(NAN, NAN)),
    edge("unsigned-min", "scatter_update", u8(3, 3), i32(0).reshape(1, 1), u8(1), reduction="min", to=u8(1, 3)),
    edge("bools", "scatter_update", b(False, True), i32(0).reshape(1, 1), b(True), to=b(True, True)),
]  # fmt: skip

PICKED = [
    edge("0-d-index", "take", f32(1, 2), np.int32(-1), to=np.float32(2)),
    edge("out-of-range", "take", f32(1, 2), i32(2, -3), to=f32(NAN, NAN)),
    edge("of-nothing", "take", f32(1, 2), no(0, dtype="int32"), to=no(0)),
    edge("everything", "slice", f32(1, 2, 3), i32(9), (-1,), to=f32(1, 2, 3)),
    edge("nothing", "slice", f32(1, 2, 3), i32(1), (0,), to=no(0)),
    edge("nothing", "slice_update", f32(1, 2, 3), i32(1), no(0), to=f32(1, 2, 3)),
]

ROWS = [*SEGMENTS, *SCATTERED, *PICKED]
