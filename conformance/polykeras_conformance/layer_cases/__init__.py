"""A layer of every kind with inputs for it: one table, topic by topic.

What holds for every layer is tested on all of them. Each module has the `CASES` of a topic, by names of their own.
"""
