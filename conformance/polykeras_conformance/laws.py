"""Laws that hold between ops, for random tensors: what undoes what, and what can be had in two ways.

A law needs no reference. Where elements are only moved, both sides are equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from polykeras import dtypes, ops
from polykeras.backend import Backend
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.draws import Draw, numbers, shapes, whole


@dataclass(frozen=True)
class Law:
    """What is drawn, and the check: it raises AssertionError where the law is broken."""

    id: str
    strategy: st.SearchStrategy[Any]
    check: Callable[[Backend, Any], None]


def laws(backend: Backend) -> list[Law]:
    """The laws of ops."""
    return LAWS


def laws_of_gradients(backend: Backend) -> list[Law]:
    """The laws of differentiation and of mapping."""
    return LAWS_OF_GRADIENTS


@st.composite
def arrays(draw: Draw, min_rank: int = 1, min_side: int = 0, dtype: str = "float32") -> np.ndarray:
    """A random array."""
    return numbers(draw, draw(shapes(min_rank, min_side=min_side))).astype(dtype)


@st.composite
def arrays_with_axis(draw: Draw, min_side: int = 0) -> tuple[np.ndarray, int]:
    """A random array and one of its axes."""
    x = draw(arrays(min_side=min_side))
    return x, draw(st.integers(-x.ndim, x.ndim - 1))


@st.composite
def cut_arrays(draw: Draw) -> tuple[np.ndarray, int, tuple[int, ...]]:
    """A random array, one of its axes and places along it."""
    x, axis = draw(arrays_with_axis())
    return x, axis, tuple(sorted(draw(st.lists(st.integers(0, x.shape[axis]), max_size=3))))


@st.composite
def matrices(draw: Draw) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three matrices that can be multiplied in that order."""
    a, b, c, d = (draw(st.integers(1, 4)) for _ in range(4))
    return tuple(numbers(draw, s) for s in ((a, b), (b, c), (c, d)))  # type: ignore[return-value]


@st.composite
def permuted(draw: Draw) -> tuple[np.ndarray, list[int]]:
    """A random array and an order of its axes."""
    x = draw(arrays())
    return x, draw(st.permutations(list(range(x.ndim))))


@st.composite
def narrow_and_wide(draw: Draw) -> tuple[np.ndarray, str]:
    """An array in a dtype, and a dtype that holds all its values."""
    narrow, wide = draw(st.sampled_from(WIDER))
    native = dtypes.numpy_dtype(narrow)
    if narrow in dtypes.FLOATING:
        return numbers(draw, draw(shapes()), -50, 50).astype(native), wide
    limits = (0, 2) if narrow == "bool" else (int(np.iinfo(native).min), int(np.iinfo(native).max) + 1)
    return whole(draw, draw(shapes()), *limits).astype(native), wide


WIDER = (
    ("bool", "int8"), ("bool", "float16"), ("int8", "int32"), ("uint8", "int32"), ("uint8", "float16"),
    ("int8", "bfloat16"), ("float16", "float32"), ("bfloat16", "float32"), ("float32", "float64"), ("int32", "float64"),
    ("int32", "int64"), ("uint16", "int32"), ("int16", "float32"),
)  # fmt: skip
"""Pairs of dtypes: the second holds every value of the first."""


def _numpy(x: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(x))


def _on(backend: Backend, x: np.ndarray) -> Any:
    return backend.convert(x, x.dtype.name)


def _flip_twice(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    assert_equal("flip of flip", _numpy(ops.flip(ops.flip(_on(backend, x), axis), axis)), x)


def _transpose_back(backend: Backend, drawn: Any) -> None:
    x, order = drawn
    there = ops.transpose(_on(backend, x), order)
    assert_equal("transposed there and back", _numpy(ops.transpose(there, np.argsort(order).tolist())), x)


def _reshape_back(backend: Backend, x: np.ndarray) -> None:
    assert_equal("reshaped there and back", _numpy(ops.reshape(ops.reshape(_on(backend, x), (-1,)), x.shape)), x)


def _split_and_join(backend: Backend, drawn: Any) -> None:
    x, axis, places = drawn
    parts = ops.split(_on(backend, x), list(places), axis)
    assert_equal("the parts put together", _numpy(ops.concatenate(parts, axis)), x)


def _unstack_and_stack(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    assert_equal("stack of unstack", _numpy(ops.stack(ops.unstack(_on(backend, x), axis=axis), axis)), x)


def _roll_back(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    assert_equal("rolled there and back", _numpy(ops.roll(ops.roll(_on(backend, x), 2, axis), -2, axis)), x)


def _pad_and_slice(backend: Backend, x: np.ndarray) -> None:
    padded = ops.pad(_on(backend, x), [(1, 2)] * x.ndim, constant_values=7.0)
    assert_equal("the middle of a padded tensor", _numpy(ops.slice(padded, [1] * x.ndim, x.shape)), x)


def _take_all(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    taken = ops.take(_on(backend, x), ops.arange(x.shape[axis]), axis)
    assert_equal("take of every index", _numpy(taken), x)


def _sort_by_argsort(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    y = _on(backend, x)
    taken = ops.take_along_axis(y, ops.argsort(y, axis), axis)
    assert_equal("taken in the order of argsort", _numpy(taken), _numpy(ops.sort(y, axis)))
    assert_equal("sort", _numpy(taken), np.sort(x, axis))


def _cast_back(backend: Backend, drawn: Any) -> None:
    x, wide = drawn
    if {x.dtype.name, wide} <= set(backend.dtypes):
        back = ops.cast(ops.cast(_on(backend, x), wide), x.dtype.name)
        assert backend.dtype_name(back) == x.dtype.name
        assert_equal(f"{x.dtype} to {wide} and back", _numpy(back), x)


def _where_of_both(backend: Backend, x: np.ndarray) -> None:
    y = _on(backend, x)
    below = ops.less(y, 0.0)
    both = ops.where(below, y, 0.0), ops.where(below, 0.0, y)
    assert_equal("where below plus where not", _numpy(ops.add(*both)), x)


def _negative_order(backend: Backend, x: np.ndarray) -> None:
    y = _on(backend, x)
    assert_equal("max", _numpy(ops.max(y)), _numpy(ops.negative(ops.min(ops.negative(y)))))


def _sum_of_parts(backend: Backend, drawn: Any) -> None:
    x, axis, places = drawn
    y = _on(backend, x)
    parts = [ops.sum(part, axis, keepdims=True) for part in ops.split(y, list(places), axis)]
    total = ops.sum(ops.concatenate(parts, axis), axis)
    assert_close("the sum of the sums of the parts", _numpy(total), x.astype("float64").sum(axis), "float32", 1e-6)
    assert_close("the sum", _numpy(ops.sum(y, axis)), x.astype("float64").sum(axis), "float32", 1e-6)


def _cumulative(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    running = ops.cumsum(_on(backend, x), axis)
    last = ops.take(running, ops.convert_to_tensor(x.shape[axis] - 1), axis)
    assert_close("the last of the running sums", _numpy(last), x.astype("float64").sum(axis), "float32", 1e-6)
    steps = np.diff(_numpy(running).astype("float64"), axis=axis, prepend=0)
    assert_close("the steps between running sums", steps, x, "float32", 2e-6)


def _products(backend: Backend, drawn: Any) -> None:
    a, b, c = (_on(backend, m) for m in drawn)
    left, right = ops.matmul(ops.matmul(a, b), c), ops.matmul(a, ops.matmul(b, c))
    assert_close("(AB)C and A(BC)", _numpy(left), _numpy(right), "float64", 1e-12)
    turned = ops.matmul(ops.transpose(b), ops.transpose(a))
    assert_close("transposes", _numpy(ops.transpose(ops.matmul(a, b))), _numpy(turned), "float64", 1e-13)
    assert_close("einsum", _numpy(ops.einsum("ij,jk,kl->il", a, b, c)), _numpy(left), "float64", 1e-12)


def _softmax_sums(backend: Backend, drawn: Any) -> None:
    x, axis = drawn
    y = ops.softmax(_on(backend, x), axis)
    assert_close("the sum of softmax", _numpy(ops.sum(y, axis)), np.ones(np.sum(x, axis).shape), "float32")
    shifted = ops.softmax(_on(backend, x + np.float32(4)), axis)
    assert_close("softmax of what is shifted", _numpy(shifted), _numpy(y), "float32", 2e-6)


def _quotients(backend: Backend, drawn: Any) -> None:
    a, b = (_on(backend, x) for x in drawn)
    whole_part, rest = ops.floor_divide(a, b), ops.mod(a, b)
    assert_equal("b * (a // b) + a % b", _numpy(ops.add(ops.multiply(b, whole_part), rest)), drawn[0])


@st.composite
def quotients(draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """Integers, and others that are not zero."""
    shape = draw(shapes())
    divisors = whole(draw, shape, 1, 9) * (2 * whole(draw, shape, 0, 2) - 1)
    return whole(draw, shape, -100, 100).astype("int32"), divisors.astype("int32")


def _one_hot_picks(backend: Backend, drawn: Any) -> None:
    """A one-hot matrix times a table looks rows up."""
    table, rows = drawn
    t, i = _on(backend, table), _on(backend, rows)
    looked_up = ops.matmul(ops.one_hot(i, table.shape[0]), t)
    assert_close("one-hot product", _numpy(looked_up), table[rows], "float32")
    assert_equal("take", _numpy(ops.take(t, i, 0)), table[rows])


@st.composite
def tables(draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """A table and numbers of its rows."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    chosen = whole(draw, (draw(st.integers(1, 4)),), 0, rows)
    return numbers(draw, (rows, columns)).astype("float32"), chosen.astype("int32")


LAWS = [
    Law("flip-twice", arrays_with_axis(), _flip_twice),
    Law("transpose-and-back", permuted(), _transpose_back),
    Law("reshape-and-back", arrays(min_side=1), _reshape_back),
    Law("split-and-concatenate", cut_arrays(), _split_and_join),
    Law("unstack-and-stack", arrays_with_axis(min_side=1), _unstack_and_stack),
    Law("roll-and-back", arrays_with_axis(min_side=1), _roll_back),
    Law("pad-and-slice", arrays(), _pad_and_slice),
    Law("take-all", arrays_with_axis(), _take_all),
    Law("sort-by-argsort", arrays_with_axis(), _sort_by_argsort),
    Law("cast-and-back", narrow_and_wide(), _cast_back),
    Law("where-of-both", arrays(), _where_of_both),
    Law("max-is-minus-min", arrays(min_side=1), _negative_order),
    Law("sum-of-parts", cut_arrays(), _sum_of_parts),
    Law("cumsum-ends-in-sum", arrays_with_axis(min_side=1), _cumulative),
    Law("products-associate", matrices(), _products),
    Law("softmax-sums-to-one", arrays_with_axis(min_side=1), _softmax_sums),
    Law("quotient-and-remainder", quotients(), _quotients),
    Law("one-hot-picks", tables(), _one_hot_picks),
]


# ---- differentiation -------------------------------------------------------------------------------------------------


def _function(x: Any) -> Any:
    """From R^n to R^n, with curvature and with terms across."""
    return ops.add(ops.multiply(ops.tanh(x), ops.sum(x)), ops.square(ops.flip(x)))


@st.composite
def vectors(draw: Draw, count: int) -> tuple[np.ndarray, ...]:
    """So many vectors of one length."""
    n = draw(st.integers(1, 4))
    return tuple(numbers(draw, (n,)) for _ in range(count))


def _pullback_is_linear(backend: Backend, drawn: Any) -> None:
    x, u, v = (_on(backend, a) for a in drawn)
    _, pull = ops.vjp(_function, x)
    (by_u,), (by_v,) = pull(u), pull(v)
    (both,) = pull(ops.add(ops.multiply(u, 2.0), ops.multiply(v, -3.0)))
    expected = 2.0 * _numpy(by_u) - 3.0 * _numpy(by_v)
    assert_close("pullback of a sum", _numpy(both), expected, "float64", 1e-12)


def _forward_and_reverse(backend: Backend, drawn: Any) -> None:
    """``<u, J v> = <J^T u, v>``."""
    x, u, v = (_on(backend, a) for a in drawn)
    _, pull = ops.vjp(_function, x)
    (back,) = pull(u)
    _, forth = ops.jvp(_function, (x,), (v,))
    left, right = float(np.sum(drawn[1] * _numpy(forth))), float(np.sum(_numpy(back) * drawn[2]))
    assert_close("pushed forward, then pulled back", left, right, "float64", 1e-11)


def _gradient_of_sum(backend: Backend, drawn: Any) -> None:
    """The gradient of a sum of functions is the sum of their gradients."""
    (x,) = (_on(backend, a) for a in drawn)
    first, second = (lambda x: ops.sum(ops.sin(x))), (lambda x: ops.sum(_function(x)))
    both = ops.grad(lambda x: ops.add(first(x), second(x)))(x)
    expected = _numpy(ops.grad(first)(x)) + _numpy(ops.grad(second)(x))
    assert_close("gradient of a sum", _numpy(both), expected, "float64", 1e-12)


def _map_is_a_loop(backend: Backend, drawn: Any) -> None:
    rows, w = drawn
    xs, weights = _on(backend, rows), _on(backend, w)

    def f(x: Any) -> Any:
        return ops.add(ops.sum(ops.tanh(ops.multiply(x, weights))), ops.max(x))

    mapped = _numpy(ops.vectorized_map(f, xs))
    looped = np.stack([_numpy(f(_on(backend, row))) for row in rows])
    assert_close("vectorized_map and a loop", mapped, looped, "float64", 1e-13)


@st.composite
def rows_and_weights(draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """A matrix with rows, and a vector as long as they are."""
    n, width = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return numbers(draw, (n, width)), numbers(draw, (width,))


LAWS_OF_GRADIENTS = [
    Law("pullback-is-linear", vectors(3), _pullback_is_linear),
    Law("forward-and-reverse", vectors(3), _forward_and_reverse),
    Law("gradient-of-sum", vectors(1), _gradient_of_sum),
    Law("map-is-a-loop", rows_and_weights(), _map_is_a_loop),
]
