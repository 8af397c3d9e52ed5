"""`LambdaCallback`: a callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Callback
from polykeras.errors import ArgumentError, did_you_mean

Hook = Callable[..., Any] | None


class LambdaCallback(Callback):
    """A callback whose methods are the functions given by name, such as ``on_epoch_end=lambda epoch, logs: ...``.

    Any method of `Callback` can be given. Raises `ArgumentError` for what is none.
    """

    def __init__(
        self,
        on_epoch_begin: Hook = None,
        on_epoch_end: Hook = None,
        on_train_begin: Hook = None,
        on_train_end: Hook = None,
        on_train_batch_begin: Hook = None,
        on_train_batch_end: Hook = None,
        **kwargs: Hook,
    ) -> None:
        super().__init__()
        named = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        for name, function in {**named, **kwargs}.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                hint = did_you_mean(name, [n for n in dir(Callback) if n.startswith("on_")])
                raise ArgumentError(f"LambdaCallback: callbacks have no method {name!r}.{hint}")
            if function is not None:
                setattr(self, name, function)
