"""Sums of products: matrices, windows."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import INF, LAST, NAN, b, edge, f32, i8, no

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

ROWS = [*PRODUCTS]
