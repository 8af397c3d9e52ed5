"""``polykeras run script.py``: a script that says ``import keras``, on polykeras."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import re
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from polykeras.errors import ArgumentError

PACKAGES = {"v1": "polykeras.v1", "v3": "polykeras"}
_OLD = re.compile(
    r"\b(nb_epoch|output_dim|nb_filter|border_mode|W_regularizer|inner_init|subsample|dim_ordering|np_utils|objectives"
    r"|initializations|Convolution[123]D|Merge|merge|input=|output=|nb_classes|image_dim_ordering)\b"
)
_NEW = re.compile(
    r"\b(epochs|units|kernel_size|kernel_initializer|data_format|inputs=|outputs=|keras\.ops|optimizers\.schedules)\b"
)


class Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``keras`` and what is inside it as the modules of another package, which stay what they are."""

    def __init__(self, package: str) -> None:
        self.package = package
        self._own: dict[ModuleType, tuple[Any, Any]] = {}  # what the import system is about to write over

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """A spec for ``keras`` and its submodules; None for everything else."""
        if fullname.partition(".")[0] != "keras":
            return None
        real = self.package + fullname.removeprefix("keras")
        if fullname != "keras" and importlib.util.find_spec(real) is None:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> ModuleType:
        """The other package's module itself."""
        module = importlib.import_module(self.package + spec.name.removeprefix("keras"))
        self._own[module] = (module.__spec__, module.__loader__)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Only give the module back what it says of itself: it was executed when it was imported by its own name."""
        module.__spec__, module.__loader__ = self._own.pop(module)


def guessed_api(source: str) -> str:
    """``"v1"`` for a script with more of Keras 1's spellings than of today's, else ``"v3"``."""
    return "v1" if len(_OLD.findall(source)) > len(_NEW.findall(source)) else "v3"


def run_script(script: str, arguments: Sequence[str], api: str | None = None, backend: str | None = None) -> int:
    """Run `script` with `arguments`, ``keras`` standing for polykeras; returns 0. What it raises is raised.

    Without `api` it is guessed from the script's spellings, and said. Keras, if it is installed, is left alone: only this
    run takes the name. Raises `ArgumentError` for a script that does not exist.
    """
    path = Path(script)
    if not path.is_file():
        raise ArgumentError(f"run: there is no file {script}.")
    if api is None:
        api = guessed_api(path.read_text(encoding="utf-8"))
        print(
            f"polykeras: {script} is run as Keras {'1' if api == 'v1' else '3'}; --api says otherwise.", file=sys.stderr
        )
    if backend is not None:
        from polykeras.scope import set_backend

        set_backend(backend)
    before = {name: m for name, m in sys.modules.items() if name.partition(".")[0] == "keras"}
    finder, argv, folder = Alias(PACKAGES[api]), sys.argv, str(path.resolve().parent)
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    sys.argv = [script, *arguments]
    sys.path.insert(0, folder)
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        sys.meta_path.remove(finder)
        sys.argv = argv
        sys.path.remove(folder)
        for name in [n for n in sys.modules if n.partition(".")[0] == "keras"]:
            del sys.modules[name]
        sys.modules.update(before)
    return 0
