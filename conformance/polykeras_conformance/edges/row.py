"""A row of the table of edges, and short names for small tensors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

NAN, INF = math.nan, math.inf
LAST = {"data_format": "channels_last"}


def f32(*values: Any) -> np.ndarray:
    """A float32 vector."""
    return np.array(values, "float32")


def i32(*values: Any) -> np.ndarray:
    """An int32 vector."""
    return np.array(values, "int32")


def i8(*values: Any) -> np.ndarray:
    """An int8 vector."""
    return np.array(values, "int8")


def u8(*values: Any) -> np.ndarray:
    """A uint8 vector."""
    return np.array(values, "uint8")


def b(*values: Any) -> np.ndarray:
    """A bool vector."""
    return np.array(values, "bool")


def no(*shape: int, dtype: str = "float32") -> np.ndarray:
    """A tensor without elements."""
    return np.zeros(shape, dtype)


@dataclass(frozen=True)
class Edge:
    """A call and its answer: an array, or a list of them."""

    id: str
    op: str
    args: tuple[Any, ...]
    answer: Any
    options: dict[str, Any]


def edge(name: str, op: str, *args: Any, to: Any, **options: Any) -> Edge:
    """``op(*args, **options)`` gives `to`."""
    return Edge(f"{op}-{name}", op, args, to, options)
