"""Pooling, attention, normalisation, sparse probabilities, losses."""

from __future__ import annotations

import math

from polykeras_conformance.kinks.row import INF, kink

LAST = {"data_format": "channels_last"}
_QUERY = [[[[1.0, 0.0]], [[0.0, 1.0]]]]
_VALUE = [[[[1.0, 2.0]], [[3.0, 4.0]]]]
_NOTHING = [[[[0, 0]], [[0, 0]]]]

ROWS = [
    kink("tie", "max_pool", [[[1.0], [1.0], [2.0], [2.0]]], [[[1], [0], [1], [0]]], rest=[2], **LAST),
    kink("tie-of-rows", "max_pool", [[[[1.0], [3.0]], [[3.0], [3.0]]]], [[[[0], [1]], [[0], [0]]]], rest=[2], **LAST),
    kink("tie", "adaptive_max_pool", [[[1.0], [1.0], [1.0]]], [[[1], [1], [0]]], rest=[2], **LAST),
    # The first row sees nothing: only values get a gradient from it, one half each.
    kink("nothing-to-see", "dot_product_attention", _QUERY, _QUERY, _VALUE, _NOTHING, _NOTHING,
         [[[[1.5, 1.5]], [[0.5, 0.5]]]], mask=[[[[False, False], [True, False]]]]),
    kink("minus-infinity", "dot_product_attention", _QUERY, _QUERY, _VALUE, [[[[-INF, -INF], [0.0, -INF]]]],
         _NOTHING, _NOTHING, [[[[1.5, 1.5]], [[0.5, 0.5]]]], [[[[0, 0], [0, 0]]]]),
    kink("constant", "layer_normalization", [2.0, 2.0], [1.0, 3.0], [-2, 2], [0, 0], epsilon=0.25),
    kink("zero", "rms_normalization", [0.0, 0.0], [1.0, 3.0], [2, 6], [0, 0], epsilon=0.25),
    kink("at-the-border", "sparsemax", [1.0, 0.0, -1.0], [0, 0, 0]),
    kink("logit-zero", "binary_crossentropy", [1.0, 0.0], [0.0, 0.0], [0, 0], [-0.5, 0.5], from_logits=True),
    kink("clipped", "binary_crossentropy", [1.0, 0.0], [0.0, 1.0],
         [math.log(1 / 1e-7), -15.942385], [0, 0]),
    kink("clipped", "categorical_crossentropy", [[1.0, 0.0]], [[0.0, 1.0]], [[-math.log(1e-7), 1.1920929e-07]], [[0, 0]]),
]  # fmt: skip
