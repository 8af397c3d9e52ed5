"""VGG16, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.construction import constructor, files
from polykeras.applications.imagenet_utils import decode_predictions, preparation
from polykeras.applications.networks import vgg
from polykeras.applications.networks.assembly import Network

VGG16 = constructor(
    "VGG16",
    Network(
        "vgg16",
        size=224,
        smallest=32,
        body=lambda steps, x: vgg.body(steps, x, vgg.VGG16_DEPTHS),
        top=vgg.top,
        files=files("vgg16", "vgg16", "64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"),
    ),
)
preprocess_input = preparation("caffe")

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
