"""Keras 1's module of downloads; see `polykeras.utils` and `polykeras.v1.utils.data_utils`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.utils", "polykeras.v1.utils.data_utils")
