"""Labels and norms, by the name of the module that Keras 1 had."""

from polykeras.legacy.modules import forwarding

__getattr__ = forwarding(__name__, "polykeras.utils", "polykeras.v1.utils.np_utils", warn=True)
