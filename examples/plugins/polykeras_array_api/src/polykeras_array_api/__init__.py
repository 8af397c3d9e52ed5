"""Backends of polykeras on array libraries that follow the Python array API standard.

One `Backend` class, parametrised by a namespace (`backend`); a thin tensor class around the namespace's arrays (`tensor`);
the primitives on the standard's functions (`elementwise`, `movement`, `products`). Gradients, compilation, layers and
training come from the core.
"""

from __future__ import annotations

from typing import Any

from polykeras import BackendSpec, hookimpl


def _strict() -> Any:
    import array_api_strict as xp

    from polykeras_array_api.backend import ArrayBackend

    devices = {"cpu:0": "CPU_DEVICE", "device:1": "device1", "device:2": "device2"}
    return ArrayBackend("array_api_strict", xp, {name: xp.Device(native) for name, native in devices.items()})


def _torch() -> Any:
    import torch
    from array_api_compat import torch as xp

    from polykeras_array_api.backend import ArrayBackend

    gpus = {f"gpu:{i}": torch.device("cuda", i) for i in range(torch.cuda.device_count())}
    return ArrayBackend("array_api_torch", xp, {"cpu:0": torch.device("cpu"), **gpus})


def _spec(name: str, load: Any, distribution: str) -> BackendSpec:
    install = f"python -m pip install polykeras-array-api {distribution}"
    return BackendSpec(name, load, ("polykeras_array_api",), ("array-api-compat", distribution), install)


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """A backend for each namespace. What it runs on is imported when it is first used."""
    return [_spec("array_api_strict", _strict, "array-api-strict"), _spec("array_api_torch", _torch, "torch")]
