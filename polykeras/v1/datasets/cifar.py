"""Small photographs: what the two data sets share."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from polykeras.v1 import backend as K
from polykeras.v1.utils.data_utils import get_file


def load_batch(fpath: str, label_key: str = "labels") -> tuple[Any, Any]:
    """``images, labels`` of one ``.npz`` file with the arrays ``data`` and `label_key`; images are channels first."""
    with open(fpath, "rb") as f, np.load(io.BytesIO(f.read()), allow_pickle=False) as batch:
        return batch["data"].reshape(-1, 3, 32, 32), batch[label_key]


def load_split(fname: str, origin: str, label_key: str) -> Any:
    """``(x, y), (x, y)`` from ``<fname>-train.npz`` and ``<fname>-test.npz``, in the image ordering that is set."""
    parts = []
    for part in ("train", "test"):
        x, y = load_batch(get_file(f"{fname}-{part}.npz", origin), label_key)
        parts.append((x if K.image_dim_ordering() == "th" else x.transpose(0, 2, 3, 1), y.reshape(-1, 1)))
    return tuple(parts)
