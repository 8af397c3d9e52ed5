"""Keras 1's module of helpers for layers; see `polykeras.v1.utils.layer_utils`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.v1.utils.layer_utils")
