"""Activation functions, from their published formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _selu(x: Any) -> Any:
    return 1.0507009873554804934193349852946 * _elu(x, 1.6732632423543772848170429916717)


def _gelu(x: Any, approximate: bool) -> Any:
    if approximate:
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x * special.ndtr(x)


def _shrink(x: Any, threshold: float) -> Any:
    return np.sign(x) * np.maximum(np.abs(x) - threshold, 0)


def _glu(x: Any, axis: int) -> Any:
    value, gate = np.split(x, 2, axis)
    return value * special.expit(gate)


def _sparse_plus(x: Any) -> Any:
    return np.where(x <= -1, 0, np.where(x >= 1, x, 0.25 * (x + 1) ** 2))


def _hard_sigmoid(x: Any) -> Any:
    return np.clip(x / 6 + 0.5, 0, 1)


ORACLES: dict[str, Callable[..., Any]] = {
    "sigmoid": special.expit,
    "softplus": lambda x: np.logaddexp(x, 0),
    "log_sigmoid": special.log_expit,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "silu": lambda x: x * special.expit(x),
    "swish": lambda x: x * special.expit(x),
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda x: x * _hard_sigmoid(x),
    "hard_swish": lambda x: x * _hard_sigmoid(x),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x, slope: np.where(x > 0, x, slope * x),
    "elu": _elu,
    "selu": _selu,
    "celu": lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha)),
    "gelu": _gelu,
    "tanh_shrink": lambda x: x - np.tanh(x),
    "soft_shrink": _shrink,
    "hard_shrink": lambda x, threshold: np.where(np.abs(x) <= threshold, 0, x),
    "threshold": lambda x, threshold, default: np.where(x > threshold, x, default),
    "squareplus": lambda x, b: (x + np.sqrt(x * x + b)) / 2,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "glu": _glu,
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.minimum(np.maximum(x, 0), 6),
}
