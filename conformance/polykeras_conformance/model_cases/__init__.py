"""Whole models with data to train them on: one table, topic by topic.

Training them takes the same path on every backend. Each module has the `CASES` of a topic, by names of their own.

Models are tiny and smooth: a kink (`relu`, max pooling, the absolute value) that one backend's rounding passes on the
other side sends the losses apart, which says nothing about the backend; what happens there is tested op by op. For the
same reason no weight whose gradient is zero but for rounding (a bias before a batch normalization, the bias of keys) is
trained with an optimizer that divides gradients by their size.
"""
