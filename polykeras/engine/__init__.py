"""Layers and models, by the name of the package that Keras 1 had."""

from polykeras.engine import topology as topology
from polykeras.engine import training as training
from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.layers", "polykeras.models", "polykeras.v1.engine")
