"""Sequences; see `polykeras.utils`."""

from polykeras.legacy.modules import forwarding
from polykeras.utils.sequences import pad_sequences

__all__ = ["pad_sequences"]

__getattr__ = forwarding(__name__, "polykeras.v1.preprocessing.sequence")  # what Keras 1 had besides
