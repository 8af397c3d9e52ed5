"""Pictures; see `polykeras.utils`."""

from polykeras.legacy.modules import forwarding
from polykeras.utils.images import array_to_img, img_to_array, load_img, save_img, smart_resize

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]

__getattr__ = forwarding(__name__, "polykeras.v1.preprocessing.image")  # what Keras 1 had besides
