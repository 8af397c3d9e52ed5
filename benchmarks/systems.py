"""The systems that are compared, each as ``name`` or ``name:variant``, and how one is started."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from typing import Any

from benchmarks import workloads
from benchmarks.workloads import BACKENDS, Fit, Workload

SYSTEMS = ("native", "keras3", "polykeras")
PACKAGES = {"keras3": "keras", "polykeras": "polykeras"}
KERAS_VARIANTS: dict[str, dict[str, Any]] = {"default": {}, "jit": {"jit_compile": True}}


class NotInstalledError(Exception):
    """The framework or the package that a measurement needs is missing; the measurement is skipped."""


def variants(system: str, backend: str, workload: Workload) -> Iterator[str]:
    """What ``system`` stands for on ``backend``: names with their variant, the reference first.

    ``native`` alone is every way the loop was written by hand; ``keras3`` and ``polykeras`` alone are ``fit`` with
    its defaults. Nothing comes out where the system cannot do the workload. `ValueError` for an unknown name.
    """
    name, _, variant = system.partition(":")
    if name not in SYSTEMS or backend not in BACKENDS:
        raise ValueError(f"unknown system {name!r} or backend {backend!r}: {SYSTEMS}, {BACKENDS}")
    if name == "native":
        known: Any = workload.native.get(backend, ())
        every = list(known)
    else:
        known = KERAS_VARIANTS if name != "keras3" or backend in workload.keras3_backends else {}
        every = ["default"] if known else []
    wanted = every if not variant else [variant] if variant in known else []
    yield from (name if each == "default" else f"{name}:{each}" for each in wanted)


def require(package: str) -> None:
    """`NotInstalledError` unless ``package`` can be imported; imports nothing."""
    if importlib.util.find_spec(package) is None:
        raise NotInstalledError(f"{package} is not installed")


def import_framework(backend: str) -> str:
    """Import the bare framework, hold it to one thread, and return its version."""
    require(backend)
    framework = importlib.import_module(backend)
    if backend == "torch":
        framework.set_num_threads(1)
        framework.set_num_interop_threads(1)
    elif backend == "tensorflow":
        framework.config.threading.set_intra_op_parallelism_threads(1)
        framework.config.threading.set_inter_op_parallelism_threads(1)
    return str(framework.__version__)


def start(system: str, backend: str, workload: str) -> Fit:
    """Build the model of ``workload`` in ``system``; the framework and the package are imported already."""
    name, _, variant = system.partition(":")
    if name == "native":
        return workloads.build_native(workload, backend, variant)
    keras = importlib.import_module(PACKAGES[name])
    return workloads.load(workload).keras(keras, KERAS_VARIANTS[variant or "default"])
