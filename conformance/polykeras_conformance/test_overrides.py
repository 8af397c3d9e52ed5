"""Every fused kernel that replaces a composite's body does what the body does: values, dtypes, gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes, ops
from polykeras.backend import Backend
from polykeras.ops.registry import Op
from polykeras_conformance import cases
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import assert_close, assert_equal, assert_within
from polykeras_conformance.generation import generated
from polykeras_conformance.test_values import expected_values

pytestmark = pytest.mark.level("core")

NEAR = 2e-5
"""How near two computations of one gradient in float32 come, relative to its size."""


@contextmanager
def without_override(backend: Backend, op: Op) -> Iterator[None]:
    """Inside, `op` runs its body on `backend`."""
    before, entry = backend.overrides, backend.entries[op.name]
    classes = [cls for cls, known in op.table.items() if known is entry]
    backend.overrides = {name: f for name, f in before.items() if name != op.name}
    backend.entries[op.name] = op.body  # type: ignore[assignment]
    op.table.update(dict.fromkeys(classes, op.body))  # type: ignore[arg-type]
    try:
        yield
    finally:
        backend.overrides = before
        backend.entries[op.name] = entry
        op.table.update(dict.fromkeys(classes, entry))


def overridden_calls(backend: Backend) -> list[Call]:
    """Two samples of each op that the backend overrides; random ones aside, which may draw other numbers.

    That the override is right on all samples and in every dtype, `test_values` says.
    """

    def keep(call: Call) -> bool:
        some = call.index < 2 and call.dtype == cases.first_dtype(call.op, call.index)
        return not cases.has_role(call.op, "Key") and (some or cases.amount == "thorough")

    return cases.calls(backend, keep, only=tuple(backend.overrides))


@generated(overridden_calls, quick=12)
def test_override_value(backend: Backend, case: Call) -> None:
    """The override's results are the body's, in dtype, shape and values."""
    fused = case.run(case.on(backend))
    with without_override(backend, case.op):
        plain = case.run(case.on(backend))
    assert len(fused) == len(plain), f"{case} on {backend.name}: {len(fused)} results, the body gives {len(plain)}"
    spreads = [np.asarray(spread) for _, spread in expected_values(case)]
    for n, (a, b) in enumerate(zip(fused, plain, strict=True)):
        what = f"result {n} of {case} on {backend.name}, by the override and by the body"
        dtype = backend.dtype_name(b)
        assert backend.dtype_name(a) == dtype, f"{what}: dtypes {backend.dtype_name(a)} and {dtype}"
        x, y = backend.to_numpy(a), backend.to_numpy(b)
        if dtype in dtypes.FLOATING:
            assert_close(what, x, y.astype("float64"), dtype, 2 * spreads[n])  # either of the two may be off
        else:
            assert_equal(what, x, y)


def overridden_differentiable_calls(backend: Backend) -> list[Call]:
    """Those in float32 that can be differentiated: what finite differences, in float64, say nothing about."""
    return [
        call
        for call in overridden_calls(backend)
        if call.grad
        and call.dtype == "float32"
        and (call.index == 0 or cases.amount == "thorough")
        and cases.floating_tensors(call) and _floating_results(call)
    ]


@generated(overridden_differentiable_calls, quick=3)
def test_override_gradient(backend: Backend, case: Call) -> None:
    """The override's gradients are the body's."""
    fused = _gradients(backend, case)
    with without_override(backend, case.op):
        plain = _gradients(backend, case)
    for n, (a, b) in enumerate(zip(fused, plain, strict=True)):
        what = f"gradient of {case} by tensor {n} on {backend.name}, by the override and by the body"
        assert_within(what, a, b, NEAR)


def _floating_results(call: Call) -> list[int]:
    return [n for n, rule in enumerate(call.expected) if rule.dtype in dtypes.FLOATING]


def _gradients(backend: Backend, call: Call) -> list[np.ndarray]:
    """By each floating tensor, of a weighted sum of the floating results."""
    places = cases.floating_tensors(call)
    arguments = call.on(backend)
    random = np.random.default_rng(0)
    weights = {
        n: backend.convert(random.uniform(-1.5, 1.5, call.expected[n].shape), call.expected[n].dtype)
        for n in _floating_results(call)
    }

    def total(xs: Sequence[Any]) -> Any:
        results = call.run(cases.replaced(arguments, places, xs))
        terms = [ops.sum(ops.multiply(results[n], w)) for n, w in weights.items()]
        return terms[0] if len(terms) == 1 else ops.sum(ops.stack(terms))

    points = [cases.at(arguments, place) for place in places]
    step = ops.grad(total)
    grads = (backend.compile(step) if cases.compiles_each_op(backend) else step)(points)
    return [backend.to_numpy(g).astype("float64") for g in grads]
