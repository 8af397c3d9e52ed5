"""The references and the samples: complete, deterministic, and clear of the places where derivatives jump."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import dtypes
from polykeras.errors import DtypeError
from polykeras.ops import policies
from polykeras.ops.registry import REGISTRY, Op
from polykeras_conformance import cases, oracles, test_value_shapes
from polykeras_conformance.cases import Call
from polykeras_conformance.differences import FIRST_ORDER, STEP, Scalar
from polykeras_conformance.oracles import ORACLES
from polykeras_conformance.sampler import Sampler

OPS = list(REGISTRY.values())


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_has_samples_and_reference(op: Op) -> None:
    """Every op has samples that it takes, but where shapes depend on values; every primitive has a reference."""
    assert cases.calls_of(op) or op.name in {call.id for call in test_value_shapes.CALLS}
    assert op.name in ORACLES or not op.primitive
    for call in cases.calls_of(op):
        results = oracles.evaluate(call, call.reference())
        assert [r.shape for r in results] == [rule.shape for rule in call.expected], call


def test_no_reference_is_left_over() -> None:
    """References are of ops that exist."""
    assert set(ORACLES) <= set(REGISTRY)


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_refuses_what_its_policy_refuses(op: Op) -> None:
    """A composite takes the dtypes that its policy takes: nothing in its body refuses one of them."""
    for index, sample in enumerate(cases.samples_of(op)):
        if sample.dtypes or index > 1:
            continue
        taken = {c.dtype for c in cases.calls_of(op) if c.index == index}
        if taken & {"float32"} and len(taken) > len(dtypes.FLOATING) and op.policy is not policies.NUMBER:
            assert {"int32", "uint8"} <= taken, f"{op.name} does not take {sample}: only {taken}"
    if op.policy is policies.NUMBER:
        with pytest.raises(DtypeError):
            op.policy.compute("bool")


def test_samples_are_the_same_everywhere() -> None:
    """Two samplers of one name draw the same; of two names, not."""
    first, second, other = Sampler("exp").real(3, 4), Sampler("exp").real(3, 4), Sampler("log").real(3, 4)
    assert np.array_equal(first, second) and not np.array_equal(first, other)


@pytest.mark.parametrize(("low", "high"), [(-2, 2), (0.1, 0.9), (-20, 20), (1.1, 3), (0.96, 0.99)])
def test_reals(low: float, high: float) -> None:
    """Inside the range, all distinct, and where there is room away from whole numbers and tenths."""
    x = Sampler("x").real(6, 5, low=low, high=high)
    assert x.shape == (6, 5) and x.min() > low and x.max() < high
    gaps = np.diff(np.sort(x.ravel()))
    assert gaps.min() > 0
    if high - low > 0.5:
        assert np.abs(x - np.round(x)).min() > 0.05
        assert np.abs(x * 10 - np.round(x * 10)).min() > 0.2
        assert gaps.min() > 4 * STEP * 0.1


def test_sizes() -> None:
    """0-d and empty samples."""
    s = Sampler("x")
    assert s.real().shape == () and s.real(0, 3).shape == (0, 3) and s.ints().shape == ()
    assert set(s.bools(2)) == {True, False} and s.key().dtype == "int32"


def _loses_no_digits(call: Call) -> bool:
    return {rule.dtype for rule in call.expected if "float" in rule.dtype} == {"float64"}


DIFFERENTIABLE = [
    call
    for op in OPS
    for call in cases.calls_of(op)
    if call.grad and call.dtype == "float64" and cases.floating_tensors(call) and _loses_no_digits(call)
]


@pytest.mark.parametrize("call", DIFFERENTIABLE, ids=lambda call: call.id)
def test_differences_do_not_straddle_kinks(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finite differences with the step and with half of it agree, so no kink lies between."""
    scalar = Scalar(call)
    direction = [scalar.direction(x.shape) for x in scalar.point]
    coarse = scalar.along(direction)
    monkeypatch.setattr("polykeras_conformance.differences.STEP", STEP / 2)
    fine = scalar.along(direction)
    elements = max(1, sum(x.size for x in scalar.point))
    assert abs(coarse - fine) <= FIRST_ORDER * (1 + abs(coarse)) * elements, (coarse, fine)
