"""VGG16, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.networks import vgg
from polykeras.applications.networks.assembly import Network
from polykeras.v1.applications.construction import constructor, files
from polykeras.v1.applications.imagenet_utils import decode_predictions, preprocess_input

VGG16 = constructor(
    "VGG16",
    Network(
        "vgg16",
        size=224,
        smallest=48,
        body=lambda steps, x: vgg.body(steps, x, vgg.VGG16_DEPTHS),
        top=vgg.top,
        files=files("vgg16", "v0.1"),
    ),
)

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
