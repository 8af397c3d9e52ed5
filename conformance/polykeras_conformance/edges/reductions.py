"""Reductions and sorting."""

from __future__ import annotations

import math

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i32, no

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

ROWS = [*REDUCING]
