"""The TensorFlow backend of polykeras: eager ops, graph gradients, steps compiled by ``tf.function``."""

from __future__ import annotations

from contextlib import suppress

from polykeras import config
from polykeras.backend import Backend, BackendSpec
from polykeras.plugins import hookimpl


def _load() -> Backend:
    with config.unwritten():  # TensorFlow imports Keras, and Keras writes a config file
        from polykeras_tensorflow.backend import TensorFlowBackend

    return TensorFlowBackend()


def _distribution() -> str:
    """The name under which TensorFlow is installed: there are several of the same module."""
    from importlib.metadata import PackageNotFoundError, version

    for name in ("tensorflow", "tensorflow-cpu", "tf-nightly"):
        with suppress(PackageNotFoundError):
            version(name)
            return name
    return "tensorflow"


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """The one backend of this adapter."""
    return [
        BackendSpec(
            name="tensorflow",
            load=_load,
            modules=("tensorflow",),
            requires=(_distribution(),),
            install='python -m pip install "polykeras[tensorflow]"',
        )
    ]
