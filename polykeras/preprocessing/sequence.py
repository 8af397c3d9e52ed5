"""Sequences; see `polykeras.utils`."""

from polykeras.utils.sequences import pad_sequences

__all__ = ["pad_sequences"]
