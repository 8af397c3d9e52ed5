"""Gradient rules: a table with one row per differentiable primitive, one function per argument, written in ops.

Importing this package fills the table.
"""

from polykeras.gradients import elementwise, fused, indexing, movement, products, reductions

__all__ = ["elementwise", "fused", "indexing", "movement", "products", "reductions"]
