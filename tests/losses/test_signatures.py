"""Every loss and metric of Keras 3 is here, under its name, with its arguments and methods.

`tests/reference/keras3_losses_metrics.json` is a copy of what Keras 3.15 says of itself: the signatures of functions,
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

FILE = Path(__file__).parents[1] / "reference" / "keras3_losses_metrics.json"
ENTRIES = [
    (space, name, entry if isinstance(entry, dict) else {"signature": entry})
    for space, names in json.loads(FILE.read_text()).items()
    for name, entry in names.items()
]


@pytest.mark.parametrize(("space", "name", "entry"), ENTRIES, ids=[f"{space}.{name}" for space, name, _ in ENTRIES])
def test_name(space: str, name: str, entry: dict[str, Any], takes: Callable[..., None]) -> None:
    module = import_module(space.replace("keras", "polykeras", 1))
    assert name in module.__all__
    ours = getattr(module, name)
    assert inspect.isclass(ours) == ("methods" in entry)
    takes(f"{space}.{name}", ours, entry["signature"])
    missing = [method for method in entry.get("methods", ()) if not callable(getattr(ours, method, None))]
    assert not missing, f"{space}.{name} lacks {missing}"


def test_short_names() -> None:
    """The strings that Keras 3 takes for losses and metrics beside the names of their functions and classes."""
    from polykeras import losses, metrics

    functions = {
        "bce": "binary_crossentropy",
        "kld": "kl_divergence",
        "mae": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error",
        "mse": "mean_squared_error",
        "msle": "mean_squared_logarithmic_error",
    }
    for short, function in functions.items():
        for spelling in (short, short.upper()):
            assert losses.get(spelling) is getattr(losses, function)
            assert metrics.get(spelling).name == function
