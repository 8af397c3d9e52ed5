"""Compiled steps give what they give uncompiled: every op, gradients, control flow, several signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend import Backend
from polykeras.tree import flatten
from polykeras_conformance import cases
from polykeras_conformance import test_control_flow as control_flow
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import assert_close, assert_equal, assert_within
from polykeras_conformance.generation import generated
from polykeras_conformance.test_control_flow import Construct
from polykeras_conformance.test_gradients import (
    EXACT,
    check_second_order,
    differentiable_calls,
    gradients_on_numpy,
    prepared,
    scalar_of,
)
from polykeras_conformance.test_values import check_results, draws_its_own

pytestmark = pytest.mark.level("compile")


@dataclass(frozen=True)
class OpCalls:
    """The calls of one op that are compiled, together because compiling is slow."""

    id: str
    calls: tuple[Call, ...]

    @property
    def op(self) -> str:
        """The op's name."""
        return self.id


def compiled_calls(backend: Backend) -> list[OpCalls]:
    """By op, each sample in the first dtype that it takes."""
    chosen: dict[str, dict[int, Call]] = {}
    for call in cases.calls(backend, lambda call: not draws_its_own(backend, call)):
        chosen.setdefault(call.op.name, {}).setdefault(call.index, call)
    return [OpCalls(name, tuple(by_index.values())) for name, by_index in chosen.items()]


@generated(compiled_calls, quick=24)
def test_compiled_op(backend: Backend, case: OpCalls) -> None:
    """Compiled, an op gives what it should, with two sets of numbers.

    The second call is of a program that exists already; it must read its arguments, not remember results.
    """
    for call in case.calls:
        places = call.tensors()

        def step(xs: Sequence[Any], call: Call = call, places: Any = places) -> list[Any]:
            return call.run(cases.replaced(call.arguments, places, xs))

        compiled = backend.compile(step)
        for version in (call, call.turned()):
            xs = [backend.convert(v, v.dtype.name) for v in (cases.at(version.arguments, place) for place in places)]
            check_results(backend, version, flatten(compiled(xs)))


def compiled_gradient_calls(backend: Backend) -> list[Call]:
    """All differentiable samples, in float64."""
    return differentiable_calls(backend) if "gradients" in backend.capabilities.levels else []


@generated(compiled_gradient_calls, quick=30)
def test_compiled_gradient(backend: Backend, case: Call) -> None:
    """`value_and_grad` inside a compiled function gives the value and the gradients that it should."""
    scalar = scalar_of(case)
    f, xs = prepared(backend, scalar)
    value, grads = backend.compile(lambda xs: ops.value_and_grad(f)(list(xs)))(xs)
    what = f"compiled gradient of {case} on {backend.name}"
    assert_within(f"{what}, value", backend.to_numpy(value), scalar.value(scalar.point), EXACT)
    for n, (g, expected) in enumerate(zip(grads, gradients_on_numpy(case), strict=True)):
        assert_within(f"{what}, tensor {n}", backend.to_numpy(g), expected, EXACT)


def compiled_second_order_calls(backend: Backend) -> list[Call]:
    """The first sample of each op that the backend does not supply."""
    return [
        call
        for call in compiled_gradient_calls(backend)
        if call.index == 0 and not cases.supplied(backend, call.op)
    ]


@generated(compiled_second_order_calls, quick=8)
def test_compiled_second_order(backend: Backend, case: Call) -> None:
    """Gradients of gradients inside a compiled function."""
    check_second_order(backend, case, compiled=True)


# ---- control flow ----------------------------------------------------------------------------------------------------


@generated(control_flow.constructs, quick=8)
def test_compiled_construct(backend: Backend, case: Construct) -> None:
    """Branches and loops in a compiled function follow the values of each call."""
    compiled = backend.compile(case.run)
    for _ in range(2):
        for arguments in case.inputs:
            result = compiled(*control_flow.on(backend, arguments))
            control_flow.check(f"compiled {case.id} of {arguments} on {backend.name}", backend, case, arguments, result)


@generated(control_flow.differentiable_constructs, quick=6)
def test_compiled_construct_gradient(backend: Backend, case: Construct) -> None:
    """So do their gradients."""

    def step(x: Any, *rest: Any) -> Any:
        return ops.grad(lambda x: control_flow.total(case.run(x, *rest)))(x)

    compiled = backend.compile(step)
    for arguments in case.inputs:
        found = backend.to_numpy(compiled(*control_flow.on(backend, arguments)))
        expected = control_flow.expected_gradient(case, arguments)
        assert_within(f"compiled gradient of {case.id} at {arguments} on {backend.name}", found, expected, 1e-8)


# ---- the compiled function -------------------------------------------------------------------------------------------


def _affine(x: Any, w: Any) -> Any:
    return ops.add(ops.matmul(x, w), ops.mean(x))


def test_signatures(backend: Backend) -> None:
    """One compiled function takes arguments of several shapes and dtypes, in any order, more than once."""
    compiled = backend.compile(_affine)
    random = np.random.default_rng(0)
    for rows, dtype in [(2, "float32"), (5, "float32"), (2, "float64"), (2, "float32"), (5, "float32"), (1, "float32")]:
        x, w = random.normal(size=(rows, 3)).astype(dtype), random.normal(size=(3, 4)).astype(dtype)
        result = compiled(backend.convert(x, dtype), backend.convert(w, dtype))
        what = f"compiled function of {rows} rows in {dtype} on {backend.name}"
        assert backend.dtype_name(result) == dtype, what
        assert_close(what, backend.to_numpy(result), x.astype("float64") @ w + x.mean(dtype="float64"), dtype, 1e-6)


def test_trees(backend: Backend) -> None:
    """Arguments and results are trees; None and Python numbers in them stay what they are."""

    def step(state: Any, batch: Any) -> Any:
        return {"sum": ops.add(state["a"], batch[0]), "rest": [state["b"], (batch[1], None)]}

    a, b, c = (backend.convert(v, "float32") for v in ([1.0, 2.0], [3.0], [10.0, 20.0]))
    for compiled in (backend.compile(step), step):
        result = compiled({"a": a, "b": b}, (c, None))
        assert sorted(result) == ["rest", "sum"]
        assert_equal("sum", backend.to_numpy(result["sum"]), [11.0, 22.0])
        assert_equal("untouched", backend.to_numpy(result["rest"][0]), [3.0])
        assert result["rest"][1] == (None, None)


def test_donated_state(backend: Backend) -> None:
    """A state that is handed over at each step and replaced by the result goes its way as if it were not donated."""

    def step(state: Any, x: Any) -> Any:
        return [ops.add(ops.multiply(state[0], 0.5), x), ops.add(state[1], 1)], ops.sum(state[0])

    compiled = backend.compile(step, donate=(0,))
    state = [backend.convert(np.zeros(3), "float32"), backend.convert(0, "int32")]
    expected = np.zeros(3)
    for n in range(5):
        x = np.arange(3.0) + n
        before = expected
        state, total = compiled(state, backend.convert(x, "float32"))
        expected = expected * 0.5 + x
        assert_close(f"sum at step {n}", backend.to_numpy(total), before.sum(), "float32")
    assert_close("state", backend.to_numpy(state[0]), expected, "float32")
    assert int(backend.to_numpy(state[1])) == 5


def test_state_that_is_alike(backend: Backend) -> None:
    """A state whose shapes stay is not looked at to find the program; it is the caller's still, and its values count."""

    def step(state: Any, x: Any) -> Any:
        return [None, ops.add(state[1], ops.sum(x))], ops.multiply(x, state[0])

    compiled = backend.compile(step, alike=(0,))
    weight, total = backend.convert([1.0, 2.0], "float32"), backend.convert(0.0, "float32")
    totals = [total]
    for rows in (3, 3, 2, 3):
        x = np.ones((rows, 2), "float32")
        (unchanged, total), y = compiled([weight, total], x)
        totals.append(total)
        assert unchanged is None
        assert_close("y", backend.to_numpy(y), x * backend.to_numpy(weight), "float32")
        weight = backend.convert(backend.to_numpy(weight) + 1.0, "float32")
    assert_close("totals", [float(backend.to_numpy(t)) for t in totals], [0.0, 6.0, 12.0, 16.0, 22.0], "float32")


def test_results_last(backend: Backend) -> None:
    """The results of one call are not changed by the next: no buffer is given out twice."""
    compiled = backend.compile(lambda x: (ops.multiply(x, 2.0), ops.reshape(x, (-1,))))
    first = compiled(backend.convert([[1.0, 2.0]], "float32"))
    second = compiled(backend.convert([[5.0, 7.0]], "float32"))
    assert_equal("first call", backend.to_numpy(first[0]), [[2.0, 4.0]])
    assert_equal("first call, reshaped", backend.to_numpy(first[1]), [1.0, 2.0])
    assert_equal("second call", backend.to_numpy(second[0]), [[10.0, 14.0]])


def test_closed_over(backend: Backend) -> None:
    """Tensors and host data that the function closes over are constants of it."""
    weight = backend.convert([1.0, 2.0], "float32")
    compiled = backend.compile(lambda x: ops.add(ops.multiply(x, weight), [10.0, 20.0]))
    for x in ([1.0, 1.0], [3.0, 4.0]):
        found = backend.to_numpy(compiled(backend.convert(x, "float32")))
        assert_equal("closed over", found, [x[0] + 10.0, 2 * x[1] + 20.0])


def test_random_key_is_read(backend: Backend) -> None:
    """A compiled function draws other numbers for another key, and the same again for the same."""
    compiled = backend.compile(lambda key: ops.random_uniform(key, (8,), "float32"))
    first, second, again = (
        backend.to_numpy(compiled(backend.convert(np.array(key), "int32"))) for key in ([1, 2], [1, 3], [1, 2])
    )
    assert_equal("same key", again, first)
    assert np.all(first != second), f"keys (1, 2) and (1, 3) give {first} and {second}"


def test_jit_choices(backend: Backend) -> None:
    """Without an optimising compiler, or with the backend's choice, the numbers are the same."""
    x = backend.convert(np.linspace(-2, 2, 12).reshape(3, 4), "float32")
    w = backend.convert(np.linspace(-1, 1, 8).reshape(4, 2), "float32")
    expected = backend.to_numpy(_affine(x, w)).astype("float64")
    for jit in (False, "auto"):
        assert_close(f"jit={jit}", backend.to_numpy(backend.compile(_affine, jit=jit)(x, w)), expected, "float32", 1e-6)
