"""Gradient rules: a table with one row per differentiable primitive, one function per argument, written in ops.

Importing this package fills the table.
"""

from polykeras.gradients import (
    convolution,
    elementwise,
    fused,
    indexing,
    linalg,
    movement,
    products,
    recurrence,
    reductions,
    spectral,
)

__all__ = [
    "convolution",
    "elementwise",
    "fused",
    "indexing",
    "linalg",
    "movement",
    "products",
    "recurrence",
    "reductions",
    "spectral",
]
