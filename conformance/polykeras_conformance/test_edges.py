"""The table of edges (`polykeras_conformance.edges`), row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes, ops
from polykeras.backend import Backend
from polykeras.ops.registry import REGISTRY
from polykeras.tree import flatten
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.edges.row import Edge
from polykeras_conformance.generation import generated
from polykeras_conformance.tables import modules, numbered, rows

pytestmark = pytest.mark.level("core")


def edges(backend: Backend) -> list[Edge]:
    """The table, as far as the backend holds the dtypes; an id that occurs twice is numbered."""
    return _held(backend, rows("polykeras_conformance.edges"))


def exact_edges(backend: Backend) -> list[Edge]:
    """The rows in the lists called ``EXACT`` of the modules of the table."""
    table = [row for module in modules("polykeras_conformance.edges") for row in getattr(module, "EXACT", ())]
    return _held(backend, table)


def _held(backend: Backend, table: list[Edge]) -> list[Edge]:
    return [
        replace(row, id=name)
        for row, name in zip(table, numbered([row.id for row in table]), strict=True)
        if {v.dtype.name for v in flatten((row.args, row.answer)) if hasattr(v, "dtype")} <= set(backend.dtypes)
    ]


@generated(edges, quick=100)
def test_edge(backend: Backend, case: Edge) -> None:
    """The answer is the one in the table, dtype and shape included."""
    for what, found, answer in _results(backend, case):
        if dtypes.is_differentiable(answer.dtype.name):
            assert_close(what, found, answer, answer.dtype.name)
        else:
            assert_equal(what, found, answer)


@generated(exact_edges)
def test_exact_edge(backend: Backend, case: Edge) -> None:
    """The answer is the one in the table to the last bit, zeros of the same sign."""
    for what, found, answer in _results(backend, case):
        assert_equal(what, found, answer)
        numbers = answer == answer
        assert_equal(f"{what}, signs", np.signbit(found)[numbers], np.signbit(answer)[numbers])


def _results(backend: Backend, case: Edge) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """For each result of the case what it is, what it is found to be, and what it should be; dtypes are compared."""

    def tensor(v: Any) -> Any:
        return backend.convert(v, v.dtype.name) if hasattr(v, "dtype") else v

    args = [[tensor(v) for v in a] if isinstance(a, list) else tensor(a) for a in case.args]
    function = REGISTRY[case.op].call if case.op in REGISTRY else getattr(ops, case.op)
    results = flatten(function(*args, **case.options))
    answers = flatten(case.answer)
    assert len(results) == len(answers), f"{case.id}: {len(results)} results, expected {len(answers)}"
    for n, (result, answer) in enumerate(zip(results, answers, strict=True)):
        what = f"{case.id} on {backend.name}" + (f", result {n}" if len(answers) > 1 else "")
        assert backend.dtype_name(result) == answer.dtype.name, f"{what}: dtype {backend.dtype_name(result)}"
        yield what, backend.to_numpy(result), np.asarray(answer)
