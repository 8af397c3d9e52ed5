"""Triangles, diagonals, products and correlation."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import NAN, edge, f32, i8, i32, no

ROWS = [
    edge("nan-elsewhere", "tril", f32(1, NAN, 2, 3).reshape(2, 2), to=f32(1, 0, 2, 3).reshape(2, 2)),
    edge("nan-elsewhere", "triu", f32(1, 4, NAN, 3).reshape(2, 2), to=f32(1, 4, 0, 3).reshape(2, 2)),
    edge("beyond", "tril", i32(1, 2, 3, 4).reshape(2, 2), 9, to=i32(1, 2, 3, 4).reshape(2, 2)),
    edge("beyond", "triu", i32(1, 2, 3, 4).reshape(2, 2), 9, to=i32(0, 0, 0, 0).reshape(2, 2)),
    edge("beyond", "diagonal", i32(1, 2, 3, 4).reshape(2, 2), 2, to=i32()),
    edge("beyond", "trace", f32(1, 2, 3, 4).reshape(2, 2), -2, to=np.float32(0).reshape(())),
    edge("widens", "trace", i8(100, 0, 0, 100).reshape(2, 2), to=np.int32(200).reshape(())),
    edge("nothing", "diag", no(0), 1, to=no(1, 1)),
    edge("nan", "diag", f32(NAN, 1), to=f32(NAN, 0, 0, 1).reshape(2, 2)),
    edge("two-components", "cross", f32(1, 2), f32(3, 4), to=np.float32(-2).reshape(())),
    edge("zero-to-the-zero", "vander", i32(0, 2), 3, to=i32(0, 0, 1, 4, 2, 1).reshape(2, 3)),
    edge("no-columns", "vander", f32(1, 2), 0, to=no(2, 0)),
    edge("constant", "corrcoef", f32(1, 2, 3, 3).reshape(2, 2), to=f32(1, NAN, NAN, NAN).reshape(2, 2)),
    edge("one-variable", "corrcoef", f32(1, 2, 4), to=np.float32(1).reshape(())),
    edge("within-bounds", "corrcoef", f32(1, 2, 3, -2, -4, -6).reshape(2, 3), to=f32(1, -1, -1, 1).reshape(2, 2)),
    edge("shorter-first", "correlate", f32(1, 10), f32(1, 2, 3), to=f32(32, 21)),
    edge("shorter-first", "correlate", f32(1, 10), f32(1, 2, 3, 4), "same", to=f32(43, 32, 21, 10)),
    edge("even-window", "correlate", f32(1, 2, 3, 4), f32(1, 10), "same", to=f32(10, 21, 32, 43)),
    edge("integers", "correlate", i32(1, 2), i32(3, 4), to=f32(11)),
]
