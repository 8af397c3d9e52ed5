"""Arguments of ops for which neither elements nor an axis say what fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from polykeras_conformance.draws import MAX_RANK, MAX_SIDE, Draw, numbers, shapes, whole


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


FITTING: dict[str, Callable[[Draw], tuple[Any, ...]]] = {
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
"""From the names of ops to what draws their arguments: tensors as floats, cast as samples are."""
