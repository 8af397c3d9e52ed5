"""Preparing arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """One-hot rows for class numbers, float32; a last axis of size 1 is dropped first.

    Raises `ArgumentError` for a class that is negative or not below `num_classes`.
    """
    classes = np.asarray(x, "int64")
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    if num_classes is None:
        num_classes = int(classes.max(initial=-1)) + 1
    if classes.size and (classes.min() < 0 or classes.max() >= num_classes):
        raise ArgumentError(
            f"to_categorical: classes must be from 0 to {num_classes - 1}, got {classes.min()} to {classes.max()}."
        )
    return np.eye(num_classes, dtype="float32")[classes]


def normalize(x: Any, axis: int = -1, order: float = 2) -> np.ndarray:
    """`x` divided by its norm of that order along `axis`; where that is 0, as it is."""
    array = np.asarray(x)
    norms = np.linalg.norm(array, order, axis, keepdims=True)
    return np.asarray(array / np.where(norms == 0, 1, norms))
