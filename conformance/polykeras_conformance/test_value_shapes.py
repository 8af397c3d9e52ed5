"""Ops whose result's shape depends on values: eager everywhere, and never wrong in a compiled step."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend import Backend
from polykeras.errors import TraceError
from polykeras.interpreters.abstract import AbstractTensor
from polykeras.tree import flatten
from polykeras_conformance.compare import assert_equal
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("compile")


@dataclass(frozen=True)
class Shapeless:
    """A call whose result has another shape for each of two arguments, and what it gives for the second."""

    id: str
    run: Callable[[Any], Any]
    arguments: tuple[list[int], list[int]]
    answer: list[list[int]]


CALLS = [
    Shapeless("nonzero", ops.nonzero, ([0, 1, 2], [3, 0, 0]), [[0]]),
    Shapeless("unique", ops.unique, ([2, 1, 3], [4, 4, 1]), [[1, 4]]),
    Shapeless("bincount", ops.bincount, ([0, 1, 0], [2, 2, 0]), [[1, 0, 2]]),
    Shapeless("segment_sum", lambda x: ops.segment_sum(x, x), ([0, 1, 0], [2, 2, 0]), [[0, 0, 4]]),
    Shapeless("segment_max", lambda x: ops.segment_max(x, x), ([1, 1, 0], [0, 0, 0]), [[0]]),
]


def calls(backend: Backend) -> list[Shapeless]:
    """The table."""
    return CALLS


@generated(calls)
def test_shape_by_values(backend: Backend, case: Shapeless) -> None:
    """Eager, the op answers. Compiled, it is refused by name, or the step runs uncompiled and answers rightly."""
    xs = [backend.convert(np.array(a), "int32") for a in case.arguments]

    def check(what: str, result: Any) -> None:
        for found, expected in zip(flatten(result), case.answer, strict=True):
            assert_equal(what, backend.to_numpy(found), np.array(expected))

    check(f"{case.id} on {backend.name}", case.run(xs[1]))
    compiled = backend.compile(case.run)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # says that the step runs uncompiled
        try:
            compiled(xs[0])
            check(f"compiled {case.id} on {backend.name}", compiled(xs[1]))
        except TraceError as error:
            assert case.id in str(error), f"compiled {case.id} on {backend.name}: {error}; should name the op"


@generated(calls)
def test_no_shape_by_inference(backend: Backend, case: Shapeless) -> None:
    """Shape inference refuses it by name."""
    with pytest.raises(TraceError, match=case.id):
        case.run(AbstractTensor((3,), "int32"))
