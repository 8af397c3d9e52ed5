"""Functions of Keras 1 that are today's ops by another name, or with other names for their arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from polykeras.typing import Tensor

Function = Callable[..., Tensor]


def spelled(op: Function, doc: str, **arguments: Any) -> Function:
    """`op` with Keras 1's names for its first arguments, in order; each has its default as value, ``...`` for none."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    empty = inspect.Parameter.empty
    parameters = [inspect.Parameter(n, kind, default=empty if d is ... else d) for n, d in arguments.items()]
    signature = inspect.Signature(parameters)

    def run(*args: Any, **kwargs: Any) -> Tensor:
        if len(args) == len(parameters) and not kwargs:
            return op(*args)
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        return op(*given.args)

    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__doc__, run.__name__, run.__module__ = doc, getattr(op, "__name__", "op"), "polykeras.v1.backend"
    return run
