"""The same elements elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _reverse(x: Any, axes: Any) -> Any:
    for axis in axes:
        x = np.flip(x, axis)
    return x


def _pad(x: Any, width: Any, mode: str, constant_values: Any) -> Any:
    if mode == "constant":
        return np.pad(x, width, constant_values=constant_values or 0)
    return np.pad(x, width, mode=mode)  # type: ignore[call-overload]


def _unstack(x: Any, num: Any, axis: int) -> Any:
    return [np.take(x, i, axis) for i in range(x.shape[axis])]


def _promoted(xs: Any) -> list[Any]:
    return [np.asarray(x) for x in xs]


ORACLES: dict[str, Callable[..., Any]] = {
    "reshape": np.reshape,
    "transpose": np.transpose,
    "broadcast_to": np.broadcast_to,
    "reverse": _reverse,
    "flip": np.flip,
    "pad_constant": lambda x, width, value: np.pad(x, width, constant_values=value) if width else x,
    "pad": _pad,
    "expand_dims": np.expand_dims,
    "squeeze": np.squeeze,
    "ravel": np.ravel,
    "swapaxes": np.swapaxes,
    "moveaxis": np.moveaxis,
    "roll": lambda x, shift, axis: x if axis == () else np.roll(x, shift, axis),
    "concatenate": lambda xs, axis: np.concatenate(_promoted(xs), axis),
    "stack": lambda xs, axis: np.stack(_promoted(xs), axis),
    "split": np.split,
    "unstack": _unstack,
    "tile": np.tile,
    "repeat": np.repeat,
}
