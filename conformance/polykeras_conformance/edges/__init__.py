"""NaN, infinities, nothing at all, ties, overflow, division by zero, indices out of range: one table, op by op.

A row is an op, its arguments and the answer. The answer's dtype is part of it. Each module has the `ROWS` of a topic.
"""
