"""Keras 1's module of what prepares texts; today `polykeras.v1.preprocessing.text`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.v1.preprocessing.text")
