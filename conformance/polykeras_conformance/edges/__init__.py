"""NaN, infinities, nothing at all, ties, overflow, division by zero, indices out of range: one table, op by op.

A row is an op, its arguments and the answer. The answer's dtype is part of it.
"""

from polykeras_conformance.edges import (
    elementwise,
    image,
    neural,
    picking,
    products,
    reductions,
)
from polykeras_conformance.edges.row import Edge

TABLE: list[Edge] = [
    *elementwise.ROWS,
    *image.ROWS,
    *neural.ROWS,
    *picking.ROWS,
    *products.ROWS,
    *reductions.ROWS,
]

__all__ = ["TABLE", "Edge"]
