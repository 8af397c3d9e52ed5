"""VGG19, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.networks import vgg
from polykeras.applications.networks.assembly import Network
from polykeras.v1.applications.construction import constructor, files
from polykeras.v1.applications.imagenet_utils import decode_predictions, preprocess_input

VGG19 = constructor(
    "VGG19",
    Network(
        "vgg19",
        size=224,
        smallest=48,
        body=lambda steps, x: vgg.body(steps, x, vgg.VGG19_DEPTHS),
        top=vgg.top,
        files=files("vgg19", "v0.1"),
    ),
)

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]
