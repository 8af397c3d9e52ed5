"""Order, distinct elements, counts."""

from __future__ import annotations

import numpy as np

from polykeras.dtypes import numpy_dtype
from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i8, i32, no, u8

EVERY = {"return_index": True, "return_inverse": True, "return_counts": True}
BFLOAT16 = numpy_dtype("bfloat16")
ROWS_OF_THREE = i32(1, 0, 1, 0, 0, 1).reshape(3, 2)

ORDER = [
    edge("nan-first", "top_k", f32(1, NAN, 3, NAN), 3, to=[f32(NAN, NAN, 3), i32(1, 3, 2)]),
    edge("unsorted-is-sorted", "top_k", f32(1, 3, 2), 2, sorted=False, to=[f32(3, 2), i32(1, 2)]),
    edge("bools", "top_k", b(False, True, True), 2, to=[b(True, True), i32(1, 2)]),
    edge("infinite", "top_k", f32(-INF, INF, 0), 3, to=[f32(INF, 0, -INF), i32(1, 2, 0)]),
    edge("flattened", "sort", f32(3, 1, 2, 0).reshape(2, 2), axis=None, to=f32(0, 1, 2, 3)),
    edge("flattened", "argsort", f32(3, 1, 2, 0).reshape(2, 2), axis=None, to=i32(3, 1, 2, 0)),
    edge("0-d-flattened", "sort", np.float32(3), axis=None, to=f32(3)),
    edge("nan-in-bfloat16", "sort", np.array([NAN, 1, -INF], BFLOAT16), to=np.array([-INF, 1, NAN], BFLOAT16)),
    edge("nan-in-bfloat16", "argsort", np.array([NAN, 1, NAN, -1], BFLOAT16), to=i32(3, 1, 0, 2)),
    edge("nan-in-bfloat16", "argmax", np.array([1, NAN, 2, NAN], BFLOAT16), to=np.int32(1)),
    edge("signed-zeros", "argsort", f32(0.0, -0.0, 0.0), to=i32(0, 1, 2)),
    edge("k-beyond-classes", "in_top_k", i32(0, 1), np.ones((2, 2), "float32"), 5, to=b(True, True)),
    edge("none", "in_top_k", i32(0), np.ones((1, 2), "float32"), 0, to=b(False)),
    edge("nan-last", "argpartition", f32(NAN, 1, 0), 1, to=i32(2, 1, 0)),
    edge("nan", "searchsorted", f32(1, 2, 2, 3), f32(NAN, 2, 0, 9), to=i32(4, 1, 0, 4)),
    edge("among-nan", "searchsorted", f32(1, NAN, NAN), f32(NAN, 3, INF), to=i32(1, 1, 1)),
    edge("behind-nan", "searchsorted", f32(1, NAN, NAN), f32(NAN, 3), side="right", to=i32(3, 1)),
    edge("infinite", "searchsorted", f32(-INF, INF, INF), f32(INF, -INF), side="right", to=i32(3, 1)),
    edge("signed-zeros", "searchsorted", f32(-1, 0, 1), f32(-0.0), to=i32(1)),
    edge("in-nothing", "searchsorted", no(0), f32(1, NAN), to=i32(0, 0)),
    edge("nothing", "searchsorted", f32(1), no(0, 2), to=no(0, 2, dtype="int32")),
    edge("0-d", "searchsorted", f32(1, 2), np.float32(1.5), to=np.int32(1)),
    edge("mixed-dtypes", "searchsorted", i32(1, 2, 3), f32(2.5), to=i32(2)),
    edge("unsigned", "searchsorted", u8(1, 200), u8(100, 255), to=i32(1, 2)),
    edge("nan", "digitize", f32(0, 1, NAN, 9, -1), f32(0, 3, 4), to=i32(1, 1, 3, 3, 0)),
]

SETS = [
    edge("counted", "unique", i32(3, 1, 1), to=[i32(1, 3), i32(1, 0), i32(1, 0, 0), i32(2, 1)], **EVERY),
    edge("values-only", "unique", i32(3, 1, 1), to=i32(1, 3)),
    edge("unsorted-is-sorted", "unique", i32(3, 1, 3), sorted=False, to=i32(1, 3)),
    edge("nan", "unique", f32(NAN, 1, NAN), to=[f32(1, NAN, NAN), i32(1, 0, 2), i32(1, 0, 2), i32(1, 1, 1)], **EVERY),
    edge("signed-zeros", "unique", f32(0.0, -0.0), return_counts=True, to=[f32(0), i32(2)]),
    edge("of-nothing", "unique", no(0, 2), to=[no(0), *[no(*s, dtype="int32") for s in ((0,), (0, 2), (0,))]], **EVERY),
    edge("0-d", "unique", np.int32(5), return_inverse=True, to=[i32(5), np.int32(0)]),
    edge("bools", "unique", b(True, False, True), return_counts=True, to=[b(False, True), i32(1, 2)]),
    edge("filled", "unique", i32(3, 1), size=3, fill_value=-1, to=[i32(1, 3, -1), i32(1, 0, 1), i32(1, 0), i32(1, 1, 0)],
         **EVERY),
    edge("filled-with-0", "unique", u8(3, 1), size=3, to=u8(1, 3, 0)),
    edge("cut-off", "unique", i32(3, 1, 2, 1), size=2, to=[i32(1, 2), i32(1, 2), i32(2, 0, 1, 0), i32(2, 1)], **EVERY),
    edge("none", "unique", i32(3, 1), size=0, to=no(0, dtype="int32")),
    edge("nothing-filled", "unique", no(0), size=2, fill_value=7, to=[f32(7, 7), i32(0, 0), no(0, dtype="int32"),
                                                                      i32(0, 0)], **EVERY),
    edge("rows", "unique", ROWS_OF_THREE, axis=0,
         to=[i32(0, 1, 1, 0).reshape(2, 2), i32(2, 0), i32(1, 1, 0), i32(1, 2)], **EVERY),
    edge("columns", "unique", ROWS_OF_THREE.T.copy(), axis=-1, to=i32(0, 1, 1, 0).reshape(2, 2)),
    edge("rows-filled", "unique", ROWS_OF_THREE, axis=0, size=3, fill_value=7,
         to=i32(0, 1, 1, 0, 7, 7).reshape(3, 2)),
    edge("rows-with-nan", "unique", f32(NAN, 0, NAN, 0).reshape(2, 2), axis=0, to=f32(NAN, 0, NAN, 0).reshape(2, 2)),
    edge("empty-rows", "unique", no(3, 0), axis=0, to=no(1, 0)),
    edge("no-rows", "unique", no(0, 2), axis=0, to=no(0, 2)),
    edge("vector", "nonzero", f32(0, NAN, -0.0, -2), to=[i32(1, 3)]),
    edge("matrix", "nonzero", i32(0, 1, 2, 0).reshape(2, 2), to=[i32(0, 1), i32(1, 0)]),
    edge("bools", "nonzero", b(True, False, True), to=[i32(0, 2)]),
    edge("none", "nonzero", no(0, 2), to=[no(0, dtype="int32")] * 2),
    edge("all-zero", "nonzero", f32(0, 0), to=[no(0, dtype="int32")]),
]  # fmt: skip

COUNTS = [
    edge("counts", "bincount", i32(1, 2, 2), to=i32(0, 1, 2)),
    edge("any-width", "bincount", u8(1, 2), to=i32(0, 1, 1)),
    edge("wide", "bincount", np.array([1, 2], "int64"), to=i32(0, 1, 1)),
    edge("weights", "bincount", i32(1, 2, 2), weights=f32(1, 2, 3), to=f32(0, 1, 5)),
    edge("weights-in-half", "bincount", np.zeros(4096, "int32"), weights=np.ones(4096, "float16"),
         to=np.array([4096], "float16")),
    edge("integer-weights", "bincount", i32(1, 1), weights=i32(1, 2), to=i32(0, 3)),
    edge("longer", "bincount", i32(1), minlength=4, to=i32(0, 1, 0, 0)),
    edge("shorter", "bincount", i32(3), minlength=2, to=i32(0, 0, 0, 1)),
    edge("rows", "bincount", i32(1, 2, 2, 0).reshape(2, 2), to=i32(0, 1, 1, 1, 0, 1).reshape(2, 3)),
    edge("of-nothing", "bincount", no(0, dtype="int32"), to=no(0, dtype="int32")),
    edge("of-nothing", "bincount", no(0, dtype="int32"), minlength=2, to=i32(0, 0)),
    edge("last-bin-closed", "histogram", f32(0, 1, 2), 2, to=[i32(1, 2), f32(0, 1, 2)]),
    edge("outside", "histogram", f32(-1, 0, 2, 3, INF, NAN), 2, range=(0, 2), to=[i32(1, 1), f32(0, 1, 2)]),
    edge("constant", "histogram", f32(2, 2), 2, to=[i32(0, 2), f32(1.5, 2, 2.5)]),
    edge("no-width", "histogram", f32(2, 2), 2, range=(2, 2), to=[i32(0, 2), f32(1.5, 2, 2.5)]),
    edge("of-nothing", "histogram", no(0), 2, to=[i32(0, 0), f32(0, 0.5, 1)]),
    edge("nan", "histogram", f32(1, NAN, 3), 2, to=[i32(0, 0), f32(NAN, NAN, NAN)]),
    edge("integers", "histogram", i32(1, 2, 2, 3), 2, to=[i32(1, 3), f32(1, 2, 3)]),
    edge("tenths", "histogram", f32(0.1, 0.2, 0.3, 0.7), 10, range=(0, 1),
         to=[i32(0, 1, 1, 1, 0, 0, 0, 1, 0, 0), np.linspace(0, 1, 11).astype("float32")]),
    edge("out-of-range", "multi_hot", i32(-1, 9, 1), 3, to=f32(0, 1, 0)),
    edge("0-d", "multi_hot", np.int32(2), 4, to=f32(0, 0, 1, 0)),
    edge("empty-rows", "multi_hot", no(2, 0, dtype="int32"), 2, to=np.zeros((2, 2), "float32")),
    edge("classes-first", "multi_hot", i32(0, 1, 1, 1).reshape(2, 2), 2, axis=0, to=f32(1, 0, 1, 1).reshape(2, 2)),
    edge("no-classes", "one_hot", i32(0, 1), 0, to=no(2, 0)),
    edge("low-count", "count_nonzero", i8(0, -128, 0), to=np.int32(1)),
]  # fmt: skip

ROWS = [*ORDER, *SETS, *COUNTS]
