"""Images."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.edges.row import LAST, NAN, edge, f32, no, u8

ROWS = [
    edge("halves", "map_coordinates", f32(10, 20, 30), f32(-0.5, 0.5, 1.5, 2.5).reshape(1, 4), 0, "constant", -7.0,
         to=f32(10, 20, 30, -7)),
    edge("half-outside", "map_coordinates", f32(10, 20, 30), f32(-0.5, -0.25, 2.5, 3).reshape(1, 4), 1, "constant", -2.0,
         to=f32(4, 7, 14, -2)),
    edge("far-outside", "map_coordinates", f32(10, 20, 30), f32(-2.5, 4, -300).reshape(1, 3), 1, "nearest",
         to=f32(10, 30, 10)),
    edge("far-outside", "map_coordinates", f32(10, 20, 30), f32(-2.6, 3.7, 302).reshape(1, 3), 1, "wrap",
         to=f32(14, 17, 30)),
    edge("far-outside", "map_coordinates", f32(10, 20, 30), f32(-2.6, 3.7, 5.1).reshape(1, 3), 1, "mirror",
         to=f32(24, 13, 21)),
    edge("far-outside", "map_coordinates", f32(10, 20, 30), f32(-2.6, 3.7, 5.1).reshape(1, 3), 1, "reflect",
         to=f32(26, 23, 10)),
    edge("one-sample", "map_coordinates", f32(5), f32(-2, 0.5).reshape(1, 2), 1, "mirror", to=f32(5, 5)),
    edge("nan", "map_coordinates", f32(10, 20), f32(NAN, 1).reshape(1, 2), 1, "nearest", to=f32(NAN, 20)),
    edge("no-images", "resize", no(0, 2, 2, 3), (4, 5), to=no(0, 4, 5, 3), **LAST),
    edge("nearest-centres", "resize", np.arange(7, dtype="float32").reshape(1, 7, 1), (1, 3), "nearest",
         to=f32(1, 3, 5).reshape(1, 3, 1), **LAST),
    edge("range-of-integers", "resize", u8(0, 0, 255, 255).reshape(1, 4, 1), (1, 8), "bicubic",
         to=u8(0, 0, 0, 52, 203, 255, 255, 255).reshape(1, 8, 1), **LAST),
    edge("grey", "rgb_to_hsv", f32(0.5, 0.5, 0.5).reshape(1, 1, 3), to=f32(0, 0, 0.5).reshape(1, 1, 3), **LAST),
    edge("black", "rgb_to_hsv", no(1, 1, 3), to=no(1, 1, 3), **LAST),
    edge("round-the-circle", "hsv_to_rgb", f32(1.25, 1, 1, -0.75, 1, 1).reshape(1, 2, 3),
         to=f32(0.5, 1, 0, 0.5, 1, 0).reshape(1, 2, 3), **LAST),
    edge("rounds", "rgb_to_grayscale", u8(255, 0, 0).reshape(1, 1, 3), to=u8(76).reshape(1, 1, 1), **LAST),
]
