"""Keras 1.2.2's utilities."""
