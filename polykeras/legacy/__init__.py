"""Keras 1's spellings, accepted by today's classes."""
