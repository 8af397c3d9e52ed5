"""Gradients against finite differences of the references, to second order; where those fail, see `test_kinks`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from polykeras import ops, plugins
from polykeras.backend import Backend
from polykeras.interpreters import tape
from polykeras.scope import backend_scope
from polykeras_conformance import cases
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import assert_within
from polykeras_conformance.differences import FIRST_ORDER, SECOND_ORDER, Scalar
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("gradients")

EXACT = 1e-11
"""How near two computations of one gradient in float64 come, relative to its size."""


def differentiable_calls(backend: Backend) -> list[Call]:
    """The calls in float64 that have something to differentiate by, and do not lose digits on the way."""
    return cases.calls(backend, _in_float64)


def some_differentiable_calls(backend: Backend) -> list[Call]:
    """The first sample of each op that the backend supplies: `test_compile` differentiates all the others.

    All of them, if the backend does not declare that level.
    """
    everything = cases.amount == "thorough" or "compile" not in backend.capabilities.levels
    return [
        call
        for call in differentiable_calls(backend)
        if everything or (call.index == 0 and cases.supplied(backend, call.op))
    ]


def _in_float64(call: Call) -> bool:
    if not call.grad or call.dtype != "float64" or not cases.floating_tensors(call):
        return False
    return {rule.dtype for rule in call.expected if "float" in rule.dtype} == {"float64"}


@cache
def scalar_of(call: Call) -> Scalar:
    """The call as a scalar function; made once."""
    return Scalar(call)


def gradients(backend: Backend, call: Call, differentiate: Callable[..., Any] | None = None) -> list[np.ndarray]:
    """The gradient of the call's scalar function by `differentiate`, by default the backend's own `value_and_grad`."""
    scalar = scalar_of(call)
    f, xs = prepared(backend, scalar)
    with backend_scope(backend):
        _, grads = (differentiate or ops.value_and_grad)(f)(xs)
    return [np.asarray(backend.to_numpy(g), "float64") for g in grads]


def prepared(backend: Backend, scalar: Scalar) -> tuple[Callable[[Sequence[Any]], Any], list[Any]]:
    """The scalar function in the backend's ops, and the tensors to call it with."""
    xs = [backend.convert(x, "float64") for x in scalar.point]
    weights = [backend.convert(w, "float64") for w in scalar.weights]
    return scalar.on(backend, scalar.call.on(backend), weights), xs


@cache
def gradients_on_numpy(call: Call) -> list[np.ndarray]:
    """The gradient that the NumPy backend gives."""
    return gradients(plugins.load("numpy"), call)


@generated(some_differentiable_calls, quick=24)
def test_gradient(backend: Backend, case: Call) -> None:
    """The gradient by each argument is what finite differences of the reference say, and what it is on NumPy."""
    grads = gradients(backend, case)
    check_by_differences(f"gradient of {case} on {backend.name}", case, grads)
    if backend.name != "numpy":
        for n, (g, expected) in enumerate(zip(grads, gradients_on_numpy(case), strict=True)):
            assert_within(f"gradient of {case} by tensor {n}, {backend.name} and NumPy", g, expected, EXACT)


def tape_calls(backend: Backend) -> list[Call]:
    """The same, for a backend that does not use the tape anyway."""
    return some_differentiable_calls(backend) if type(backend).value_and_grad is not Backend.value_and_grad else []


@generated(tape_calls, quick=16)
def test_tape(backend: Backend, case: Call) -> None:
    """The tape over the backend's kernels gives the gradient too: the kernels and the table of rules fit together."""
    check_by_differences(f"tape over {case} on {backend.name}", case, gradients(backend, case, by_tape(backend)))


def by_tape(backend: Backend) -> Callable[..., Any]:
    """The tape's `value_and_grad`, compiled where the backend can: it calls many small ops."""
    if "compile" not in backend.capabilities.levels:
        return lambda f: tape.value_and_grad(backend, f)
    return lambda f: backend.compile(lambda xs: tape.value_and_grad(backend, f)(xs))


def check_by_differences(what: str, case: Call, grads: Sequence[np.ndarray], scalar: Scalar | None = None) -> None:
    """Each gradient, times two directions of its tensor, is the derivative along it."""
    scalar = scalar or scalar_of(case)
    assert len(grads) == len(scalar.point), f"{what}: {len(grads)} gradients for {len(scalar.point)} tensors"
    random = np.random.default_rng(1)
    for n, (g, x) in enumerate(zip(grads, scalar.point, strict=True)):
        assert g.shape == x.shape, f"{what}: the gradient by tensor {n} has shape {g.shape}, the tensor {x.shape}"
        for _ in range(2):
            direction = [np.zeros(p.shape) for p in scalar.point]
            direction[n] = random.uniform(0.5, 1.5, x.shape) * random.choice([-1.0, 1.0], x.shape)
            expected = scalar.along(direction)
            found = float(np.sum(g * direction[n]))
            size = 1 + float(np.sum(np.abs(g * direction[n]))) + abs(expected)
            assert abs(found - expected) <= FIRST_ORDER * size, (
                f"{what}, tensor {n} of shape {x.shape}: {found} along a direction, {expected} by finite differences"
            )


@generated(some_differentiable_calls, quick=12)
def test_second_order(backend: Backend, case: Call) -> None:
    """The gradient of a directional derivative is the second derivative by finite differences of the reference.

    Where each of the many small ops would be compiled, all are at once.
    """
    check_second_order(backend, case, compiled=cases.compiles_each_op(backend))


def check_second_order(backend: Backend, case: Call, compiled: bool, scalar: Scalar | None = None) -> None:
    """The same, of a compiled function if so asked."""
    scalar = scalar or scalar_of(case)
    f, xs = prepared(backend, scalar)
    random = np.random.default_rng(2)
    first = [random.uniform(-1.5, 1.5, x.shape) for x in scalar.point]
    second = [random.uniform(-1.5, 1.5, x.shape) for x in scalar.point]
    directions = [backend.convert(d, "float64") for d in first]

    def directional(xs: Sequence[Any]) -> Any:
        grads = ops.grad(f)(list(xs))
        total = ops.sum(ops.multiply(grads[0], directions[0]))
        for g, d in zip(grads[1:], directions[1:], strict=True):
            total = ops.add(total, ops.sum(ops.multiply(g, d)))
        return total

    def step(xs: Sequence[Any]) -> Any:
        return ops.grad(directional)(list(xs))

    grads = (backend.compile(step) if compiled else step)(xs)
    found = [np.asarray(backend.to_numpy(g), "float64") for g in grads]
    products = [g * d for g, d in zip(found, second, strict=True)]
    value = float(sum(p.sum() for p in products))
    expected = scalar.along_both(first, second)
    size = 1 + float(sum(np.abs(p).sum() for p in products)) + abs(expected)
    assert abs(value - expected) <= SECOND_ORDER * size, (
        f"second derivative of {case} on {backend.name}: {value}, {expected} by finite differences"
    )
