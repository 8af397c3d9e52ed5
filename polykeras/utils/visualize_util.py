"""Keras 1's module of plots: `plot`; today `polykeras.utils.plot_model`."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.v1.utils.visualize_util")
