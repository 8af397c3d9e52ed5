"""Initializers, by the name of the module that Keras 1 had."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.initializers", "polykeras.v1.initializations", warn=True)
