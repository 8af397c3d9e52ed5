"""VGG19, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.construction import constructor, files
from polykeras.applications.imagenet_utils import decode_predictions, preparation
from polykeras.applications.networks import vgg
from polykeras.applications.networks.assembly import Network

VGG19 = constructor(
    "VGG19",
    Network(
        "vgg19",
        size=224,
        smallest=32,
        body=lambda steps, x: vgg.body(steps, x, vgg.VGG19_DEPTHS),
        top=vgg.top,
        files=files("vgg19", "vgg19", "cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"),
    ),
)
preprocess_input = preparation("caffe")

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]
