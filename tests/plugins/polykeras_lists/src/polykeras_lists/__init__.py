"""A backend of polykeras on plain Python lists: an example of a plugin that a third party publishes.

It supplies tensors (`tensor`), kernels of the primitives (`elementwise`, `kernels`) and conversion (`backend`).
Gradients, compilation, layers and training come from the core.
"""

from __future__ import annotations

from importlib import import_module

from polykeras import BackendSpec, hookimpl


@hookimpl
def polykeras_backends() -> list[BackendSpec]:
    """The one backend of this plugin. What it runs on is imported when it is first used."""
    return [
        BackendSpec(
            name="lists",
            load=lambda: import_module("polykeras_lists.backend").ListBackend(),
            modules=("polykeras_lists",),
            requires=("polykeras-lists",),
            install="python -m pip install polykeras-lists",
        )
    ]
