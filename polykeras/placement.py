"""Devices: what there is, and where new tensors go."""

from __future__ import annotations

from contextlib import AbstractContextManager

from polykeras.scope import current_backend


def devices() -> list[str]:
    """Names of the default backend's devices, such as ``"cpu:0"``, the one that it uses by default first."""
    return current_backend().devices()


def device(name: str) -> AbstractContextManager[None]:
    """``with device("gpu:0"):`` puts new tensors and variables of the default backend on that device.

    Raises `ArgumentError` for a name that is not among `devices()`.
    """
    return current_backend().device_scope(name)
