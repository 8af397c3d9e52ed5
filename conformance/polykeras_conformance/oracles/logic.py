"""Comparisons, questions about numbers, logic and bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _wide(x: Any) -> Any:
    return x if np.iscomplexobj(x) else np.asarray(x, "float64")


def _isclose(x: Any, y: Any, rtol: float, atol: float, equal_nan: bool) -> Any:
    return np.isclose(_wide(x), _wide(y), rtol, atol, equal_nan)


def _invert(x: Any) -> Any:
    return ~np.asarray(x)


ORACLES: dict[str, Callable[..., Any]] = {
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "isnan": lambda x: np.isnan(_wide(x)),
    "isinf": lambda x: np.isinf(_wide(x)),
    "isfinite": lambda x: np.isfinite(_wide(x)),
    "isclose": _isclose,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_not": np.logical_not,
    "logical_xor": np.logical_xor,
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
    "bitwise_invert": _invert,
    "bitwise_not": _invert,
    "left_shift": np.left_shift,
    "right_shift": np.right_shift,
}
