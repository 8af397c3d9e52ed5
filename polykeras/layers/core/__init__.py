"""The layers that most models are made of."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.layers")  # Keras 1 had the layers in this module
