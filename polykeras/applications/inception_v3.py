"""Inception v3, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.construction import constructor, files
from polykeras.applications.imagenet_utils import decode_predictions, preparation
from polykeras.applications.networks import inception
from polykeras.applications.networks.assembly import Network, pooled_top

InceptionV3 = constructor(
    "InceptionV3",
    Network(
        "inception_v3",
        size=299,
        smallest=75,
        body=inception.body,
        top=pooled_top,
        files=files(
            "inception_v3", "inception_v3", "9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63"
        ),
    ),
)
preprocess_input = preparation("tf")

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]
