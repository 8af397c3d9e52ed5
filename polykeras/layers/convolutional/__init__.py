"""Layers that slide a kernel over space or time."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.layers")  # Keras 1 had the layers in this module
