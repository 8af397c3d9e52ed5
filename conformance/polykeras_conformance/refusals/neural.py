"""Arguments that do not go together, of the convolution family, normalisation, attention and CTC."""

from __future__ import annotations

from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras_conformance.refusals.row import LAST, refusal, x


def _ints(*shape: int) -> object:
    return x(*shape, dtype="int32")


_QKV = (x(1, 2, 4, 3), x(1, 5, 2, 3), x(1, 5, 2, 3))
_SCORES = (x(2, 4, 3), _ints(2))

ROWS = [
    refusal("ranks", ShapeError, "conv_transpose", x(1, 5, 2), x(3, 3, 2, 2), **LAST),
    refusal("channels", ShapeError, "conv_transpose", x(1, 5, 2), x(3, 2, 4), **LAST),
    refusal("padding", ArgumentError, "conv_transpose", x(1, 5, 2), x(3, 4, 2), padding="full", **LAST),
    refusal("output-padding", ArgumentError, "conv_transpose", x(1, 5, 2), x(3, 4, 2), output_padding=-1, **LAST),
    refusal("output-paddings", ArgumentError, "conv_transpose", x(1, 5, 2), x(3, 4, 2), output_padding=(1, 1), **LAST),
    refusal("shape", ShapeError, "conv_input_gradient", x(1, 4, 4), x(3, 2, 4), (1, 5, 2), **LAST),
    refusal("shape", ShapeError, "conv_kernel_gradient", x(1, 5, 2), x(1, 4, 4), (3, 2, 4), **LAST),
    refusal("channels", ShapeError, "depthwise_conv", x(1, 5, 2), x(3, 3, 1), **LAST),
    refusal("ranks", ShapeError, "depthwise_conv", x(1, 5, 2), x(3, 3, 2, 1), **LAST),
    refusal("pointwise", ShapeError, "separable_conv", x(1, 5, 2), x(3, 2, 2), x(1, 2, 4), **LAST),
    refusal("pointwise-window", ShapeError, "separable_conv", x(1, 5, 2), x(3, 2, 2), x(2, 4, 4), **LAST),
    refusal("rank", ShapeError, "adaptive_max_pool", x(2, 3), 2, **LAST),
    refusal("size", ArgumentError, "adaptive_average_pool", x(1, 4, 2), 0, **LAST),
    refusal("nothing", ArgumentError, "adaptive_average_pool", x(1, 0, 2), 2, **LAST),
    refusal("rank", ShapeError, "depth_to_space", x(2, 4), 2),
    refusal("channels", ShapeError, "depth_to_space", x(1, 2, 2, 6), 2),
    refusal("block", ArgumentError, "depth_to_space", x(1, 2, 2, 4), 0),
    refusal("pixels", ShapeError, "space_to_depth", x(1, 3, 2, 6), 2),
    refusal("rank", ShapeError, "unfold", x(1, 2, 2), 2),
    refusal("window-too-large", ShapeError, "unfold", x(1, 1, 2, 2), 3),
    refusal("padding", ArgumentError, "unfold", x(1, 1, 2, 2), 2, padding=-1),
    refusal("windows", ShapeError, "fold", x(1, 4, 3), (3, 3), 2),
    refusal("channels", ShapeError, "fold", x(1, 3, 4), (3, 3), 2),
    refusal("weights", ShapeError, "layer_normalization", x(2, 3), x(2)),
    refusal("axis", ArgumentError, "layer_normalization", x(2, 3), axis=2),
    refusal("weights", ShapeError, "rms_normalization", x(2, 3), x(2)),
    refusal("axis", ArgumentError, "sparsemax", x(2, 3), 2),
    refusal("ranks", ShapeError, "dot_product_attention", x(2, 3, 4), x(2, 3, 4), x(2, 3, 4)),
    refusal("heads", ShapeError, "dot_product_attention", x(1, 2, 3, 3), *_QKV[1:]),
    refusal("features", ShapeError, "dot_product_attention", x(1, 2, 4, 2), *_QKV[1:]),
    refusal("lengths", ShapeError, "dot_product_attention", *_QKV[:2], x(1, 4, 2, 3)),
    refusal("no-keys", ShapeError, "dot_product_attention", x(1, 2, 4, 3), x(1, 0, 2, 3), x(1, 0, 2, 3)),
    refusal("mask", ShapeError, "dot_product_attention", *_QKV, mask=x(1, 4, 2, 4, dtype="bool")),
    refusal("bias", ShapeError, "dot_product_attention", *_QKV, x(2, 4, 2, 5)),
    refusal("ranks", ShapeError, "ctc_loss", _ints(2, 2), x(2, 4), _ints(2), _ints(2)),
    refusal("lengths", ShapeError, "ctc_loss", _ints(2, 2), x(2, 4, 3), _ints(3), _ints(2)),
    refusal("blank", ArgumentError, "ctc_loss", _ints(2, 2), x(2, 4, 3), _ints(2), _ints(2), mask_index=3),
    refusal("floats", DtypeError, "ctc_loss", x(2, 2), x(2, 4, 3), _ints(2), _ints(2)),
    refusal("strategy", ArgumentError, "ctc_decode", *_SCORES, "best"),
    refusal("paths", ArgumentError, "ctc_decode", *_SCORES, "beam_search", beam_width=2, top_paths=3),
    refusal("lengths", ShapeError, "ctc_decode", x(2, 4, 3), _ints(3)),
]
