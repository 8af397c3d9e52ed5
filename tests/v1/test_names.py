"""The public names of Keras 1.2.2, with their arguments, as they are recorded in `tests/reference`."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

NAMES = json.loads((Path(__file__).parent.parent / "reference" / "keras1_api.json").read_text(encoding="utf-8"))
OTHER_ARGUMENTS = {
    "keras.engine.topology.Node",  # made of a node of today's graph
    "keras.models.Sequential",  # a tuple as the default, which cannot be changed by accident
}


def _found(name: str) -> Any:
    module, _, attribute = name.replace("keras.", "polykeras.v1.", 1).rpartition(".")
    return getattr(import_module(module), attribute)


def test_the_reference_has_all() -> None:
    assert len(NAMES) == 590


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name(name: str) -> None:
    ours, known = _found(name), NAMES[name]
    for method in known.get("methods", ()):
        assert hasattr(ours, method), method
    if name in OTHER_ARGUMENTS or "*args" in known["signature"]:
        return
    scope: dict[str, Any] = {}
    exec(f"def f{known['signature']}: ...", scope)
    wanted = [p for p in inspect.signature(scope["f"]).parameters.values() if p.name not in ("self", "kwargs")]
    have = [p for p in inspect.signature(ours).parameters.values() if p.name != "kwargs"]
    assert [p.name for p in have][: len(wanted)] == [p.name for p in wanted]
    for mine, theirs in zip(have, wanted, strict=False):
        assert mine.default == theirs.default or theirs.default in ([], {}), mine.name
