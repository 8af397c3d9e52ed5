"""Today's classes and methods, made to accept the old spellings of their arguments."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from polykeras.legacy.spellings import ARGUMENTS, DEFAULTS, OPTIMIZERS, is_old, translate

_warned: set[tuple[str, str]] = set()


def forget_warnings() -> None:
    """Warn of each old name once more."""
    _warned.clear()


def warn_of(owner: str, renamed: dict[str, str], stacklevel: int = 2) -> None:
    """One `DeprecationWarning` for each old name of `owner`, in the whole process."""
    for old, new in renamed.items():
        if (owner, old) not in _warned:
            _warned.add((owner, old))
            warnings.warn(f"{owner}: {old} is Keras 1's spelling of {new}.", DeprecationWarning, stacklevel + 1)


def today(owner: str, arguments: dict[str, Any], stacklevel: int = 2) -> dict[str, Any]:
    """The arguments of `owner` in today's spelling, with a warning for each old one."""
    if not is_old(owner, arguments):
        return arguments
    new, renamed = translate(owner, arguments)
    warn_of(owner, renamed, stacklevel + 1)
    return new


def accepting(owner: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, called with old names of keyword arguments too."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **today(owner, kwargs))

    @wraps(function)
    def run_with_defaults(self: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs = today(owner, kwargs)
        return function(self, *args, **(kwargs if args else DEFAULTS[owner] | kwargs))

    return run_with_defaults if owner in DEFAULTS else run


def accept_in_constructors(namespace: dict[str, Any]) -> None:
    """Make the classes of a module that the table names accept old arguments."""
    for name in ARGUMENTS:
        cls: Any = namespace.get(name)
        if inspect.isclass(cls):
            cls.__init__ = accepting(name, cls.__init__)  # type: ignore[method-assign]


def accept_in_optimizers(namespace: dict[str, Any]) -> None:
    """Make a module's optimizers accept ``lr`` and ``decay``, which becomes a schedule of the learning rate, and have ``lr``."""
    for name in OPTIMIZERS:
        cls: Any = namespace[name]
        cls.__init__ = _with_decay(name, cls.__init__)
        cls.lr = property(_old_rate, _set_old_rate)


def _old_rate(optimizer: Any) -> Any:
    """Keras 1's name of `learning_rate`."""
    warn_of(type(optimizer).__name__, {"lr": "learning_rate"})
    return optimizer.learning_rate


def _set_old_rate(optimizer: Any, value: Any) -> None:
    warn_of(type(optimizer).__name__, {"lr": "learning_rate"})
    optimizer.learning_rate = value


def _with_decay(name: str, init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def run(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs = today(name, kwargs)
        if "decay" in kwargs:
            schedule = import_module("polykeras.optimizers.schedules").InverseTimeDecay
            decay, kwargs = kwargs["decay"], {k: v for k, v in kwargs.items() if k != "decay"}
            warn_of(name, {"decay": "learning_rate=InverseTimeDecay(lr, 1, decay)"})
            if decay:
                bound = inspect.signature(init).bind_partial(self, *args, **kwargs)
                bound.apply_defaults()
                rate = bound.arguments["learning_rate"]
                kwargs = {**kwargs, "learning_rate": schedule(rate, 1, decay)}
        init(self, *args, **kwargs)

    return run


class _OldName(type):
    """The class of an old name of a class: calling it makes an object of today's class, by arguments of old or new."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        target, old = cls._target, getattr(import_module("polykeras.v1.layers"), cls.__name__)  # type: ignore[attr-defined]
        if _is_old_call(old, args, kwargs):
            new, renamed = translate(target.__name__, _by_name(old, args, kwargs))
            said = {k: v for k, v in renamed.items() if any(part in kwargs for part in k.split(" and "))}
            warn_of(cls.__name__, {cls.__name__: f"{target.__name__}({', '.join(new)})", **said})
            return target(**new)
        if cls._gone:  # type: ignore[attr-defined]
            warn_of(cls.__name__, {cls.__name__: target.__name__})
        return target(*args, **today(target.__name__, kwargs))

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls._target)  # type: ignore[attr-defined]


def _is_old_call(old: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether positional arguments are Keras 1's: the sizes of a window one by one."""
    names = list(inspect.signature(old).parameters)
    window = [n for n in names if n in ("nb_row", "nb_col", "filter_length") or n.startswith("kernel_dim")]
    if any(n in kwargs for n in ("nb_filter", *window)):
        return True
    sizes = args[1 : 1 + len(window)]
    return len(window) > 1 and len(sizes) == len(window) and all(isinstance(n, int) for n in sizes)


def _by_name(old: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    bound = inspect.signature(old).bind_partial(*args, **kwargs).arguments
    return {**{k: v for k, v in bound.items() if k != "kwargs"}, **bound.get("kwargs", {})}


def old_name(name: str, target: type, gone: bool = False) -> Any:
    """A class called `name`: calls with Keras 1's positional arguments, or with today's, make a `target`.

    `gone` says that Keras does not have the name any more; else it is told of only in calls with old arguments.
    """
    cls = _OldName(name, (target,), {"__doc__": target.__doc__, "__module__": target.__module__})
    cls._target, cls._gone = target, gone  # type: ignore[attr-defined]
    cls.__signature__ = inspect.signature(target)  # type: ignore[attr-defined]
    return cls
