"""Splitting, stacking, turning, differences, membership."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _grids(xs: Any, indexing: str) -> list[Any]:
    return list(np.meshgrid(*xs, indexing=indexing))  # type: ignore[call-overload]


def _select(conditions: Any, choices: Any, default: Any) -> Any:
    shape = np.broadcast_shapes(*(np.shape(v) for v in (*conditions, *choices, default)))
    result = np.broadcast_to(default, shape)
    for condition, choice in zip(conditions[::-1], choices[::-1], strict=True):
        result = np.where(condition, choice, result)
    return result


def _unravel_index(indices: Any, shape: Any) -> list[Any]:
    size = int(np.prod(shape))
    flat = np.where(np.asarray(indices) < 0, np.asarray(indices) + size, indices).astype("int64")
    return list(np.unravel_index(np.clip(flat, 0, size - 1), shape))


def _isin(x: Any, among: Any, unique: bool, invert: bool) -> Any:
    return np.isin(x, among, invert=invert)


ORACLES: dict[str, Callable[..., Any]] = {
    "array_split": np.array_split,
    "hsplit": np.hsplit,
    "vsplit": np.vsplit,
    "dsplit": np.dsplit,
    "append": np.append,
    "hstack": np.hstack,
    "vstack": np.vstack,
    "dstack": np.dstack,
    "coordinate_grids": _grids,
    "fliplr": np.fliplr,
    "flipud": np.flipud,
    "rot90": np.rot90,
    "copy": np.copy,
    "diff": np.diff,
    "trapezoid": np.trapezoid,
    "isin": _isin,
    "select": _select,
    "unravel_index": _unravel_index,
}
