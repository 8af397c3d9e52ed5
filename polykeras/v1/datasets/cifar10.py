"""Small photographs of ten kinds of things."""

from __future__ import annotations

from typing import Any

from polykeras.datasets import cifar10


def load_data() -> Any:
    """``(x, y), (x, y)``, in the image ordering that is set; see `polykeras.datasets.cifar10`."""
    return cifar10.load_data()
