"""Pictures: reading them, changing them at random, and batches of changed ones."""

from polykeras.v1.preprocessing.image.changes import (
    apply_transform,
    flip_axis,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
    transform_matrix_offset_center,
)
from polykeras.v1.preprocessing.image.files import array_to_img, img_to_array, list_pictures, load_img
from polykeras.v1.preprocessing.image.generator import ImageDataGenerator
from polykeras.v1.preprocessing.image.iterators import DirectoryIterator, Iterator, NumpyArrayIterator

__all__ = [
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_transform",
    "array_to_img",
    "flip_axis",
    "img_to_array",
    "list_pictures",
    "load_img",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "transform_matrix_offset_center",
]
