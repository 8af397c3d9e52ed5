"""Every op, on its samples and in every dtype that it takes: values, dtypes, shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.ops.dispatch import owner_of
from polykeras_conformance import cases, oracles
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import UNIT, assert_close, assert_equal
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")


def value_calls(backend: Backend) -> list[Call]:
    """The representative calls, but those that draw random numbers by the backend's own generator."""
    return cases.calls(backend, lambda call: cases.representative(backend, call) and not draws_its_own(backend, call))


def draws_its_own(backend: Backend, call: Call) -> bool:
    """Whether the call draws random numbers for which the backend has a generator of its own."""
    return cases.has_role(call.op, "Key") and call.op.name in backend.overrides


@generated(value_calls)
def test_value(backend: Backend, case: Call) -> None:
    """The values are the reference's, within the tolerance of the dtype; dtype and shape are those of the op's rule."""
    check_no_leak(case)
    check_results(backend, case, case.run(case.on(backend)))


def check_no_leak(case: Call) -> None:
    """The rule, or the body on shapes, keeps the dtype of floating arguments, unless the op has one to choose."""
    given = {cases.at(case.arguments, place).dtype.name for place in cases.floating_tensors(case)}
    if len(given) == 1 and "dtype" not in case.op.signature.parameters:
        found = {rule.dtype for rule in case.expected if rule.dtype in dtypes.FLOATING}
        assert found <= given, f"{case}: {given.pop()} became {found}"


def check_results(backend: Backend, case: Call, results: list[Any]) -> None:
    """Tensors of the backend, as many as there should be, each with the right dtype, shape and values."""
    assert len(results) == len(case.expected), f"{case}: {len(results)} results, expected {len(case.expected)}"
    references = expected_values(case)
    for n, (result, rule) in enumerate(zip(results, case.expected, strict=True)):
        what = f"{case} on {backend.name}" + (f", result {n}" if len(results) > 1 else "")
        assert owns(backend, result), f"{what}: {type(result)} is no tensor of this backend"
        dtype, shape = backend.dtype_name(result), tuple(backend.shape(result))
        assert dtype == rule.dtype, f"{what}: dtype {dtype}, expected {rule.dtype}"
        assert shape == rule.shape, f"{what}: shape {shape}, expected {rule.shape}"
        check_value(what, backend.to_numpy(result), *references[n], rule.dtype)


def owns(backend: Backend, x: Any) -> bool:
    """Whether `x` is a tensor of `backend`."""
    return backend.is_tensor_type(type(x)) if backend.host_native else owner_of(x) is backend


def check_value(what: str, actual: Any, expected: Any, spread: Any, dtype: str) -> None:
    """Floats are near `expected`, integers and bools equal to it, wrapped to their dtype."""
    assert actual.dtype.name == dtype, f"{what}: to_numpy gives {actual.dtype}, expected {dtype}"
    if dtypes.is_differentiable(dtype):
        assert_close(what, actual, expected, dtype, spread)
    else:
        assert_equal(what, actual, as_integers(expected, dtype))


def as_integers(expected: np.ndarray, dtype: str) -> np.ndarray:
    """Exact values in an integer dtype or bool, wrapped around. NaN becomes what `gather` gives for a bad index."""
    missing = np.isnan(expected) if expected.dtype.kind == "f" else np.zeros(expected.shape, bool)
    whole = np.where(missing, 0, expected)
    if dtype == "bool":
        return whole.astype(bool)
    limits = np.iinfo(dtype)
    wrapped = whole.astype("int64").astype(dtype)
    return np.where(missing, limits.min or limits.max, wrapped).astype(dtype)


def expected_values(call: Call) -> list[tuple[np.ndarray, Any]]:
    """For each result, the reference's value and by how much it moves when the arguments are rounded."""
    arguments = call.reference()
    exact = oracles.evaluate(call, arguments)
    units = [UNIT[rule.dtype] for rule in call.expected if rule.dtype in UNIT]
    if not units or call.op.exact:
        return [(e, 0.0) for e in exact]
    spreads = [np.zeros(e.shape) for e in exact]
    random = np.random.default_rng(0)
    for sign in (_plus, _minus, random.choice):
        moved = oracles.evaluate(call, _rounded(call, arguments, max(units), sign))
        with np.errstate(all="ignore"):
            spreads = [
                np.fmax(s, np.abs(m * 1.0 - e)) if s.shape == m.shape else s
                for s, m, e in zip(spreads, moved, exact, strict=True)
            ]
    return [(e, np.where(np.isfinite(s), s, 0.0)) for e, s in zip(exact, spreads, strict=True)]


def _plus(choices: Any, size: Any) -> Any:
    return np.ones(size)


def _minus(choices: Any, size: Any) -> Any:
    return -np.ones(size)


def _rounded(call: Call, arguments: tuple[Any, ...], unit: float, sign: Callable[..., Any]) -> tuple[Any, ...]:
    """The arguments with each floating element a rounding away, up or down."""

    def move(x: Any) -> Any:
        if isinstance(x, (np.ndarray, float)) and np.asarray(x).dtype.kind in "fc":
            return x * (1 + unit * np.asarray(sign((-1.0, 1.0), size=np.shape(x))))
        return x

    result = list(arguments)
    for p in call.op.tensors:
        if p.role == "Tensor":
            value = result[p.index]
            result[p.index] = [move(v) for v in value] if p.sequence else move(value)
    return tuple(result)
