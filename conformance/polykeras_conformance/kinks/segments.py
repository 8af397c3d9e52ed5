"""Segments, scattered updates, distinct elements."""

from __future__ import annotations

import numpy as np

from polykeras_conformance.kinks.row import kink

IDS = np.array([0, 1, 0, 0, 7])
PLACES = np.array([[0], [0], [-1], [5]])

ROWS = [
    kink("ties", "segment_max", [3.0, 1.0, 3.0, 2.0, 9.0], [0.5, 1, 0.5, 0, 0], rest=[IDS, 2]),
    kink("three-ties", "segment_max", [3.0, 1.0, 3.0, 3.0, 9.0], [1 / 3, 1, 1 / 3, 1 / 3, 0], rest=[IDS, 2]),
    kink("ties", "segment_min", [3.0, 1.0, 3.0, 4.0, 0.0], [0.5, 1, 0.5, 0, 0], rest=[IDS, 2]),
    kink("ties", "scatter_max", [3.0, 3.0, 1.0], [0.5, 0.5, 0], rest=[np.array([0, -1, 0]), 1]),
    kink("one-zero", "segment_prod", [2.0, 5.0, 0.0, 3.0, 7.0], [0, 1, 6, 0, 0], rest=[IDS, 2]),
    kink("two-zeros", "segment_prod", [0.0, 5.0, 0.0, 3.0, 7.0], [0, 1, 0, 0, 0], rest=[IDS, 2]),
    kink("last-wins", "scatter_update", [1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [0, 1, 0], [0, 1, 1, 0],
         between=[PLACES]),
    kink("all-added", "scatter_update", [1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [1, 1, 1], [1, 1, 1, 0],
         between=[PLACES], reduction="add"),
    kink("ties", "scatter_update", [5.0, 2.0, 3.0], [5.0, 5.0, 6.0, 7.0], [1 / 3, 1, 0], [1 / 3, 1 / 3, 1, 0],
         between=[PLACES], reduction="max"),
    kink("ties", "scatter_update", [5.0, 2.0, 6.0], [5.0, 7.0, 6.0, 7.0], [0.5, 1, 0.5], [0.5, 0, 0.5, 0],
         between=[PLACES], reduction="min"),
    kink("zeros", "scatter_update", [0.0, 2.0, 3.0], [4.0, 5.0, 0.0, 7.0], [20, 1, 0], [0, 0, 3, 0],
         between=[PLACES], reduction="mul"),
    kink("first-occurrence", "unique", [3.0, 1.0, 3.0], [1, 1, 0], size=4),
    kink("twice-the-same", "take", [1.0, 2.0], [2, 0], rest=[np.array([0, 0, 9])]),
]  # fmt: skip
