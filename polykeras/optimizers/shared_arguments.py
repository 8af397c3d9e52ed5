"""The arguments that all optimizers share, said once: they are those of `Optimizer.__init__`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer

_KEYWORD = inspect.Parameter.POSITIONAL_OR_KEYWORD


def with_shared_arguments(init: Callable[..., None]) -> Callable[..., None]:
    """Let an ``__init__`` take the arguments of `Optimizer` in the place of its ``**shared``.

        class Adagrad(Optimizer):
            @with_shared_arguments
            def __init__(self, learning_rate=0.001, epsilon=1e-7, **shared):
                super().__init__(learning_rate, **shared)
                self.epsilon = epsilon

    They follow its own ones, also by position, except for those that it names itself; what it takes by keyword alone
    comes behind them. `Optimizer.get_config` finds the own ones as attributes of the same names.
    """
    *named, rest = inspect.signature(init).parameters.values()
    taken = {p.name for p in named}
    inherited = list(inspect.signature(Optimizer.__init__).parameters.values())
    shared = [p for p in inherited if p.name not in taken and p.kind is _KEYWORD]
    first = [p for p in named if p.kind is _KEYWORD]
    last = [p.replace(kind=_KEYWORD) for p in named if p.kind is not _KEYWORD]
    complete = [*first, *shared, *last]

    @functools.wraps(init)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        if len(args) > len(first):
            if len(args) > len(complete):
                raise TypeError(f"{type(args[0]).__name__} takes {len(complete) - 1} arguments, got {len(args) - 1}.")
            by_place = dict(zip((p.name for p in complete[len(first) :]), args[len(first) :]))
            twice = by_place.keys() & kwargs.keys()
            if twice:
                raise ArgumentError(f"{type(args[0]).__name__}: {', '.join(sorted(twice))} is given twice.")
            kwargs.update(by_place)
        init(*args[: len(first)], **kwargs)

    wrapper.__signature__ = inspect.Signature([*complete, rest.replace(name="kwargs")])  # type: ignore[attr-defined]
    own = [p.name for p in named[1:] if p.name not in {q.name for q in inherited}]
    wrapper.own_arguments = own  # type: ignore[attr-defined]
    return wrapper
