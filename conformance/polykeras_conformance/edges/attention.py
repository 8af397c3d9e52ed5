"""Attention, normalisation, sparse probabilities, connectionist temporal classification."""

from __future__ import annotations

import math

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, b, edge, f32, i32, no

_QUERY = f32(1, 0, 0, 1).reshape(1, 2, 1, 2)
_VALUE = f32(1, 2, 3, 4).reshape(1, 2, 1, 2)
_FIRST_SEES_NOTHING = b(False, False, True, False).reshape(1, 1, 2, 2)
_MEAN_THEN_FIRST = f32(2, 3, 1, 2).reshape(1, 2, 1, 2)
_HALF = _QUERY.astype("float16") * 300  # whose products are too large for float16


def _scores(time: int) -> np.ndarray:
    return np.zeros((1, time, 3), "float32")


def _paths(*paths: list[int]) -> np.ndarray:
    return np.array(paths, "int32").reshape(len(paths), 1, -1)


ROWS = [
    edge("nothing-to-see", "dot_product_attention", _QUERY, _QUERY, _VALUE, mask=_FIRST_SEES_NOTHING,
         to=_MEAN_THEN_FIRST),
    edge("minus-infinity", "dot_product_attention", _QUERY, _QUERY, _VALUE, f32(-INF, -INF, 0, -INF).reshape(1, 1, 2, 2),
         to=_MEAN_THEN_FIRST),
    edge("causal-and-masked", "dot_product_attention", _QUERY, _QUERY, _VALUE, mask=b(False, True).reshape(1, 1, 1, 2),
         is_causal=True, to=f32(2, 3, 3, 4).reshape(1, 2, 1, 2)),
    edge("more-queries-than-keys", "dot_product_attention", np.zeros((1, 3, 1, 2), "float32"),
         np.zeros((1, 2, 1, 2), "float32"), _VALUE, is_causal=True, to=f32(1, 2, 2, 3, 2, 3).reshape(1, 3, 1, 2)),
    edge("flash-is-a-wish", "dot_product_attention", _QUERY, _QUERY, _VALUE, mask=_FIRST_SEES_NOTHING,
         flash_attention=True, to=_MEAN_THEN_FIRST),
    edge("half-precision", "dot_product_attention", _HALF, _HALF, _VALUE.astype("float16"), to=_VALUE.astype("float16")),
    edge("constant", "layer_normalization", f32(2, 2, 0, 0).reshape(2, 2), beta=f32(0.5, 0.5),
         to=f32(0.5, 0.5, 0.5, 0.5).reshape(2, 2)),
    edge("infinite", "layer_normalization", f32(INF, 1, NAN, 1).reshape(2, 2), to=f32(NAN, NAN, NAN, NAN).reshape(2, 2)),
    edge("half-precision", "layer_normalization", np.array([300, -300], "float16"), to=np.array([1, -1], "float16")),
    edge("zero", "rms_normalization", f32(0, 0), to=f32(0, 0)),
    edge("half-precision", "rms_normalization", np.array([300, -300], "float16"), to=np.array([1, -1], "float16")),
    edge("ties", "sparsemax", f32(1, 1, -3), to=f32(0.5, 0.5, 0)),
    edge("at-the-border", "sparsemax", f32(1, 0, -1), to=f32(1, 0, 0)),
    edge("large", "sparsemax", f32(1000, 999.5, 0), to=f32(0.75, 0.25, 0)),
    edge("nan", "sparsemax", f32(NAN, 0, 0), to=f32(NAN, NAN, NAN)),
    edge("all-minus-infinity", "softmax", f32(-INF, -INF), to=f32(NAN, NAN)),
    edge("all-minus-infinity", "log_softmax", f32(-INF, -INF), to=f32(NAN, NAN)),
    edge("half-precision", "log_softmax", np.zeros(4096, "float16"), to=np.full(4096, -math.log(4096), "float16")),
    edge("empty-target", "ctc_loss", i32(1, 2).reshape(1, 2), _scores(2), i32(0), i32(2), to=f32(2 * math.log(3))),
    edge("too-short", "ctc_loss", i32(1, 1).reshape(1, 2), _scores(2), i32(2), i32(2), to=f32(INF)),
    edge("no-time", "ctc_loss", i32(1, 2, 1, 2).reshape(2, 2), np.zeros((2, 2, 3), "float32"), i32(0, 1), i32(0, 0),
         to=f32(0, INF)),
    edge("bad-classes", "ctc_loss", i32(3, -1).reshape(2, 1), np.zeros((2, 2, 3), "float32"), i32(1, 1), i32(2, 2),
         to=f32(NAN, NAN)),
    edge("unread-classes", "ctc_loss", i32(1, -1).reshape(1, 2), _scores(1), i32(1), i32(1), to=f32(math.log(3))),
    edge("lengths-too-large", "ctc_loss", i32(1).reshape(1, 1), _scores(1), i32(5), i32(7), to=f32(math.log(3))),
    edge("no-rows", "ctc_loss", no(0, 2, dtype="int32"), no(0, 2, 3), no(0, dtype="int32"), no(0, dtype="int32"), to=no(0)),
    edge("ties", "ctc_decode", _scores(2), i32(2), mask_index=2, to=[_paths([0, -1]), f32(0).reshape(1, 1)]),
    edge("no-time", "ctc_decode", _scores(2), i32(0), to=[_paths([-1, -1]), f32(0).reshape(1, 1)]),
    edge("too-few-sequences", "ctc_decode", np.zeros((1, 1, 2), "float32"), i32(1), "beam_search", beam_width=3,
         top_paths=3, to=[_paths([-1], [0], [-1]), f32(-math.log(2), -math.log(2), -INF).reshape(1, 3)], mask_index=1),
    edge("beyond-0-and-1", "binary_crossentropy", f32(1, 0), f32(2, -3), to=f32(0, 0)),
    edge("targets-beyond-0-and-1", "binary_crossentropy", f32(2, -1), f32(1, 1), from_logits=True,
         to=f32(-0.68673831, 2.31326169)),
    edge("nan", "binary_crossentropy", f32(1, 0), f32(NAN, NAN), from_logits=True, to=f32(NAN, NAN)),
    edge("targets-beyond-0-and-1", "categorical_crossentropy", f32(2, -1).reshape(1, 2), f32(0, 0).reshape(1, 2),
         from_logits=True, to=f32(math.log(2))),
    edge("minus-infinity-of-target-0", "categorical_crossentropy", f32(1, 0).reshape(1, 2), f32(0, -INF).reshape(1, 2),
         from_logits=True, to=f32(NAN)),
    edge("no-probability", "categorical_crossentropy", f32(1, 0).reshape(1, 2), f32(0, 0).reshape(1, 2), to=f32(NAN)),
]  # fmt: skip
