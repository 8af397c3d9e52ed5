"""Convolution and pooling where something is missing: rows, numbers, room."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import INF, LAST, NAN, edge, f32, no


def _line(*values: float) -> np.ndarray:
    """One example of one channel."""
    return f32(*values).reshape(1, -1, 1)


def _kernel(*values: float) -> np.ndarray:
    return f32(*values).reshape(-1, 1, 1)


ROWS = [
    edge("nan", "conv", _line(1, NAN, 3, 2, 5), _kernel(1, 0), to=_line(NAN, NAN, 3, 2), **LAST),
    edge("infinite-beside-padding", "conv", _line(INF, 1), _kernel(1, 1, 1), padding="same", to=_line(INF, INF), **LAST),
    edge("no-rows", "conv_transpose", no(0, 4, 2), np.ones((3, 5, 2), "float32"), to=no(0, 6, 5), **LAST),
    edge("no-rows", "depthwise_conv", no(0, 4, 2), np.ones((3, 2, 2), "float32"), to=no(0, 2, 4), **LAST),
    edge("no-rows", "conv_kernel_gradient", no(0, 4, 2), no(0, 2, 5), (3, 2, 5), to=np.zeros((3, 2, 5), "float32"), **LAST),
    edge("between-strides", "conv_transpose", _line(1, 2), _kernel(5), strides=3, to=_line(5, 0, 0, 10, 0, 0), **LAST),
    edge("same-of-even-window", "conv_transpose", _line(1, 2), _kernel(1, 10), padding="same", to=_line(1, 12), **LAST),
    edge("output-padding-past-a-stride", "conv_transpose", _line(1, 2), _kernel(3), output_padding=2,
         to=_line(3, 6, 0, 0), **LAST),
    edge("output-padding-of-same", "conv_transpose", _line(1, 2), _kernel(1, 10, 100), strides=2, padding="same",
         output_padding=0, to=_line(10, 102, 20), **LAST),
    edge("half-precision", "conv", np.full((1, 4096, 1), 1, "float16"), np.full((4096, 1, 1), 1, "float16"),
         to=np.full((1, 1, 1), 4096, "float16"), **LAST),
    edge("nan", "average_pool", _line(1, NAN, 3, 2), 2, to=_line(NAN, 2.5), **LAST),
    edge("only-padding-and-minus-infinity", "max_pool", _line(-INF, -INF, -INF), 2, padding="same", to=_line(-INF, -INF),
         **LAST),
    edge("no-rows", "average_pool", no(0, 4, 2), 2, to=no(0, 2, 2), **LAST),
    edge("overlapping", "adaptive_max_pool", _line(1, NAN, 3, 2, 5), 3, to=_line(NAN, NAN, 5), **LAST),
    edge("overlapping", "adaptive_average_pool", _line(1, 2, 4), 2, to=_line(1.5, 3), **LAST),
    edge("larger-than-input", "adaptive_average_pool", _line(1, 2), 4, to=_line(1, 1, 2, 2), **LAST),
    edge("overlapping", "fold", np.ones((1, 2, 2), "float32"), (1, 3), (1, 2), to=f32(1, 2, 1).reshape(1, 1, 1, 3)),
]  # fmt: skip
