"""Picking, moving and joining: indices out of range, nothing to move."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import NAN, b, edge, f32, i8, i32, no, u8

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

ROWS = [*PICKING]
