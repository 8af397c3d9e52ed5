"""Keras 1's module of helpers; see `polykeras.utils` and `polykeras.v1.utils.generic_utils`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.utils", "polykeras.v1.utils.generic_utils")
