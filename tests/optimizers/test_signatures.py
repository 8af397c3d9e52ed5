"""Every optimizer, schedule, initializer, regularizer, constraint and callback of Keras 3 is here, as Keras has it.

`tests/reference/keras3_training_objects.json` is a copy of what Keras 3.15 says of itself: the signatures of functions,
those of classes together with their public methods.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[1] / "reference" / "keras3_training_objects.json"
ENTRIES = [
    (f"{space}.{name}", entry if isinstance(entry, dict) else {"signature": entry})
    for space, names in json.loads(FILE.read_text()).items()
    for name, entry in names.items()
]
ANYTHING = "(self, /, *args, **kwargs)"  # of classes without an __init__ of their own


@pytest.mark.parametrize(("full", "entry"), ENTRIES, ids=[full for full, _ in ENTRIES])
def test_name(full: str, entry: dict[str, Any], takes: Callable[..., None]) -> None:
    space, _, name = full.rpartition(".")
    module = import_module(space.replace("keras", "polykeras", 1))
    assert name in module.__all__
    ours = getattr(module, name)
    assert inspect.isclass(ours) == ("methods" in entry)
    if entry["signature"] != ANYTHING:
        takes(full, ours, entry["signature"])
    missing = [method for method in entry.get("methods", ()) if not callable(getattr(ours, method, None))]
    assert not missing, f"{full} lacks {missing}"
