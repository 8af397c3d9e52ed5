"""The table of edges (`polykeras_conformance.edges`), row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.ops.registry import REGISTRY
from polykeras.tree import flatten
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.edges.row import Edge
from polykeras_conformance.generation import generated
from polykeras_conformance.tables import numbered, rows

pytestmark = pytest.mark.level("core")


def edges(backend: Backend) -> list[Edge]:
    """The table, as far as the backend holds the dtypes; an id that occurs twice is numbered."""
    table = rows("polykeras_conformance.edges")
    return [
        replace(row, id=name)
        for row, name in zip(table, numbered([row.id for row in table]), strict=True)
        if {v.dtype.name for v in flatten((row.args, row.answer)) if hasattr(v, "dtype")} <= set(backend.dtypes)
    ]


@generated(edges, quick=150)
def test_edge(backend: Backend, case: Edge) -> None:
    """The answer is the one in the table, dtype and shape included."""

    def tensor(v: Any) -> Any:
        return backend.convert(v, v.dtype.name) if hasattr(v, "dtype") else v

    args = [[tensor(v) for v in a] if isinstance(a, list) else tensor(a) for a in case.args]
    results = flatten(REGISTRY[case.op].call(*args, **case.options))
    answers = flatten(case.answer)
    assert len(results) == len(answers), f"{case.id}: {len(results)} results, expected {len(answers)}"
    for n, (result, answer) in enumerate(zip(results, answers, strict=True)):
        what = f"{case.id} on {backend.name}" + (f", result {n}" if len(answers) > 1 else "")
        assert backend.dtype_name(result) == answer.dtype.name, f"{what}: dtype {backend.dtype_name(result)}"
        if answer.dtype.name in dtypes.FLOATING:
            assert_close(what, backend.to_numpy(result), answer, answer.dtype.name)
        else:
            assert_equal(what, backend.to_numpy(result), answer)
