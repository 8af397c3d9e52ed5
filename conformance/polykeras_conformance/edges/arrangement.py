"""Splitting, stacking, turning, choosing: nothing to move, more pieces than elements, positions out of range."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import b, edge, f32, i32, no

ROWS = [
    edge("more-than-elements", "array_split", f32(1, 2), 3, to=[f32(1), f32(2), no(0)]),
    edge("positions", "array_split", f32(1, 2, 3), [1, 9], to=[f32(1), f32(2, 3), no(0)]),
    edge("vector", "hsplit", f32(1, 2), 2, to=[f32(1), f32(2)]),
    edge("0-d", "hstack", [np.float32(1), np.float32(2)], to=f32(1, 2)),
    edge("promoted", "vstack", [i32(1, 2), f32(3, 4)], to=f32([1, 2], [3, 4]).reshape(2, 2)),
    edge("vectors", "dstack", [f32(1, 2), f32(3, 4)], to=f32(1, 3, 2, 4).reshape(1, 2, 2)),
    edge("nothing", "append", no(0), i32(1), to=f32(1)),
    edge("full-circle", "rot90", i32([1, 2], [3, 4]), k=-4, to=i32([1, 2], [3, 4])),
    edge("nothing", "rot90", no(0, 2), to=no(2, 0)),
    edge("nothing", "copy", no(0), to=no(0)),
    edge("0-d", "copy", np.float32(2), to=np.float32(2)),
    edge("nothing", "diff", no(0), to=no(0)),
    edge("one", "diff", f32(1), to=no(0)),
    edge("too-often", "diff", f32(1, 4), n=5, to=no(0)),
    edge("never", "diff", f32(1, 4), n=0, to=f32(1, 4)),
    edge("bools", "diff", b(True, False, False), to=b(True, False)),
    edge("one", "trapezoid", f32(7), to=np.float32(0)),
    edge("backwards", "trapezoid", f32(1, 3), f32(2, 1), to=np.float32(-2)),
    edge("first-wins", "select", [b(True, True), b(True, False)], [f32(1, 1), f32(2, 2)], 5.0, to=f32(1, 1)),
    edge("none", "select", [b(False)], [i32(1)], 0.5, to=f32(0.5)),
    edge("out-of-range", "unravel_index", i32(6, -7, -1), (2, 3), to=[i32(1, 0, 1), i32(2, 0, 2)]),
    edge("of-one", "unravel_index", i32(5), (), to=[]),
    edge("different-dtypes", "coordinate_grids", [i32(1, 2), f32(3)], to=[i32(1, 2).reshape(1, 2), f32(3, 3).reshape(1, 2)]),
    edge("far", "roll", f32(1, 2, 3), -7, to=f32(2, 3, 1)),
]  # fmt: skip
