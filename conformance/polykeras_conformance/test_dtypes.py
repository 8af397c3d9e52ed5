"""dtypes: promotion, weak Python scalars, indices, casts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.errors import DtypeError, ShapeError
from polykeras.interpreters.abstract import SYMBOLIC, AbstractTensor, abstract_tree
from polykeras.ops.registry import REGISTRY, Op
from polykeras.scope import backend_scope
from polykeras.tree import flatten
from polykeras_conformance import cases
from polykeras_conformance.cases import Call, spread
from polykeras_conformance.compare import assert_equal
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")

SCALARS: tuple[tuple[Any, str], ...] = ((True, "bool"), (1, "int*"), (0.5, "float*"), (0.5j, "complex*"))

SOME_PAIRS = {("bfloat16", "int8"), ("uint16", "float16"), ("float32", "float64"), ("float32", "complex64")}


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


def _least_shape(op: Op) -> tuple[int, ...]:
    """The shape of a vector, or for an op on matrices of a matrix."""
    try:
        op.call(AbstractTensor((2,), "float32"), AbstractTensor((2,), "float32"))
    except ShapeError:
        return 2, 2
    except DtypeError:  # it takes no floats
        pass
    return (2,)


@generated(binary_ops, quick=3)
def test_promotion(backend: Backend, case: OpCase) -> None:
    """Any two dtypes promote to `polykeras.dtypes.result_type` of them, mapped by the op's policy; or are refused."""
    held = _held(backend)
    shape = _least_shape(case.op)
    ones = {d: backend.convert(np.ones(shape), d) for d in held}
    _check(
        backend,
        case,
        (
            message
            for first, second in itertools.product(held, held)
            for message in _promoted(backend, case.op, [ones[first], ones[second]], (first, second))
        ),
    )


def promoting_ops(backend: Backend) -> list[OpCase]:
    """The other ops that promote two tensors or more together."""
    simple = {case.id for case in binary_ops(backend)}
    return [OpCase(op) for op in REGISTRY.values() if op.policy.promotes and op.name not in simple and _pair_of(op)]


@cache
def _pair_of(op: Op) -> Call | None:
    """The first sample with two or more tensors that are promoted together."""
    found = (Call(op, i, sample, "float32") for i, sample in enumerate(cases.samples_of(op)))
    return next((call for call in found if len(_places(call)) > 1), None)


def _places(call: Call) -> list[tuple[int, int | None]]:
    promoted = {p.index for p in call.op.tensors if p.role == "Tensor"}
    return [place for place in call.tensors() if place[0] in promoted]


@generated(promoting_ops, quick=3)
def test_promotion_among_other_arguments(backend: Backend, case: OpCase) -> None:
    """So do those of ops that take more than two tensors. The first has one dtype, all the others the other."""
    call = _pair_of(case.op)
    assert call is not None
    places, held = _places(call), _held(backend)
    pairs = set(itertools.product(held, held))
    if cases.compiles_each_op(backend):  # every cast of every shape is a program of its own
        pairs &= SOME_PAIRS

    def wrong() -> Iterable[str]:
        for first, second in sorted(pairs):
            names = (first, *[second] * (len(places) - 1))
            values = [np.abs(cases.at(call.arguments, place)).astype("float32") for place in places]
            tensors = [backend.convert(v, name) for v, name in zip(values, names, strict=True)]
            rest = list(call.on(backend)) if "float32" in held else list(call.arguments)
            arguments = spread(case.op, cases.replaced(rest, places, tensors))
            yield from _promoted(
                backend, case.op, arguments, names, cases.replaced(call.arguments, places, values), places
            )

    _check(backend, case, wrong())


@generated(binary_ops, quick=4)
def test_scalars_are_weak(backend: Backend, case: OpCase) -> None:
    """A Python number beside a tensor of the same kind or a higher one does not widen it."""
    some = cases.compiles_each_op(backend) and case.op.name != "add"
    tried = ("bfloat16", "uint8", "complex64") if some else dtypes.ALL

    def wrong() -> Iterable[str]:
        for dtype in (d for d in tried if d in backend.dtypes):
            x = backend.convert(np.ones(()), dtype)
            for number, weak in SCALARS:
                yield from _promoted(backend, case.op, [x, number], (dtype, weak))
                yield from _promoted(backend, case.op, [number, x], (weak, dtype))

    _check(backend, case, wrong())


def _held(backend: Backend) -> list[str]:
    return [d for d in dtypes.ALL if d in backend.dtypes]


def _check(backend: Backend, case: OpCase, messages: Iterable[str]) -> None:
    wrong = list(messages)
    assert not wrong, f"{case.id} on {backend.name}: {len(wrong)} wrong: {'; '.join(wrong[:8])}"


def _promoted(
    backend: Backend,
    op: Op,
    arguments: Sequence[Any],
    names: Sequence[str],
    shaped: Sequence[Any] | None = None,
    places: Sequence[tuple[int, int | None]] = ((0, None), (1, None)),
) -> Iterable[str]:
    """What is wrong with the dtypes of the results, if anything.

    They must be those of the op on arguments that all have the common dtype already, by its rule. `shaped` are the
    arguments to ask the rule with, those in `places` being of the dtypes `names`.
    """
    try:
        expected = _expected(op, arguments if shaped is None else shaped, names, places)
    except ShapeError:
        return  # it does not take numbers
    try:
        found = [backend.dtype_name(r) for r in flatten(op.call(*arguments))]
    except DtypeError as error:
        if expected is not None:
            yield f"{names} is refused: {error}"
        return
    except Exception as error:
        yield f"{names} raises {type(error).__name__}: {error}"
        return
    if expected is None:
        yield f"{names} gives {found} and should be refused"
    elif found != expected:
        yield f"{names} gives {found}, expected {expected}"


def _expected(
    op: Op, arguments: Sequence[Any], names: Sequence[str], places: Sequence[tuple[int, int | None]]
) -> list[str] | None:
    """The dtypes of the results, None if the op refuses these."""
    try:
        common = op.policy.compute(dtypes.result_type(*names))
        alike = [AbstractTensor(tuple(getattr(cases.at(arguments, place), "shape", ())), common) for place in places]
        with backend_scope(SYMBOLIC):
            results = op.call(*spread(op, cases.replaced(arguments, places, alike)))
        return [x.dtype for x in flatten(abstract_tree(results))]
    except DtypeError:
        return None


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
    held = _held(backend)
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
    if case.source in dtypes.COMPLEX:
        values = np.append(np.abs(values) + 0.5j, 0.5j)
    x = values.astype(source)
    result = ops.cast(backend.convert(x, case.source), case.target)
    assert backend.dtype_name(result) == case.target
    found = backend.to_numpy(result)
    if case.source in dtypes.COMPLEX and case.target not in (*dtypes.COMPLEX, "bool"):
        x = x.real  # the imaginary part is dropped
    with np.errstate(all="ignore"):
        expected = x.astype(target) if case.target != "bool" else x != 0
    assert found.dtype == expected.dtype
    assert_equal(f"cast {case.id} of {x.tolist()}", found, expected)
