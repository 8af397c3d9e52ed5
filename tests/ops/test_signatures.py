"""Every function of Keras 3's `ops`, `random`, `tree` and `activations` is here, under its name and with its arguments.

`tests/reference/keras3_ops.json` is a copy of what Keras 3.15 says of itself: signatures by name, and for the
namespaces below `ops` the names that they list.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "keras3_ops.json").read_text())

SIGNATURES = [
    (space, name, signature)
    for space, names in REFERENCE.items()
    if isinstance(names, dict)
    for name, signature in names.items()
]

MORE: dict[str, tuple[str, ...]] = {
    "keras.ops.layer_normalization": ("rms_scaling",),  # one of Keras's keywords
}
"""Arguments that a function of ours takes beyond those of Keras 3, behind them, with a default."""

NO_KEYWORDS = {
    "keras.ops.einsum": "Keras's `optimize` chooses an order of the products, which here is the backend's affair",
    "keras.ops.layer_normalization": "the only keyword that is not an error in Keras has a name here",
    "keras.ops.multi_hot": "the only keyword that is not an error in Keras is an old name of num_classes",
}
"""Functions without the ``**kwargs`` of Keras's, and why: a misspelt argument shall be an error."""


def found(space: str, name: str) -> Any:
    """Our function of that name. Fails if there is none."""
    module = import_module(space.replace("keras", "polykeras", 1))
    assert hasattr(module, name), f"{space}.{name} is missing"
    return getattr(module, name)


@pytest.mark.parametrize(
    ("space", "name", "signature"), SIGNATURES, ids=[f"{space}.{name}" for space, name, _ in SIGNATURES]
)
def test_signature(space: str, name: str, signature: str, takes: Callable[..., None]) -> None:
    full = f"{space}.{name}"
    takes(full, found(space, name), signature, MORE.get(full, ()), keywords=full not in NO_KEYWORDS)


@pytest.mark.parametrize("space", [space for space, names in REFERENCE.items() if isinstance(names, list)])
def test_namespace(space: str) -> None:
    module = import_module(space.replace("keras", "polykeras", 1))
    missing = [name for name in REFERENCE[space] if not hasattr(module, name)]
    assert not missing, f"{space} lacks {missing}"
