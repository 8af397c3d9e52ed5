"""`LambdaCallback`: a callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Callback
from polykeras.errors import ArgumentError


class LambdaCallback(Callback):
    """A callback whose methods are the functions given by name, such as ``on_epoch_end=lambda epoch, logs: ...``."""

    def __init__(self, **functions: Callable[..., Any] | None) -> None:
        super().__init__()
        for name, function in functions.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                raise ArgumentError(f"LambdaCallback: callbacks have no method {name!r}.")
            if function is not None:
                setattr(self, name, function)
