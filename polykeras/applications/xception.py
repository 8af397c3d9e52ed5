"""Xception, and how its images are prepared."""

from __future__ import annotations

from polykeras.applications.construction import constructor, files
from polykeras.applications.imagenet_utils import decode_predictions, preparation
from polykeras.applications.networks import xception
from polykeras.applications.networks.assembly import Network, pooled_top

Xception = constructor(
    "Xception",
    Network(
        "xception",
        size=299,
        smallest=71,
        body=xception.body,
        top=pooled_top,
        files=files("xception", "xception", "0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97"),
    ),
)
preprocess_input = preparation("tf")

__all__ = ["Xception", "decode_predictions", "preprocess_input"]
