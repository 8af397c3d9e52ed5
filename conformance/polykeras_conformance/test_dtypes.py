"""dtypes: promotion, weak Python scalars, indices, casts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.errors import DtypeError
from polykeras.ops import policies
from polykeras.ops.registry import REGISTRY, Op
from polykeras_conformance import cases
from polykeras_conformance.compare import assert_equal
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")

HELD = (*dtypes.BOOL, *dtypes.INTEGER, *dtypes.FLOATING)
SCALARS: tuple[tuple[Any, str], ...] = ((True, "bool"), (1, "int*"), (0.5, "float*"))


@dataclass(frozen=True)
class OpCase:
    """One op."""

    op: Op

    @property
    def id(self) -> str:
        """The op's name."""
        return self.op.name


def binary_ops(backend: Backend) -> list[OpCase]:
    """Ops on two tensors that are promoted together, elementwise or sums of products."""
    return [
        OpCase(op)
        for op in REGISTRY.values()
        if len(op.tensors) == 2 == len(op.signature.parameters)
        and op.policy.promotes
        and all(p.role == "Tensor" and not p.sequence for p in op.tensors)
    ]


# Run on every pair of dtypes; what dispatch does is the same for all ops of a policy.
EVERY_PAIR = ("add", "divide", "equal", "bitwise_and")


def _least_shape(op: Op) -> tuple[int, ...]:
    """The shape of a vector, or for an op on matrices of a matrix."""
    from polykeras.errors import ShapeError
    from polykeras.interpreters.abstract import AbstractTensor

    try:
        op.call(AbstractTensor((2,), "float32"), AbstractTensor((2,), "float32"))
    except ShapeError:
        return 2, 2
    except DtypeError:  # it takes no floats
        pass
    return (2,)


@generated(binary_ops, quick=6)
def test_promotion(backend: Backend, case: OpCase) -> None:
    """Two dtypes promote to `polykeras.dtypes.result_type` of them, mapped by the op's policy."""
    held = [d for d in HELD if d in backend.dtypes]
    every = case.op.name in EVERY_PAIR or cases.amount == "thorough"
    ones = {d: backend.convert(np.ones(_least_shape(case.op)), d) for d in held}
    wrong = [
        message
        for first, second in itertools.product(held, held)
        if every or first == second or {first, second} <= {"int8", "uint8", "bfloat16", "float16"}
        for message in _promoted(backend, case.op, (ones[first], ones[second]), (first, second))
    ]
    assert not wrong, f"{case.id} on {backend.name}: {len(wrong)} wrong: {'; '.join(wrong[:8])}"


@generated(binary_ops, quick=4)
def test_scalars_are_weak(backend: Backend, case: OpCase) -> None:
    """A Python number beside a tensor of the same kind or a higher one does not widen it."""
    wrong: list[str] = []
    tried = HELD if case.op.name in EVERY_PAIR or cases.amount == "thorough" else ("bfloat16", "uint8")
    for dtype in (d for d in tried if d in backend.dtypes):
        x = backend.convert(np.ones(()), dtype)
        for number, weak in SCALARS:
            wrong += _promoted(backend, case.op, (x, number), (dtype, weak), allow_shape_errors=True)
            wrong += _promoted(backend, case.op, (number, x), (weak, dtype), allow_shape_errors=True)
    assert not wrong, f"{case.id} on {backend.name}: {len(wrong)} wrong: {'; '.join(wrong[:8])}"


def _promoted(
    backend: Backend, op: Op, arguments: tuple[Any, Any], names: tuple[str, str], allow_shape_errors: bool = False
) -> Iterable[str]:
    """What is wrong with the dtype of the result, if anything."""
    from polykeras.errors import ShapeError

    common = dtypes.result_type(*names)
    try:
        computed = op.policy.compute(common)
    except DtypeError:
        computed = None
    try:
        result = op.call(*arguments)
    except DtypeError as error:
        if computed is not None:
            yield f"{names} is refused: {error}"
        return
    except ShapeError:
        if not allow_shape_errors:
            raise
        return
    expected = _fixed_dtype(op) or computed
    found = backend.dtype_name(result)
    if computed is None:
        yield f"{names} gives {found} and should be refused"
    elif found != expected:
        yield f"{names} gives {found}, expected {expected}"


def _fixed_dtype(op: Op) -> str | None:
    """The dtype of the result if it is the same for all arguments: bool of comparisons, int32 of places."""
    found = {call.expected[0].dtype for call in cases.calls_of(op) if call.index == 0}
    return found.pop() if len(found) == 1 and op.policy is not policies.BITS else None


def index_ops(backend: Backend) -> list[OpCase]:
    """Ops with an integer argument that is not promoted with the others."""
    return [OpCase(op) for op in REGISTRY.values() if cases.has_role(op, "Index") and cases.calls_of(op)]


@generated(index_ops, quick=3)
def test_indices_of_any_width(backend: Backend, case: OpCase) -> None:
    """Indices may be integers of any width, and change nothing about the result; floats are refused."""
    call = cases.calls(backend, only=[case.op.name])[0]
    place = next(p.index for p in case.op.tensors if p.role == "Index")
    indices = np.asarray(call.arguments[place])
    plain = [backend.to_numpy(r) for r in call.run(call.on(backend))]
    for dtype in dtypes.INTEGER:
        if dtype not in backend.dtypes or (dtype in dtypes.UNSIGNED and (indices < 0).any()):
            continue
        arguments = list(call.on(backend))
        arguments[place] = backend.convert(indices, dtype)
        results = [backend.to_numpy(r) for r in call.run(arguments)]
        for a, b in zip(results, plain, strict=True):
            assert a.dtype == b.dtype and np.array_equal(a, b), f"{case.id} with {dtype} indices: {a}, expected {b}"
    arguments = list(call.on(backend))
    arguments[place] = backend.convert(indices, "float32")
    with pytest.raises(DtypeError, match=case.op.name):
        call.run(arguments)


# ---- cast ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CastCase:
    """A pair of dtypes."""

    source: str
    target: str

    @property
    def id(self) -> str:
        """Both names."""
        return f"{self.source}-{self.target}"


def cast_pairs(backend: Backend) -> list[CastCase]:
    """All pairs of dtypes that the backend holds."""
    held = [d for d in HELD if d in backend.dtypes]
    return [CastCase(a, b) for a, b in itertools.product(held, held)]


@generated(cast_pairs, quick=60)
def test_cast(backend: Backend, case: CastCase) -> None:
    """Casts keep what both dtypes can hold, cut fractions off towards zero, wrap integers around; non-zero is True."""
    from polykeras import ops

    source, target = dtypes.numpy_dtype(case.source), dtypes.numpy_dtype(case.target)
    values = np.array([0.0, 1.0, 2.75, 100.0] if case.source in dtypes.UNSIGNED else [0.0, 1.0, -2.75, 0.5, 100.0])
    if case.source in dtypes.FLOATING and case.target in dtypes.UNSIGNED:
        values = np.abs(values)  # a negative float has no place there; see the edges
    if case.source == "bool":
        values = values > 0
    x = values.astype(source)
    result = ops.cast(backend.convert(x, case.source), case.target)
    assert backend.dtype_name(result) == case.target
    found = backend.to_numpy(result)
    with np.errstate(all="ignore"):
        expected = x.astype(target) if case.target != "bool" else x != 0
    assert found.dtype == expected.dtype
    assert_equal(f"cast {case.id} of {x.tolist()}", found, expected)
