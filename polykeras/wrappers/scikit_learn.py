"""Keras 1's wrappers for scikit-learn, which take a function that builds a model; today's are in `polykeras.wrappers`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.v1.wrappers.scikit_learn")
