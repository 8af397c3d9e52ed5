"""Small photographs of a hundred kinds of things."""

from __future__ import annotations

from typing import Any

from polykeras.datasets import cifar100


def load_data(label_mode: str = "fine") -> Any:
    """``(x, y), (x, y)``, in the image ordering that is set; see `polykeras.datasets.cifar100`."""
    return cifar100.load_data(label_mode)
