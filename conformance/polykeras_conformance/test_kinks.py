"""Gradients at kinks, ties, zeros and bad indices, where a convention decides: one table, the same on every backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend import Backend
from polykeras.ops.registry import REGISTRY
from polykeras_conformance.compare import assert_close
from polykeras_conformance.generation import generated
from polykeras_conformance.kinks.row import Kink
from polykeras_conformance.tables import numbered, rows
from polykeras_conformance.test_gradients import by_tape

pytestmark = pytest.mark.level("gradients")


def kinks(backend: Backend) -> list[Kink]:
    """The table; a name that occurs twice is numbered."""
    table = rows("polykeras_conformance.kinks")
    names = numbered([row.id for row in table])
    return [replace(row, name=name.removeprefix(f"{row.op}-")) for row, name in zip(table, names, strict=True)]


@generated(kinks, quick=24)
def test_gradient_at_kink(backend: Backend, case: Kink) -> None:
    """The backend's own gradient is the one in the table."""
    _check(backend, case, ops.value_and_grad)


def kinks_by_tape(backend: Backend) -> list[Kink]:
    """The table, for a backend that does not use the tape anyway."""
    return kinks(backend) if type(backend).value_and_grad is not Backend.value_and_grad else []


@generated(kinks_by_tape, quick=12)
def test_tape_at_kink(backend: Backend, case: Kink) -> None:
    """The tape over the backend's kernels gives the same."""
    _check(backend, case, by_tape(backend))


def _check(backend: Backend, case: Kink, differentiate: Callable[..., Any]) -> None:
    op = REGISTRY[case.op]

    def tensors(values: Sequence[Any]) -> list[Any]:
        return [backend.convert(v, "int32") if isinstance(v, np.ndarray) else v for v in values]

    between, rest = tensors(case.between), tensors(case.rest)

    def total(xs: Sequence[Any]) -> Any:
        result = op.call(xs[0], *between, *xs[1:], *rest, **case.options)
        return ops.sum(result[0] if isinstance(result, (tuple, list)) else result)

    _, grads = differentiate(total)([backend.convert(p, "float32") for p in case.points])
    for n, (g, expected) in enumerate(zip(grads, case.gradients, strict=True)):
        what = f"gradient of {case.id} by argument {n} on {backend.name}"
        assert backend.dtype_name(g) == "float32", f"{what}: dtype {backend.dtype_name(g)}"
        assert_close(what, backend.to_numpy(g), expected, "float32")
