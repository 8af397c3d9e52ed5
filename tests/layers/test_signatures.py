"""Every layer of Keras 3 is here, under its name, with its arguments and methods.

`tests/reference/keras3_layers.json` is a copy of what Keras 3.15 says of itself: the signatures of functions, those of
classes together with the public methods that they have beyond `Layer`'s. Not in it are image augmentation, text and
lookup layers, layers of one framework, quantization, and methods by which recurrent and preprocessing layers work
inside.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polykeras import layers

FILE = Path(__file__).parents[1] / "reference" / "keras3_layers.json"
REFERENCE: dict[str, Any] = json.loads(FILE.read_text())


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_name(name: str, takes: Callable[..., None]) -> None:
    entry = REFERENCE[name]
    methods = entry["methods"] if isinstance(entry, dict) else None
    assert name in layers.__all__
    ours = getattr(layers, name)
    assert inspect.isclass(ours) == (methods is not None)
    takes(f"keras.layers.{name}", ours, entry if methods is None else entry["signature"])
    missing = [method for method in methods or () if not callable(getattr(ours, method, None))]
    assert not missing, f"keras.layers.{name} lacks {missing}"
