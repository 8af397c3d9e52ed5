"""ResNet50, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.construction import constructor, files
from polykeras.applications.imagenet_utils import decode_predictions, preparation
from polykeras.applications.networks import resnet
from polykeras.applications.networks.assembly import Network, pooled_top

ResNet50 = constructor(
    "ResNet50",
    Network(
        "resnet50",
        size=224,
        smallest=32,
        body=resnet.body,
        top=pooled_top,
        files=files("resnet50", "resnet", "2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"),
        pooled=lambda pooling: f"{pooling}_pool",
    ),
)
preprocess_input = preparation("caffe")

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
