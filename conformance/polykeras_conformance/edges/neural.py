"""Activations and losses."""

from __future__ import annotations

import math

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, edge, f32, i32, no

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

ROWS = [*NEURAL]
