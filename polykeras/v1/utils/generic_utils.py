"""Looking things up by name, functions as data, and the progress bar."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, UnknownNameError, did_you_mean

_custom_objects: dict[str, Any] = {}


class CustomObjectScope:
    """``with CustomObjectScope({"name": object}):`` lets configurations name these objects inside the block."""

    def __init__(self, *args: Any) -> None:
        self.custom_objects = args
        self.backup: dict[str, Any] = {}

    def __enter__(self) -> CustomObjectScope:
        self.backup = dict(_custom_objects)
        for objects in self.custom_objects:
            _custom_objects.update(objects or {})
        return self

    def __exit__(self, *error: Any) -> None:
        _custom_objects.clear()
        _custom_objects.update(self.backup)


def custom_object_scope(*args: Any) -> CustomObjectScope:
    """See `CustomObjectScope`."""
    return CustomObjectScope(*args)


def get_custom_objects() -> dict[str, Any]:
    """The objects that configurations may name, by name; the dictionary itself."""
    return _custom_objects


def get_from_module(
    identifier: Any,
    module_params: dict[str, Any],
    module_name: str,
    instantiate: bool = False,
    kwargs: dict[str, Any] | None = None,
) -> Any:
    """What a name or a configuration stands for among custom objects and the names of a module.

    Args:
        identifier: a name; a dictionary with ``"name"`` and arguments; anything else stands for itself.
        module_params: the names and their objects.
        module_name: what a message calls them.
        instantiate: whether the object is a class or factory to call, with `kwargs`.

    Raises `UnknownNameError` for a name that does not exist.
    """
    if isinstance(identifier, dict):
        arguments = dict(identifier)
        name = arguments.pop("name")
        return _named(name, module_params, module_name)(**arguments, **(kwargs or {}))
    if not isinstance(identifier, str):
        return identifier
    found = _named(identifier, module_params, module_name)
    return found(**(kwargs or {})) if instantiate else found


def _named(name: str, module_params: dict[str, Any], module_name: str) -> Any:
    found = _custom_objects.get(name) or module_params.get(name)
    if found is None or name.startswith("_") or not callable(found):
        public = [n for n, f in module_params.items() if callable(f) and not n.startswith("_")]
        raise UnknownNameError(f"There is no {module_name} named {name!r}.{did_you_mean(name, public)}")
    return found


def make_tuple(*args: Any) -> tuple[Any, ...]:
    """The arguments as a tuple."""
    return args


def func_dump(func: Any) -> tuple[str, Any, Any]:
    """Refused for what has no name: functions are saved by the place where they can be imported from."""
    module, name = getattr(func, "__module__", None), getattr(func, "__qualname__", "")
    if module is None or "<" in name:
        raise ArgumentError(
            f"{func!r} has no name to save it by, and code is not put into files. Define it in a module, and give it "
            "as a custom object on loading."
        )
    return f"{module}:{name}", getattr(func, "__defaults__", None), None


def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Any:
    """The custom object of the name that `func_dump` gave. Code, as Keras 1 wrote it, is refused and never run."""
    name = code.rpartition(":")[2] if isinstance(code, str) else None
    if name not in _custom_objects:
        raise ArgumentError(
            f"The function {name or 'in the file'} is not among the custom objects. Code inside files is never run: "
            "give the function as a custom object."
        )
    return _custom_objects[name]


class Progbar:
    """A progress bar with running means.

    Args:
        target: number of steps.
        width: characters of the bar.
        verbose: 0 nothing, 1 a bar, 2 a line at the end.
        interval: seconds between two redraws.
    """

    def __init__(self, target: int, width: int = 30, verbose: int = 1, interval: float = 0.05) -> None:
        self.target, self.width, self.verbose, self.interval = target, width, verbose, interval
        self.sum_values: dict[str, list[float]] = {}
        self.unique_values: list[str] = []
        self.start, self.last_update, self.seen_so_far = time.time(), 0.0, 0

    def update(self, current: int, values: Any = (), force: bool = False) -> None:
        """Show step `current`; `values` are pairs of a name and a value, averaged over the steps."""
        for name, value in values:
            steps = current - self.seen_so_far
            if name not in self.sum_values:
                self.sum_values[name] = [0.0, 0.0]
                self.unique_values.append(name)
            self.sum_values[name][0] += float(value) * steps
            self.sum_values[name][1] += steps
        self.seen_so_far = current
        now, last = time.time(), current >= self.target
        if self.verbose == 0 or (self.verbose == 2 and not last):
            return
        if not force and now - self.last_update < self.interval and not last:
            return
        self.last_update = now
        means = [f"{n}: {self.sum_values[n][0] / max(1.0, self.sum_values[n][1]):.4f}" for n in self.unique_values]
        done = int(self.width * min(1.0, current / self.target)) if self.target else self.width
        bar = f"{current}/{self.target} [{'=' * done}{'.' * (self.width - done)}]"
        line = " - ".join([bar, f"{now - self.start:.0f}s", *means])
        sys.stdout.write(("\r" if self.verbose == 1 else "") + line + ("\n" if last else ""))
        sys.stdout.flush()

    def add(self, n: int, values: Any = ()) -> None:
        """`update` by n more steps."""
        self.update(self.seen_so_far + n, values)


def as_plain(value: Any) -> Any:
    """Tuples as lists, NumPy's numbers as Python's: what a configuration holds."""
    if isinstance(value, (list, tuple)):
        return [as_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: as_plain(v) for k, v in value.items()}
    return value.item() if isinstance(value, np.generic) else value
