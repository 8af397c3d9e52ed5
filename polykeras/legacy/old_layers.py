"""Layers that only Keras 1 has, for models of today: `polykeras.v1`'s own, or today's by their old names."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from polykeras.legacy.accepting import old_name, warn_of

OWN = (
    "Highway", "LocallyConnected1D", "LocallyConnected2D", "MaxoutDense", "Merge", "ParametricSoftplus", "Recurrent", "SReLU",
    "ThresholdedReLU", "TimeDistributedDense", "Deconvolution2D", "merge",
)  # fmt: skip
"""Those that `polykeras.v1` provides."""

RENAMED = {"AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D"}
NAMES = (*OWN, *RENAMED)

TODAY = {
    "Deconvolution2D": "Conv2DTranspose",
    "Merge": "Add, Concatenate, Dot and the like",
    "ThresholdedReLU": "ReLU(threshold)",
    "TimeDistributedDense": "TimeDistributed(Dense)",
    "merge": "add, concatenate, dot and the like",
}
"""What serves the purpose of those that are no more, where something does."""

MODULES = (
    "advanced_activations", "convolutional", "convolutional_recurrent", "core", "embeddings", "local", "noise",
    "normalization", "pooling", "recurrent", "wrappers",
)  # fmt: skip
"""The modules that Keras 1 had them in."""

_made: dict[str, Any] = {}


def layer(name: str) -> Any:
    """The layer called `name` in Keras 1."""
    if name in TODAY:
        warn_of("polykeras.layers", {name: TODAY[name]}, 3)
    if name in OWN:
        return getattr(import_module("polykeras.v1.layers"), name)
    if name not in _made:
        _made[name] = old_name(name, getattr(import_module("polykeras.layers"), RENAMED[name]), gone=True)
    return _made[name]
