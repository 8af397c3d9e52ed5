"""From the declarations of ops to random calls of them: shapes, axes, dtypes, broadcasting, extreme values.

A strategy draws a `Call`. Ops that work elementwise, and those with one tensor and an axis, are recognised by their
declarations and samples; `FITTING` says for some others what goes together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from polykeras import dtypes
from polykeras.backend import Backend
from polykeras.errors import PolykerasError
from polykeras.interpreters.abstract import SYMBOLIC, AbstractTensor
from polykeras.ops import policies
from polykeras.ops.registry import REGISTRY, Op
from polykeras.scope import backend_scope
from polykeras_conformance import cases
from polykeras_conformance.cases import Call
from polykeras_conformance.draws import MAX_RANK, MAX_SIDE, Draw, numbers, random_of, shapes, whole
from polykeras_conformance.fitting import FITTING
from polykeras_conformance.sampler import Sample


def dtypes_of(op: Op, backend: Backend) -> list[str]:
    """The dtypes that the op's samples run in and that the backend holds."""
    found = dict.fromkeys(call.dtype for call in cases.calls_of(op))
    return [d for d in found if d in backend.dtypes] or [cases.GIVEN]


@cache
def extremes(dtype: str) -> tuple[float, ...]:
    """Values at which implementations part: NaN most, infinities, zeros, the ends of the dtype's range."""
    if dtype in dtypes.INTEGER:
        limits = np.iinfo(dtype)
        return (int(limits.min), int(limits.max), 0, 1)
    limits = _finfo(dtype)
    largest, normal = float(limits.max), float(limits.smallest_normal)
    return (np.nan, np.nan, np.nan, np.inf, -np.inf, 0.0, -0.0, largest, -largest, normal, 1.0, -1.0, float(limits.eps))


def _finfo(dtype: str) -> Any:
    import ml_dtypes

    return ml_dtypes.finfo(dtypes.numpy_dtype(dtype))


OVER_SQUARES = ("std", "nanstd")
"""Ops whose results are of the size of their arguments, but not what they compute on the way: float64 does not overflow."""


def with_extremes(draw: Draw, x: np.ndarray, dtype: str, op: Op) -> np.ndarray:
    """`x`, in two of three cases with some elements replaced by extreme ones."""
    if x.dtype.kind not in "fi" or dtype not in (*dtypes.FLOATING, *dtypes.INTEGER) or not draw(st.integers(0, 2)):
        return x
    random = random_of(draw)
    places = random.random(x.shape) < 0.4
    values = np.array(extremes(dtype))
    if op.name in OVER_SQUARES:
        values = values[~(np.abs(values) == np.max(values[np.isfinite(values)]))]
    return np.where(places, random.choice(values, x.shape), x)


# ---- elementwise -----------------------------------------------------------------------------------------------------


@cache
def is_elementwise(op: Op) -> bool:
    """Whether the op treats each element alone: results have the shape that the arguments broadcast to."""
    if not op.tensors or any(p.sequence or p.role not in ("Tensor", "Mask") for p in op.tensors):
        return False
    if {"axis", "axes", "key", "data_format"} & set(op.signature.parameters) or not cases.calls_of(op):
        return False
    if any(rule.shape == () != call_shape for call in cases.calls_of(op)[:1] for rule, call_shape in _shapes(call)):
        return False
    return all(_broadcasts(op, first, rest) for first, rest in (((5,), (5,)), ((2, 3), (2, 3)), ((2, 1), (3,))))


def _shapes(call: Call) -> list[tuple[AbstractTensor, Any]]:
    """Each result's rule, beside the shape of the first tensor."""
    places = call.tensors()
    shape = cases.at(call.arguments, places[0]).shape if places else ()
    return [(rule, shape) for rule in call.expected]


def _broadcasts(op: Op, first: tuple[int, ...], rest: tuple[int, ...]) -> bool:
    call = cases.calls_of(op)[0]
    arguments: list[Any] = list(call.arguments)
    places = [i for i, _ in call.tensors()]
    for i in places:
        shape = first if i == places[0] else rest
        arguments[i] = AbstractTensor(shape, arguments[i].dtype.name)
    expected = np.broadcast_shapes(first, rest) if len(places) > 1 else first
    try:
        with backend_scope(SYMBOLIC):
            result = op.call(*cases.spread(op, arguments))
    except (PolykerasError, TypeError, ValueError, IndexError):
        return False
    return isinstance(result, AbstractTensor) and tuple(result.shape) == expected


@st.composite
def elementwise(draw: Draw, op: Op, dtype: str) -> Call:
    """A sample of the op with its tensors replaced by others, of shapes that broadcast."""
    sample = draw(st.sampled_from(cases.samples_of(op)))
    bound = list(op.bind(sample.args, sample.kwargs))
    places = [p.index for p in op.tensors if isinstance(bound[p.index], (np.ndarray, list))]
    drawn = draw(npst.mutually_broadcastable_shapes(num_shapes=len(places), max_dims=MAX_RANK, max_side=MAX_SIDE))
    for i, shape in zip(places, drawn.input_shapes, strict=True):
        bound[i] = _like(draw, np.asarray(bound[i]), shape, dtype, op)
    return _call(op, bound, dtype)


def _like(draw: Draw, x: np.ndarray, shape: Sequence[int], dtype: str, op: Op) -> np.ndarray:
    """Elements from the range of `x`, and extreme ones."""
    if x.dtype.kind == "b":
        return whole(draw, shape, 0, 2) > 0
    if x.dtype.kind == "c":
        return np.asarray(numbers(draw, shape, -2.0, 2.0) + 1j * numbers(draw, shape, -2.0, 2.0))
    finite = x[np.isfinite(x)] if x.size else np.array([-2.0, 2.0])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-2.0, 2.0)
    if x.dtype.kind == "i":
        return whole(draw, shape, int(low), int(high) + 1)
    drawn = numbers(draw, shape, low, high)
    # Which may overflow on the way:
    computes_in_floats = op.policy in (policies.FLOAT, policies.FLOAT_OR_COMPLEX) and dtype not in dtypes.FLOATING
    return drawn if computes_in_floats else with_extremes(draw, drawn, dtype, op)


def _call(op: Op, arguments: Sequence[Any], dtype: str) -> Call:
    return Call(op, 0, Sample(tuple(cases.spread(op, arguments))), dtype)


# ---- one tensor and an axis ------------------------------------------------------------------------------------------


@cache
def has_axis(op: Op) -> bool:
    """Whether the op has one tensor in each sample, and an axis that may be any of the tensor's."""
    axes = [n for n in ("axis", "axes") if n in op.signature.parameters]
    single = [p for p in op.tensors if p.role == "Tensor" and not p.sequence]
    return len(axes) == 1 == len(op.tensors) == len(single) and single[0].index == 0 and bool(cases.calls_of(op))


@st.composite
def along_axis(draw: Draw, op: Op, dtype: str) -> Call:
    """A sample of the op with another tensor and another axis. What the op's rule refuses may come too."""
    sample = draw(st.sampled_from(cases.samples_of(op)))
    bound = list(op.bind(sample.args, sample.kwargs))
    shape = draw(shapes(min_rank=0 if draw(st.booleans()) else 1))
    bound[0] = _like(draw, np.asarray(bound[0]), shape, dtype, op)
    names = list(op.signature.parameters)
    place = names.index("axis" if "axis" in names else "axes")
    annotation = str(op.signature.parameters[names[place]].annotation)
    bound[place] = draw(_axes(len(shape), annotation))
    for i, name in enumerate(names):
        if name == "keepdims":
            bound[i] = draw(st.booleans())
    return _call(op, bound, dtype)


def _axes(rank: int, annotation: str) -> st.SearchStrategy[Any]:
    """Axes of a tensor of that rank: what the annotation allows of None, one and several."""
    one = st.integers(-rank, rank - 1) if rank else st.nothing()
    several = st.lists(st.integers(0, rank - 1), unique=True).map(tuple) if rank else st.just(())
    choices: list[st.SearchStrategy[Any]] = []
    if "None" in annotation or "Axis" in annotation:
        choices.append(st.none())
    if "int |" in annotation or annotation == "int" or "Axis" in annotation:
        choices.append(one)
    if "Sequence" in annotation or "Axis" in annotation:
        choices.append(several)
    chosen = st.one_of(*choices)
    return chosen if not chosen.is_empty else st.just(0)


# ---- which one -------------------------------------------------------------------------------------------------------


@st.composite
def shaped(draw: Draw, op: Op, dtype: str) -> Call:
    """A call of an op of `FITTING`."""
    arguments = FITTING[op.name](draw)
    return Call(op, 0, Sample(arguments), dtype)


def strategy_of(op: Op) -> Callable[[Op, str], st.SearchStrategy[Call]] | None:
    """What draws calls of `op` in a dtype; None if its declaration does not say enough."""
    if op.name in FITTING:
        return shaped
    if cases.has_role(op, "Key"):
        return None
    if has_axis(op):
        return along_axis
    return elementwise if is_elementwise(op) else None


def drawable(backend: Backend) -> list[Op]:
    """The ops that calls can be drawn of."""
    return [op for op in REGISTRY.values() if strategy_of(op) is not None]
