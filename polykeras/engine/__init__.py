"""Layers and models, by the name of the package that Keras 1 had."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.layers", "polykeras.models", "polykeras.v1.engine")
