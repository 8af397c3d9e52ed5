"""Keras 1.2.2: its modules, names, arguments and numerics, on any backend of polykeras.

``from polykeras.v1 import layers, models`` stands where ``from keras import layers, models`` stood in 2017.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "1.2.2"

_MODULES = (
    "activations", "applications", "backend", "callbacks", "constraints", "datasets", "engine", "initializations",
    "layers", "metrics", "models", "objectives", "optimizers", "preprocessing", "regularizers", "utils", "wrappers",
)  # fmt: skip

__all__ = ["__version__", *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"polykeras.v1.{name}")
    if name in ("Input", "merge"):
        return getattr(import_module("polykeras.v1.layers"), name)
    raise AttributeError(f"module 'polykeras.v1' has no attribute {name!r}.")


def __dir__() -> list[str]:
    return sorted(__all__)
