"""Fourier transforms of one element, of odd lengths, of half precision; sequences and windows at their ends."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.complex_numbers import c64
from polykeras_conformance.edges.row import INF, NAN, edge, f32, i32, no


def f16(*values: float) -> np.ndarray:
    """A float16 vector."""
    return np.array(values, "float16")


ROWS = [
    edge("one-element", "rfft", f32(3), to=[f32(3), f32(0)]),
    edge("ints", "rfft", i32(1, 2), to=[f32(3, -1), f32(0, 0)]),
    edge("half-precision", "rfft", f16(1, 2), to=[f16(3, -1), f16(0, 0)]),
    edge("of-nothing", "rfft", no(0, 2), to=[no(0, 2), no(0, 2)]),
    edge("one-element", "irfft", [f32(3), f32(5)], to=f32(3)),
    edge("unread-parts", "irfft", [f32(0, 0, 0), f32(5, 0, 5)], to=f32(0, 0, 0, 0)),
    edge("unread-parts", "inverse_real_fourier_transform", c64(1 + 9j, 0, 1 + 7j), 4, to=f32(0.5, 0, 0.5, 0)),
    edge("odd-length", "irfft", [f32(6, -1.5), f32(0, 0.8660254)], 3, to=f32(1, 2, 3)),
    edge("nan-spreads", "fft", [f32(NAN, 1), f32(0, 0)], to=[f32(NAN, NAN), f32(0, 0)]),
    edge("window-unreached", "istft", [f32(1, 1).reshape(1, 2), f32(0, 0).reshape(1, 2)], 2, 2, 2,
         window="hann", center=False, to=f32(0, 0)),
    edge("longer-than-signal", "istft", [f32(2).reshape(1, 1), f32(0).reshape(1, 1)], 1, 1, 1, length=3,
         window=None, center=False, to=f32(2, 0, 0)),
    edge("rest-left-out", "extract_sequences", i32(1, 2, 3, 4), 2, 3, to=i32(1, 2).reshape(1, 2)),
    edge("one", "bartlett", 1, to=f32(1)),
    edge("one", "blackman", 1, to=f32(1)),
    edge("none", "hamming", 0, to=no(0)),
    edge("none", "hanning", 0, to=no(0)),
    edge("tensor", "hanning", i32(3), to=f32(0, 1, 0)),
    edge("flat", "kaiser", 3, 0.0, to=f32(1, 1, 1)),
    edge("far-out", "i0", f32(0, INF, -INF, NAN), to=f32(1, INF, INF, NAN)),
    edge("far-out", "i1", f32(0, INF, -INF, NAN), to=f32(0, INF, -INF, NAN)),
]  # fmt: skip
