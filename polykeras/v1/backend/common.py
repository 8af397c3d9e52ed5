"""Settings of the symbolic backend, and the names that it counts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from polykeras import config
from polykeras.config import epsilon, floatx
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
"""The names that Keras 1 has for the layouts of images."""

_counts: dict[str, int] = defaultdict(int)
_legacy_weight_ordering = [False]


def set_epsilon(e: float) -> None:
    """Set what `epsilon` returns."""
    config.set_epsilon(e)


def set_floatx(floatx: str) -> None:
    """Set the default float."""
    config.set_floatx(floatx)


def cast_to_floatx(x: Any) -> Any:
    """The data as an ndarray of the default float."""
    return np.asarray(x, dtype=floatx())


def image_dim_ordering() -> str:
    """``"th"``: channels first; ``"tf"``: channels last."""
    return {layout: name for name, layout in ORDERINGS.items()}[config.image_data_format()]


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set what `image_dim_ordering` returns. Raises `ArgumentError` for anything but ``"th"`` and ``"tf"``."""
    config.set_image_data_format(layout(dim_ordering))


def layout(dim_ordering: str) -> str:
    """Today's name of an image ordering; ``"default"`` is the one that is set.

    >>> layout("th")
    'channels_first'
    """
    if dim_ordering == "default":
        return config.image_data_format()
    if dim_ordering not in ORDERINGS:
        raise ArgumentError(f'dim_ordering must be "th", "tf" or "default", got {dim_ordering!r}.')
    return ORDERINGS[dim_ordering]


def get_uid(prefix: str = "") -> int:
    """1, 2, 3 ... for each prefix."""
    _counts[prefix] += 1
    return _counts[prefix]


def unique(prefix: str) -> str:
    """``prefix_1``, ``prefix_2`` ..."""
    return f"{prefix}_{get_uid(prefix)}"


def reset_uids() -> None:
    """Count from 1 again."""
    _counts.clear()


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is the output of a layer."""
    from polykeras.layers.layer import Layer

    return isinstance(x, KerasTensor) and x.node is not None and isinstance(x.node.operation, Layer)


def legacy_weight_ordering() -> bool:
    """What `set_legacy_weight_ordering` set: whether a model's weights come trainable ones first."""
    return _legacy_weight_ordering[0]


def set_legacy_weight_ordering(value: bool) -> None:
    """Whether `get_weights` gives the trainable weights of all layers first."""
    if not isinstance(value, bool):
        raise ArgumentError(f"set_legacy_weight_ordering: True or False was wanted, got {value!r}.")
    _legacy_weight_ordering[0] = value


__all__ = [
    "cast_to_floatx",
    "epsilon",
    "floatx",
    "get_uid",
    "image_dim_ordering",
    "is_keras_tensor",
    "legacy_weight_ordering",
    "reset_uids",
    "set_epsilon",
    "set_floatx",
    "set_image_dim_ordering",
    "set_legacy_weight_ordering",
]
