"""The PyTorch backend of polykeras: plain `torch.Tensor`s, PyTorch's own gradients, recorded or compiled steps."""

from __future__ import annotations

from polykeras.backend import Backend, BackendSpec
from polykeras.plugins import hookimpl


def _load() -> Backend:
    from polykeras_torch.backend import TorchBackend

    return TorchBackend()


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """The one backend of this adapter."""
    return [
        BackendSpec(
            name="torch",
            load=_load,
            modules=("torch",),
            requires=("torch",),
            install="python -m pip install 'polykeras[torch]'",
        )
    ]
