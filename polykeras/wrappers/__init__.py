"""Models as estimators of scikit-learn.

The classes are made from scikit-learn's own, which is imported when the first of them is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "SKLearnClassifier": "classifier",
    "SKLearnRegressor": "regressor",
    "SKLearnTransformer": "transformer",
}

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]  # `__getattr__` has them


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'polykeras.wrappers' has no attribute {name!r}")
    try:
        import_module("sklearn")
    except ImportError as error:
        raise ImportError(
            f"polykeras.wrappers.{name} needs scikit-learn: pip install scikit-learn, or polykeras[sklearn]."
        ) from error
    value = getattr(import_module(f"polykeras.wrappers.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
