"""Fixtures that several test modules share. Test modules do not import each other."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from polykeras_conformance import tables
from polykeras_conformance.layer_cases.case import LayerCase

_CASES = tables.entries("polykeras_conformance.layer_cases", "CASES")


@pytest.fixture
def takes() -> Callable[..., None]:
    """A function: asserts that a callable takes the arguments of a signature, written as in a definition."""

    def form(parameter: inspect.Parameter) -> tuple[Any, ...]:
        # What callers see of a parameter. ``1`` and ``1.0`` are the same default, `True` is not; and a number for all
        # axes says the same as a tuple that repeats it.
        default = parameter.default
        while isinstance(default, tuple) and len(set(default)) == 1:
            default = default[0]
        return parameter.name, type(default) is bool, default, parameter.kind

    def check(name: str, ours: Any, signature: str, more: tuple[str, ...] = (), keywords: bool = True) -> None:
        scope: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
        exec(f"def f{signature}: ...", scope)
        wanted = [p for p in inspect.signature(scope["f"]).parameters.values() if p.name != "self"]
        if not keywords:
            wanted = [p for p in wanted if p.kind is not p.VAR_KEYWORD]
        has = list(inspect.signature(ours).parameters.values())
        for mine, theirs in zip(has, wanted, strict=False):
            assert form(mine) == form(theirs), f"{name} takes {mine}, Keras 3 {theirs}: {signature}"
        assert len(has) >= len(wanted), f"{name} has no {[p.name for p in wanted[len(has) :]]}: {signature}"
        beyond = [p for p in has[len(wanted) :] if p.kind is not p.VAR_KEYWORD]
        assert tuple(p.name for p in beyond) == more
        assert all(p.default is not p.empty for p in beyond)

    return check


@pytest.fixture(params=_CASES.values(), ids=_CASES)
def layer_case(request: pytest.FixtureRequest) -> LayerCase:
    """One of a table of layers with inputs: what holds for every layer is tested on all of them."""
    case: LayerCase = request.param
    return case


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``golden`` is each question about a golden record of Keras 1.2.2: see ``tests/golden``."""
    if "golden" in metafunc.fixturenames:
        sys.path.insert(0, str(Path(__file__).parent))
        try:
            records, checks = (import_module(f"golden.{name}") for name in ("records", "checks"))
        finally:
            sys.path.pop(0)
        found = checks.pairs(records.all_records())
        metafunc.parametrize("golden", found, ids=[f"{check.__name__}-{record.id}" for check, record in found])
