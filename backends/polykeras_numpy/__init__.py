"""The NumPy backend of polykeras: needs nothing but NumPy and SciPy, and trains through the core's tape."""

from __future__ import annotations

from polykeras.backend import Backend, BackendSpec
from polykeras.plugins import hookimpl


def _load() -> Backend:
    from polykeras_numpy.backend import NumpyBackend

    return NumpyBackend()


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """The one backend of this adapter."""
    return [
        BackendSpec(
            name="numpy",
            load=_load,
            modules=("numpy",),
            requires=("numpy", "scipy"),
            install="python -m pip install polykeras",
        )
    ]
