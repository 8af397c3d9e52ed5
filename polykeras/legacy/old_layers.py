"""Layers that only Keras 1 has, for models of today: `polykeras.v1`'s own, or today's by their old names."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from polykeras.legacy.accepting import old_name

OWN = (
    "Highway", "LocallyConnected1D", "LocallyConnected2D", "MaxoutDense", "Merge", "ParametricSoftplus", "SReLU",
    "ThresholdedReLU", "TimeDistributedDense", "Deconvolution2D", "merge",
)  # fmt: skip
"""Those that `polykeras.v1` provides."""

RENAMED = {"AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D"}
NAMES = (*OWN, *RENAMED)

_made: dict[str, Any] = {}


def layer(name: str) -> Any:
    """The layer called `name` in Keras 1."""
    if name in OWN:
        return getattr(import_module("polykeras.v1.layers"), name)
    if name not in _made:
        _made[name] = old_name(name, getattr(import_module("polykeras.layers"), RENAMED[name]))
    return _made[name]
