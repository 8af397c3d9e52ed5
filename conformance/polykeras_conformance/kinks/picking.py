"""Order, indices, windows."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.kinks.row import kink

ROWS = [
    kink("ties", "sort", [2.0, 1.0, 2.0], [1, 1, 1]),
    kink("tie-first-wins", "top_k", [1.0, 3.0, 3.0, 3.0], [0, 1, 1, 0], rest=[2]),
    kink("twice-the-same", "gather", [1.0, 2.0, 3.0], [2, 0, 1], rest=[np.array([0, 0, -1]), 0]),
    kink("out-of-range", "gather", [1.0, 2.0], [1, 0], rest=[np.array([0, 2, -3]), 0]),
    kink("twice-the-same", "take_along_axis", [[1.0, 2.0]], [[3, 0]], rest=[np.array([[0, 0, -2]]), 1]),
    kink("out-of-range", "scatter_add", [1.0, 2.0, 3.0], [1, 0, 1], rest=[np.array([0, 5, -1]), 0, 2]),
    kink("dropped", "segment_sum", [1.0, 2.0, 3.0], [1, 0, 0], rest=[np.array([0, -1, 2]), 2]),
    kink("moved-inside", "slice", [1.0, 2.0, 3.0], [0, 1, 1], rest=[np.array([9]), (2,)]),
    kink("moved-inside", "slice_update", [1.0, 2.0, 3.0], [7.0, 8.0], [1, 0, 0], [1, 1], between=[np.array([5])]),
    kink(
        "tie-first-wins",
        "max_pool",
        [[[5.0], [5.0], [1.0], [4.0]]],
        [[[1], [0], [0], [1]]],
        rest=[2],
        data_format="channels_last",
    ),
    kink(
        "tie-in-overlapping-windows",
        "max_pool",
        [[[1.0], [5.0], [1.0], [1.0]]],
        [[[0], [2], [1], [0]]],
        rest=[2, 1],
        data_format="channels_last",
    ),
    kink(
        "padding-never-wins",
        "max_pool",
        [[[-1.0], [-2.0], [-3.0]]],
        [[[1], [0], [1]]],
        rest=[2],
        padding="same",
        data_format="channels_last",
    ),
]
