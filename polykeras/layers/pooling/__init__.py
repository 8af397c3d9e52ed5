"""Layers that summarise windows, or whole axes, by one number."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.layers")  # Keras 1 had the layers in this module
