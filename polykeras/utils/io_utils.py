"""Keras 1's module of files; see `polykeras.v1.utils.io_utils`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.v1.utils.io_utils")
