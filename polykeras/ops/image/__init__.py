"""Operations on images: ``(height, width, channels)`` or a batch of them, or channels first, as `data_format` says."""

from polykeras.ops.image.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from polykeras.ops.image.coordinates import affine_transform, elastic_transform, map_coordinates, perspective_transform
from polykeras.ops.image.filters import gaussian_blur, sobel_edges
from polykeras.ops.image.framing import crop_images, pad_images
from polykeras.ops.image.patches import extract_patches, extract_patches_3d
from polykeras.ops.image.resizing import resize, scale_and_translate
from polykeras.ops.image.similarity import ssim

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
