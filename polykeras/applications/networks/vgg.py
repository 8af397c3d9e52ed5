"""VGG: convolutions of 3 by 3, five times between poolings. Simonyan and Zisserman 2014, arXiv:1409.1556."""

from __future__ import annotations

from typing import Any

from polykeras.applications.networks.steps import Steps

VGG16_DEPTHS = (2, 2, 3, 3, 3)
VGG19_DEPTHS = (2, 2, 4, 4, 4)


def body(steps: Steps, x: Any, depths: tuple[int, ...]) -> Any:
    """The blocks, with as many convolutions each as `depths` says."""
    for block, depth in enumerate(depths, 1):
        for i in range(1, depth + 1):
            filters = min(64 * 2 ** (block - 1), 512)
            x = steps.convolution(x, filters, 3, padding="same", activation="relu", name=f"block{block}_conv{i}")
        x = steps.pooling(x, "max", 2, 2, name=f"block{block}_pool")
    return x


def top(steps: Steps, x: Any, classes: int, activation: Any) -> Any:
    """Two layers of 4096 units, then the classes."""
    x = steps.flatten(x, "flatten")
    for name in ("fc1", "fc2"):
        x = steps.dense(x, 4096, "relu", name)
    return steps.dense(x, classes, activation, "predictions")
