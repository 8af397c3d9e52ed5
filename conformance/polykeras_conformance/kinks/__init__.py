"""Where a derivative jumps or is not there, and a convention decides: one table, op by op.

A row is an op, a point, and the gradient of the sum of its results there. Each module has the `ROWS` of a topic.
"""
