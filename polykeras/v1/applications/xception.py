"""Xception, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.networks import xception
from polykeras.applications.networks.assembly import Network, pooled_top
from polykeras.v1.applications.construction import constructor, files
from polykeras.v1.applications.imagenet_utils import centered as preprocess_input
from polykeras.v1.applications.imagenet_utils import decode_predictions

Xception = constructor(
    "Xception",
    Network(
        "xception",
        size=299,
        smallest=71,
        body=xception.body,
        top=pooled_top,
        files=files("xception", "v0.4", ("tf",)),
    ),
)

__all__ = ["Xception", "decode_predictions", "preprocess_input"]
