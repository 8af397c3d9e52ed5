"""A row of the table of refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polykeras.errors import PolykerasError

LAST = {"data_format": "channels_last"}


def x(*shape: int, dtype: str = "float32") -> np.ndarray:
    """A tensor of that shape."""
    return np.ones(shape, dtype)


@dataclass(frozen=True)
class Refusal:
    """A call, and the class of error that it raises."""

    id: str
    op: str
    args: tuple[Any, ...]
    error: type[PolykerasError]
    options: dict[str, Any]


def refusal(name: str, error: type[PolykerasError], op: str, *args: Any, **options: Any) -> Refusal:
    """``op(*args, **options)`` raises `error`."""
    return Refusal(f"{op}-{name}", op, args, error, options)
