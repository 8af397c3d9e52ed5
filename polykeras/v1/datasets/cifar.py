"""Small photographs: one file of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from polykeras.datasets.cifar import batch


def load_batch(fpath: str, label_key: str = "labels") -> tuple[Any, Any]:
    """``images, labels`` of one file of CIFAR's; images are channels first."""
    return batch(Path(fpath).read_bytes(), fpath, label_key)
