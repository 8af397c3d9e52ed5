"""What ops refuse: one table, op by op.

A row is a call and the class of the error; the message names the op. Each module has the `ROWS` of a topic.
"""
