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
NOT_YET: frozenset[str] = frozenset(
    {
        "Bidirectional",
        "ConvLSTM1D",
        "ConvLSTM2D",
        "ConvLSTM3D",
        "Pipeline",
        "StackedRNNCells",
        "TimeDistributed",
    }
)


@pytest.mark.parametrize("name", sorted(REFERENCE.keys() - NOT_YET))
def test_name(name: str, takes: Callable[..., None]) -> None:
    entry = REFERENCE[name]
    methods = entry["methods"] if isinstance(entry, dict) else None
    assert name in layers.__all__
    ours = getattr(layers, name)
    assert inspect.isclass(ours) == (methods is not None)
    takes(f"keras.layers.{name}", ours, entry if methods is None else entry["signature"])
    missing = [method for method in methods or () if not callable(getattr(ours, method, None))]
    assert not missing, f"keras.layers.{name} lacks {missing}"


def test_what_is_not_there_yet() -> None:
    """`NOT_YET` names exactly what is missing: what has come must be taken off it, so that it is tested above."""
    assert {name for name in REFERENCE if name not in layers.__all__} == NOT_YET
