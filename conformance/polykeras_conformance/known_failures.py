"""What an adapter says it cannot do yet: `known_failures.toml` in its package."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from polykeras.backend import Backend

FILE = "known_failures.toml"


@dataclass(frozen=True)
class KnownFailure:
    """A test that must fail, or a pattern of names of such tests in which ``*`` stands for anything."""

    test: str
    reason: str

    def matches(self, name: str) -> bool:
        """Whether `name`, such as ``"test_values.py::test_value[exp-0-float16]"``, is meant."""
        return re.fullmatch(".*".join(map(re.escape, self.test.split("*"))), name) is not None


def read(backend: Backend) -> list[KnownFailure]:
    """The adapter's list, empty if it keeps none. Raises ValueError if the file is not as it should be."""
    path = _folder(backend) / FILE
    if not path.is_file():
        return []
    with path.open("rb") as file:
        found = _toml().load(file)
    entries = found.pop("failure", [])
    if found or any(set(e) != {"test", "reason"} or not all(map(_says_something, e.values())) for e in entries):
        raise ValueError(f"{path}: may hold only [[failure]] tables with the keys test and reason, both filled in.")
    return [KnownFailure(**entry) for entry in entries]


def _folder(backend: Backend) -> Path:
    """Where the module of the backend's class lies."""
    return Path(str(sys.modules[type(backend).__module__].__file__)).parent


def _says_something(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _toml() -> Any:
    # Where the standard library lacks it, pytest brings it.
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
