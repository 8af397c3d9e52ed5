"""Images as the networks want them, and what their predictions mean."""

from __future__ import annotations

from typing import Any

from polykeras.applications import imagenet_utils as today
from polykeras.applications.imagenet_utils import decode_predictions
from polykeras.v1.engine.arguments import ordering


def preprocess_input(x: Any, dim_ordering: str = "default") -> Any:
    """A batch of images of 0 to 255, red and blue exchanged and less ImageNet's mean. The array itself is changed."""
    first = ordering(dim_ordering) == "th"
    return today.preprocess_input(x, "channels_first" if first else "channels_last")


def centered(x: Any) -> Any:
    """Images of 0 to 255 from -1 to 1. The array itself is changed."""
    return today.preprocess_input(x, mode="tf")


__all__ = ["decode_predictions", "preprocess_input"]
