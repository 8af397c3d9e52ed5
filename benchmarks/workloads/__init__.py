"""What is measured. One file a workload, each with a ``WORKLOAD``; a new file here is found by its name.

A workload file gives the data, the model in the Keras API (used for Keras 3 and polykeras alike) and the model
written by hand in each framework; the loops around the latter are in `benchmarks.native`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

Fit = Callable[[Array, Array, int], float]
"""``fit(x, y, epochs)``: go on training from where the last call ended; return the last epoch's mean loss.

A workload that does not train (``predict``, ``evaluate``) does its work ``epochs`` times over the rows of ``x``
and returns any number that shows it was done.
"""


@dataclass(frozen=True)
class Native:
    """One way to write the loop by hand. ``one_step``: the framework is called once for each step."""

    build: Callable[[], Fit]
    one_step: bool = True


@dataclass(frozen=True)
class Workload:
    """A workload: data, batch size, and the same job for each system.

    ``native``: backend name to variants; a backend's first variant is the reference for its ratios.
    ``keras``: given the module (``keras`` or ``polykeras``) and extra arguments of ``compile``, a `Fit`.
    ``keras3_backends``: the backends on which Keras 3 can do it (its NumPy backend cannot train).
    """

    batch: int
    data: Callable[[], tuple[Array, Array]]
    keras: Callable[[ModuleType, Mapping[str, Any]], Fit]
    native: Mapping[str, Mapping[str, Native]]
    keras3_backends: tuple[str, ...] = ("torch", "jax", "tensorflow")


def names() -> list[str]:
    """The names of all workloads, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Workload:
    """The workload of the file ``name``.py; `ValueError` naming those that exist if there is none."""
    if name not in names():
        raise ValueError(f"no workload {name!r}; there are: {', '.join(names())}")
    workload: Workload = importlib.import_module(f"{__name__}.{name}").WORKLOAD
    return workload
