"""polykeras: Keras as a plugin platform.

Everything is loaded when it is first asked for, so ``import polykeras`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = (
    "activations", "applications", "backend", "callbacks", "config", "constraints", "datasets", "dtype_policies", "dtypes",
    "errors", "initializers", "layers", "losses", "metrics", "mixed_precision", "models", "ops", "optimizers", "plugins",
    "preprocessing", "random", "regularizers", "saving", "tree", "utils", "wrappers",
)  # fmt: skip
_OLD_MODULES = ("engine", "initializations", "objectives", "v1")  # Keras 1's
_NAMES = {
    "BackendSpec": "backend",
    "DTypePolicy": "dtype_policies",
    "FloatDTypePolicy": "dtype_policies",
    "Function": "graph",
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "KerasTensor": "graph",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Operation": "graph",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "RematScope": "layers.base.rematerialization",
    "SeedGenerator": "random",
    "Sequential": "models",
    "StatelessScope": "variable",
    "Variable": "variable",
    "backend_scope": "scope",
    "device": "placement",
    "devices": "placement",
    "hookimpl": "plugins",
    "name_scope": "layers.base.nested_calls",
    "remat": "layers.base.rematerialization",
    "set_random_seed": "random",
    "value_and_gradients": "training.differentiate",
}

__all__ = ["__version__", "version", *_MODULES, *_NAMES]


def version() -> str:
    """The version of polykeras, as a string."""
    from importlib.metadata import version

    return version("polykeras")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = version()
    elif name in _NAMES:
        value = getattr(import_module(f"polykeras.{_NAMES[name]}"), name)
    elif name in _MODULES or name in _OLD_MODULES:
        return import_module(f"polykeras.{name}")
    else:
        from polykeras.errors import did_you_mean

        raise AttributeError(f"module 'polykeras' has no attribute {name!r}.{did_you_mean(name, __all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
