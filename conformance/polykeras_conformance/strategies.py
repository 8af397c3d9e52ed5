"""From the declarations of ops to random calls of them: shapes, axes, dtypes, broadcasting, extreme values.

A strategy draws a `Call`. Ops that work elementwise, and those with one tensor and an axis, are recognised by their
declarations and samples; `SHAPED` says for some others what fits together. Numbers come from a seed that is drawn, not
one by one: arrays are made in a moment, and shapes and dtypes are what there is to vary.
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
from polykeras_conformance.sampler import Sample

Draw = Callable[[Any], Any]

MAX_RANK = 3
MAX_SIDE = 4


def shapes(
    min_rank: int = 0, max_rank: int = MAX_RANK, min_side: int = 0, max_side: int = MAX_SIDE
) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes with few elements."""
    return npst.array_shapes(min_dims=min_rank, max_dims=max_rank, min_side=min_side, max_side=max_side)


def dtypes_of(op: Op, backend: Backend) -> list[str]:
    """The dtypes that the op's samples run in and that the backend holds."""
    found = dict.fromkeys(call.dtype for call in cases.calls_of(op))
    return [d for d in found if d in backend.dtypes] or [cases.GIVEN]


def numbers(draw: Draw, shape: Sequence[int], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Floats between `low` and `high`."""
    return np.asarray(_random(draw).uniform(low, high, tuple(shape)))


def whole(draw: Draw, shape: Sequence[int], low: int, high: int) -> np.ndarray:
    """Integers from `low` to `high` - 1."""
    return np.asarray(_random(draw).integers(low, high, tuple(shape)))


def _random(draw: Draw) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


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
    random = _random(draw)
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


# ---- shapes that fit together ----------------------------------------------------------------------------------------


def _reshape(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes(1))
    sizes = draw(st.permutations(list(shape)))
    if len(sizes) > 1 and draw(st.booleans()):
        sizes = [sizes[0] * sizes[1], *sizes[2:]]
    if 0 not in sizes and draw(st.booleans()):
        sizes[draw(st.integers(0, len(sizes) - 1))] = -1
    return numbers(draw, shape), tuple(sizes)


def _transpose(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes())
    order = draw(st.permutations(list(range(len(shape)))))
    return numbers(draw, shape), tuple(a - len(shape) if draw(st.booleans()) else a for a in order)


def _broadcast(draw: Draw) -> tuple[Any, ...]:
    target = draw(shapes())
    kept = draw(st.integers(0, len(target)))
    source = [1 if draw(st.booleans()) else d for d in target[kept:]]
    return numbers(draw, source), target


def _swapaxes(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes(1))
    axes = st.integers(-len(shape), len(shape) - 1)
    return numbers(draw, shape), draw(axes), draw(axes)


def _pad(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes())
    width = st.tuples(st.integers(0, 2), st.integers(0, 2))
    return numbers(draw, shape), tuple(draw(width) for _ in shape), 0.5


def _pad_mode(draw: Draw) -> tuple[Any, ...]:
    mode = draw(st.sampled_from(["constant", "reflect", "symmetric"]))
    shape = draw(shapes(1, min_side=3))
    width = st.tuples(st.integers(0, 2), st.integers(0, 2))
    return numbers(draw, shape), tuple(draw(width) for _ in shape), mode


def _tile(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes())
    return numbers(draw, shape), tuple(draw(st.lists(st.integers(0, 3), max_size=MAX_RANK)))


def _strided_slice(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes(1, 2, max_side=7))
    start, stop, step = [], [], []
    for size in shape:
        begin = draw(st.integers(0, size // 2))
        start.append(begin)
        stop.append(draw(st.integers(begin, size)))
        step.append(draw(st.integers(1, 3)))
    return numbers(draw, shape), tuple(start), tuple(stop), tuple(step)


def _get_item(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes(1, min_side=1))
    key: list[Any] = []
    for size in shape:
        piece = draw(st.sampled_from(["index", "slice", "all", "new"]))
        if piece == "index":
            key.append(draw(st.integers(-size, size - 1)))
        elif piece == "slice":
            key.append(draw(st.slices(size)))
        else:
            key += [None, slice(None)] if piece == "new" else [slice(None)]
    return numbers(draw, shape), tuple(key)


def _joined(draw: Draw) -> tuple[Any, ...]:
    shape = list(draw(shapes(1)))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        shape[axis] = draw(st.integers(0, 3))
        parts.append(numbers(draw, shape))
    return parts, axis


def _stacked(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes())
    parts = [numbers(draw, shape) for _ in range(draw(st.integers(1, 3)))]
    return parts, draw(st.integers(-len(shape) - 1, len(shape)))


def _split(draw: Draw) -> tuple[Any, ...]:
    shape = list(draw(shapes(1)))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    if draw(st.booleans()):
        parts = draw(st.integers(1, 3))
        shape[axis] = parts * draw(st.integers(0, 2))
        return numbers(draw, shape), parts, axis
    return numbers(draw, shape), tuple(sorted(draw(st.lists(st.integers(0, shape[axis]), max_size=3)))), axis


def _gather(draw: Draw) -> tuple[Any, ...]:
    """Indices may be negative, and out of range."""
    shape = draw(shapes(1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    indices = whole(draw, draw(shapes(0, 2)), -shape[axis] - 1, shape[axis] + 2)
    return numbers(draw, shape), indices.astype("int32"), axis


def _take_along_axis(draw: Draw) -> tuple[Any, ...]:
    shape = draw(shapes(1, min_side=1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    picked = list(shape)
    picked[axis] = draw(st.integers(0, 4))
    return numbers(draw, shape), whole(draw, picked, -shape[axis], shape[axis]).astype("int32"), axis


def _scatter_add(draw: Draw) -> tuple[Any, ...]:
    """Indices repeat, may be negative, and out of range."""
    size, shape = draw(st.integers(0, 4)), draw(shapes(1))
    axis = draw(st.integers(0, len(shape) - 1))
    indices = whole(draw, (shape[axis],), -size - 1, size + 2)
    return numbers(draw, shape), indices.astype("int32"), axis, size


def _segment_sum(draw: Draw) -> tuple[Any, ...]:
    shape, segments = draw(shapes(1)), draw(st.integers(1, 4))
    return numbers(draw, shape), whole(draw, shape[:1], -1, segments + 1).astype("int32"), segments


def _one_hot(draw: Draw) -> tuple[Any, ...]:
    shape, classes = draw(shapes()), draw(st.integers(1, 4))
    return whole(draw, shape, -1, classes + 1).astype("int32"), classes, draw(st.integers(-1, len(shape)))


def _matmul(draw: Draw) -> tuple[Any, ...]:
    m, n, k = (draw(st.integers(0, MAX_SIDE)) for _ in range(3))
    batch = draw(npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=3)).input_shapes
    first = (n,) if draw(st.booleans()) else (*batch[0], m, n)
    second = (n,) if draw(st.booleans()) else (*batch[1], n, k)
    return numbers(draw, first), numbers(draw, second)


def _tensordot(draw: Draw) -> tuple[Any, ...]:
    first, shared, second = draw(shapes(0, 2)), draw(shapes(0, 2)), draw(shapes(0, 2))
    return numbers(draw, first + shared), numbers(draw, shared + second), len(shared)


def _einsum(draw: Draw) -> tuple[Any, ...]:
    """Two terms with letters in any order, and a result that keeps some of them."""
    sizes = {letter: draw(st.integers(0, 3)) for letter in "abcd"}
    terms = [draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=3)) for _ in range(2)]
    letters = sorted(set(terms[0] + terms[1]))
    kept = draw(st.lists(st.sampled_from(letters), unique=True)) if letters else []
    equation = f"{''.join(terms[0])},{''.join(terms[1])}->{''.join(kept)}"
    return (equation, *(numbers(draw, [sizes[c] for c in term]) for term in terms))


SHAPED: dict[str, Callable[[Draw], tuple[Any, ...]]] = {
    "nan_to_num": lambda draw: (numbers(draw, draw(shapes())),),  # of infinities: see the edges
    "nextafter": lambda draw: (numbers(draw, draw(shapes())), 1.0),
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": _broadcast,
    "swapaxes": _swapaxes,
    "moveaxis": _swapaxes,
    "pad_constant": _pad,
    "pad": _pad_mode,
    "tile": _tile,
    "strided_slice": _strided_slice,
    "get_item": _get_item,
    "concatenate": _joined,
    "stack": _stacked,
    "split": _split,
    "gather": _gather,
    "take": _gather,
    "take_along_axis": _take_along_axis,
    "scatter_add": _scatter_add,
    "segment_sum": _segment_sum,
    "one_hot": _one_hot,
    "matmul": _matmul,
    "tensordot": _tensordot,
    "einsum": _einsum,
}
"""Arguments of ops for which neither elements nor an axis say what fits; tensors as floats, cast as samples are."""


@st.composite
def shaped(draw: Draw, op: Op, dtype: str) -> Call:
    """A call of an op of `SHAPED`."""
    arguments = SHAPED[op.name](draw)
    return Call(op, 0, Sample(arguments), dtype)


def strategy_of(op: Op) -> Callable[[Op, str], st.SearchStrategy[Call]] | None:
    """What draws calls of `op` in a dtype; None if its declaration does not say enough."""
    if op.name in SHAPED:
        return shaped
    if cases.has_role(op, "Key"):
        return None
    if has_axis(op):
        return along_axis
    return elementwise if is_elementwise(op) else None


def drawable(backend: Backend) -> list[Op]:
    """The ops that calls can be drawn of."""
    return [op for op in REGISTRY.values() if strategy_of(op) is not None]
