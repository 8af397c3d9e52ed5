"""What is measured. One file a workload, each with a ``WORKLOAD``; a new file here is found by its name.

A workload file gives the data and the model in the Keras API, used for Keras 3 and polykeras alike. The same job
written by hand lies in `benchmarks.native`, one package a framework, one module a workload, one function a variant.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

BACKENDS = ("numpy", "torch", "jax", "tensorflow")

Array = NDArray[Any]

Fit = Callable[[Array, Array, int], float]
"""``fit(x, y, epochs)``: go on training from where the last call ended; return the last epoch's mean loss.

A workload that does not train (``predict``, ``evaluate``) does its work ``epochs`` times over the rows of ``x``
and returns any number that shows it was done.
"""


@dataclass(frozen=True)
class Workload:
    """A workload: data, batch size, and the same job for each system.

    ``batch``: rows of one step, whose time is reported.
    ``keras``: given the module (``keras`` or ``polykeras``) and extra arguments of ``compile``, a `Fit`.
    ``native``: backend name to the names of its variants; a backend's first is the reference for its ratios.
    ``epoch_calls``: variants that call the framework once an epoch, not once a step; no reference for ``× best``.
    ``keras3_backends``: the backends on which Keras 3 can do it (its NumPy backend cannot train).
    ``warm_up``, ``steps``: steps before the clock starts, and at least so many in a timed call.
    """

    batch: int
    data: Callable[[], tuple[Array, Array]]
    keras: Callable[[ModuleType, Mapping[str, Any]], Fit]
    native: Mapping[str, Sequence[str]]
    epoch_calls: frozenset[str] = frozenset({"scan", "loop_epoch", "loop_epoch_jit"})
    keras3_backends: tuple[str, ...] = ("torch", "jax", "tensorflow")
    warm_up: int = 500
    steps: int = 2000


def names() -> list[str]:
    """The names of all workloads, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Workload:
    """The workload of the file ``name``.py; `ValueError` naming those that exist if there is none."""
    if name not in names():
        raise ValueError(f"no workload {name!r}; there are: {', '.join(names())}")
    workload: Workload = importlib.import_module(f"{__name__}.{name}").WORKLOAD
    return workload


def build_native(name: str, backend: str, variant: str) -> Fit:
    """The job of workload ``name`` as written by hand; imports the framework."""
    build: Callable[[], Fit] = getattr(importlib.import_module(f"benchmarks.native.{backend}.{name}"), variant)
    return build()


def keras_fit(model: Any, batch: int) -> Fit:
    """``model.fit`` as anybody would call it."""

    def fit(x: Array, y: Array, epochs: int) -> float:
        history = model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
        return float(history.history["loss"][-1])

    return fit


def glorot(generator: np.random.Generator, *shape: int) -> Array:
    """Glorot uniform values, float32: ±sqrt(6 / (fan in + fan out)), the receptive field counted in both."""
    field_size = int(np.prod(shape[:-2], dtype=np.int64))
    limit = np.sqrt(6.0 / (field_size * (shape[-2] + shape[-1])))
    return generator.uniform(-limit, limit, shape).astype(np.float32)


def dense_weights(sizes: Sequence[int]) -> list[Array]:
    """Kernel and bias of each layer of a perceptron: Glorot uniform, and zeros."""
    generator = np.random.default_rng(0)
    weights: list[Array] = []
    for inputs, outputs in itertools.pairwise(sizes):
        weights += [glorot(generator, inputs, outputs), np.zeros(outputs, np.float32)]
    return weights


def one_hot_of_teacher(generator: np.random.Generator, x: Array, classes: int) -> Array:
    """The class that a random linear map gives each row of ``x``, one-hot, float32."""
    flat = x.reshape(len(x), -1)
    teacher = generator.normal(size=(flat.shape[1], classes)).astype(np.float32)
    return np.eye(classes, dtype=np.float32)[np.argmax(flat @ teacher, axis=1)]


def lstm_weights(generator: np.random.Generator, inputs: int, units: int) -> list[Array]:
    """Kernel (inputs, 4 units), recurrent kernel (units, 4 units) and bias of the gates i, f, c, o.

    Glorot uniform, orthogonal, and zeros but for the forget gate's ones.
    """
    recurrent = np.linalg.qr(generator.normal(size=(4 * units, units)))[0].T.astype(np.float32)
    bias = np.zeros(4 * units, np.float32)
    bias[units : 2 * units] = 1
    return [glorot(generator, inputs, 4 * units), recurrent, bias]
