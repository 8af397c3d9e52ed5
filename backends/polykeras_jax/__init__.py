"""The JAX backend of polykeras: ops are XLA programs, training steps are jitted with donated state."""

from __future__ import annotations

from polykeras.backend import Backend, BackendSpec
from polykeras.plugins import hookimpl


def _load() -> Backend:
    from polykeras_jax.backend import JaxBackend

    return JaxBackend()


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """The one backend of this adapter."""
    return [
        BackendSpec(
            name="jax",
            load=_load,
            modules=("jax", "jaxlib"),
            requires=("jax", "jaxlib"),
            install='python -m pip install "polykeras[jax]"',
        )
    ]
