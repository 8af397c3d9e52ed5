"""The name ``keras`` for another package, for a while."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

NAME = "keras"
_PRIVATE = ("src", "api", "legacy")


class Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``keras`` and what is inside it as the modules of another package, which stay what they are."""

    def __init__(self, package: str) -> None:
        self.package = package
        self._own: dict[ModuleType, tuple[Any, Any]] = {}  # what the import system is about to write over

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """A spec for ``keras`` and its submodules; None for everything else.

        Raises `ModuleNotFoundError`, as the import does, for a submodule that the other package does not have.
        """
        root, _, rest = fullname.partition(".")
        if root != NAME:
            return None
        if rest and importlib.util.find_spec(f"{self.package}.{rest}") is None:
            first = rest.partition(".")[0]
            why = (
                f"{NAME}.{first} is private to Keras: import from its public modules, such as {NAME}.layers"
                if first in _PRIVATE or first.startswith("_")
                else f"{self.package}, which stands for {NAME} in this run, has no such module"
            )
            raise ModuleNotFoundError(f"No module named {fullname!r}: {why}.", name=fullname)
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> ModuleType:
        """The other package's module itself."""
        module = importlib.import_module(self.package + spec.name.removeprefix(NAME))
        self._own[module] = (module.__spec__, module.__loader__)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Only give the module back what it says of itself: it was executed when it was imported by its own name."""
        module.__spec__, module.__loader__ = self._own.pop(module)


@contextmanager
def aliased(package: str) -> Iterator[None]:
    """Inside, ``import keras`` gives `package`. Afterwards what was imported as ``keras`` before is there again."""

    def held() -> dict[str, ModuleType]:
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == NAME}

    before, finder = held(), Alias(package)
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in held():
            del sys.modules[name]
        sys.modules.update(before)
