"""Small real data sets that need no download: each module has a `load_data()`."""

from polykeras.datasets import digits

__all__ = ["digits"]
