"""Branches and loops on values: results and gradients. `test_compile` runs the same table compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from polykeras import ops, tree
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, ShapeError
from polykeras_conformance.compare import assert_close, assert_within
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")


@dataclass(frozen=True)
class Construct:
    """A function that branches or loops, the same in NumPy, and arguments that take it down each path."""

    id: str
    run: Callable[..., Any]
    reference: Callable[..., Any]
    inputs: Sequence[tuple[Any, ...]]  # of arguments; floats become float64 tensors, ints int32 ones
    differentiable: bool = True  # by the first argument


def _cond(x: Any) -> Any:
    return ops.cond(ops.greater(ops.sum(x), 0), lambda: ops.multiply(x, 2.0), lambda: ops.square(x))


def _cond_tree(x: Any) -> Any:
    def taken() -> Any:
        return {"a": x, "b": (ops.sum(x), ops.multiply(x, 3.0))}

    def other() -> Any:
        return {"a": ops.negative(x), "b": (ops.max(x), x)}

    return ops.cond(ops.less(ops.max(x), 2.0), taken, other)


def _cond_tree_reference(x: Any) -> Any:
    return {"a": x, "b": (x.sum(), 3 * x)} if x.max() < 2 else {"a": -x, "b": (x.max(), x)}


def _cond_of_constant(x: Any) -> Any:
    return ops.cond(True, lambda: ops.exp(x), lambda: x)


def _nested_cond(x: Any) -> Any:
    def inner() -> Any:
        return ops.cond(ops.greater(x[0], 2.0), lambda: ops.exp(x), lambda: ops.multiply(x, x[1]))

    return ops.cond(ops.greater(x[0], 0.0), inner, lambda: ops.sin(x))


def _nested_cond_reference(x: Any) -> Any:
    return (np.exp(x) if x[0] > 2 else x * x[1]) if x[0] > 0 else np.sin(x)


def _switch(x: Any, index: Any) -> Any:
    return ops.switch(index, [ops.sin, ops.exp, lambda v: ops.multiply(v, 5.0)], x)


def _switch_reference(x: Any, index: Any) -> Any:
    branches: list[Callable[..., Any]] = [np.sin, np.exp, lambda v: v * 5.0]
    return branches[min(max(int(index), 0), 2)](x)


def _double_until(x: Any, limit: Any) -> Any:
    return ops.while_loop(
        lambda n, v: ops.less(ops.sum(v), limit),
        lambda n, v: (ops.add(n, 1), ops.multiply(v, 2.0)),
        (ops.convert_to_tensor(0), x),
    )


def _double_until_reference(x: Any, limit: Any) -> Any:
    n = 0
    while x.sum() < limit:
        n, x = n + 1, x * 2
    return n, x


def _at_most(x: Any, limit: Any) -> Any:
    return ops.while_loop(lambda v: ops.less(v, limit), lambda v: ops.add(v, 1.0), x, maximum_iterations=3)


def _at_most_reference(x: Any, limit: Any) -> Any:
    for _ in range(3):
        x = x + 1 if x < limit else x
    return x


def _factorials(x: Any) -> Any:
    return ops.fori_loop(1, 5, lambda i, v: ops.multiply(v, ops.cast(i, "float64")), x)


def _fori_to_tensor(x: Any, upper: Any) -> Any:
    return ops.fori_loop(0, upper, lambda i, v: ops.add(ops.multiply(v, 0.5), ops.cast(i, "float64")), x)


def _fori_to_tensor_reference(x: Any, upper: Any) -> Any:
    for i in range(int(upper)):
        x = 0.5 * x + i
    return x


def _recurrence(carry: Any, x: Any) -> Any:
    state = ops.tanh(ops.add(ops.multiply(carry, 0.5), x))
    return state, ops.multiply(state, x)


def _recurrence_reference(xs: Any, reverse: bool) -> Any:
    carry, ys = np.zeros(xs.shape[1:]), np.zeros(xs.shape)
    for i in reversed(range(len(xs))) if reverse else range(len(xs)):
        carry = np.tanh(0.5 * carry + xs[i])
        ys[i] = carry * xs[i]
    return carry, ys


def _scan(xs: Any, reverse: bool = False) -> Any:
    return ops.scan(_recurrence, ops.zeros((2,), "float64"), xs, reverse=reverse)


def _scan_trees(xs: Any) -> Any:
    def step(carry: Any, x: Any) -> Any:
        total = ops.add(carry["total"], ops.multiply(x[0], x[1]))
        return {"total": total, "count": ops.add(carry["count"], 1)}, (total, ops.sum(x[0]))

    start = {"total": ops.zeros((2,), "float64"), "count": ops.convert_to_tensor(0)}
    return ops.scan(step, start, (xs, ops.exp(xs)))


def _scan_trees_reference(xs: Any) -> Any:
    totals = np.cumsum(xs * np.exp(xs), 0)
    return {"total": totals[-1], "count": len(xs)}, (totals, xs.sum(1))


def _scan_of_nothing(x: Any) -> Any:
    return ops.scan(lambda carry, _: (ops.multiply(carry, 0.5), carry), x, length=3)


def _scan_with_cond(xs: Any) -> Any:
    def step(carry: Any, x: Any) -> Any:
        carry = ops.cond(ops.greater(x, 0.0), lambda: ops.add(carry, x), lambda: ops.multiply(carry, 0.5))
        return carry, carry

    return ops.scan(step, ops.ones((), "float64"), xs)


def _scan_with_cond_reference(xs: Any) -> Any:
    carry, ys = 1.0, []
    for x in xs:
        carry = carry + x if x > 0 else carry * 0.5
        ys.append(carry)
    return carry, np.array(ys)


def _map(xs: Any) -> Any:
    return ops.map(lambda x: ops.multiply(x, ops.sum(x)), xs)


def _vectorized_map(xs: Any) -> Any:
    return ops.vectorized_map(lambda x: ops.matmul(x, ops.exp(x)), xs)


def _halve_at_most(x: Any, limit: Any) -> Any:
    return ops.while_loop(
        lambda v: ops.greater(ops.max(v), limit), lambda v: ops.multiply(v, ops.exp(-v)), x, maximum_iterations=4
    )


def _halve_at_most_reference(x: Any, limit: Any) -> Any:
    for _ in range(4):
        x = x * np.exp(-x) if x.max() > limit else x
    return x


def _affine(first: Any, second: Any) -> Any:
    return {
        "a": ops.multiply(first["a"], second["a"]),
        "b": ops.add(ops.multiply(first["b"], second["a"]), second["b"]),
    }


def _associative_scan(xs: Any, reverse: bool = False) -> Any:
    return ops.associative_scan(_affine, {"a": xs, "b": ops.sin(xs)}, reverse=reverse, axis=1)


def _associative_scan_reference(xs: Any, reverse: bool = False) -> Any:
    a, b = xs.copy(), np.sin(xs)
    places = range(xs.shape[1])
    order = list(reversed(places)) if reverse else list(places)
    for last, i in pairwise(order):
        b[:, i] = b[:, last] * a[:, i] + b[:, i]
        a[:, i] = a[:, last] * a[:, i]
    return {"a": a, "b": b}


def _vectorize(xs: Any) -> Any:
    return ops.vectorize(lambda a, b: ops.multiply(a, ops.sin(b)))(ops.expand_dims(xs, 1), xs[0])


def _vectorize_cores(xs: Any) -> Any:
    products = ops.vectorize(ops.matmul, signature="(m,n),(n)->(m)")
    return products(ops.stack([xs, ops.exp(xs)]), ops.expand_dims(xs, 1)[:2])


def _vectorize_cores_reference(xs: Any) -> Any:
    return np.einsum("kmn,jn->jkm", np.stack([xs, np.exp(xs)]), xs[:2])


LONG = np.sin(np.arange(14.0)).reshape(2, 7) + 1.1

ROWS = np.array([[0.3, -1.2], [0.7, 0.4], [-0.5, 1.1]])

TABLE = [
    Construct("cond", _cond, lambda x: 2 * x if x.sum() > 0 else x**2, [([1.0, 2.0],), ([-3.0, 1.0],)]),
    Construct("cond-tree", _cond_tree, _cond_tree_reference, [([1.0, 0.5],), ([3.0, 1.0],)]),
    Construct("cond-of-a-bool", _cond_of_constant, np.exp, [([1.0],)]),
    Construct("cond-nested", _nested_cond, _nested_cond_reference, [([1.0, 2.0],), ([3.0, 0.5],), ([-1.0, 2.0],)]),
    Construct("switch", _switch, _switch_reference, [([0.5, 1.5], i) for i in (0, 1, 2)]),
    Construct("switch-clipped", _switch, _switch_reference, [([0.5, 1.5], i) for i in (-7, 9)]),
    Construct(
        "while-loop", _double_until, _double_until_reference, [([1.0, 2.0], 100.0), ([1.0, 2.0], 2.0)], False
    ),
    Construct("while-loop-at-most", _at_most, _at_most_reference, [(0.0, 100.0), (0.0, 1.5)], False),
    Construct("fori-loop", _factorials, lambda x: 24 * x, [([1.0, -2.0],)]),
    Construct("fori-loop-to-a-tensor", _fori_to_tensor, _fori_to_tensor_reference, [([1.0], 4), ([1.0], 0)], False),
    Construct("scan", _scan, lambda xs: _recurrence_reference(xs, False), [(ROWS,), (-ROWS,)]),
    Construct("scan-reverse", lambda xs: _scan(xs, True), lambda xs: _recurrence_reference(xs, True), [(ROWS,)]),
    Construct("scan-trees", _scan_trees, _scan_trees_reference, [(ROWS,)]),
    Construct("scan-length", _scan_of_nothing, lambda x: (x / 8, np.array([x, x / 2, x / 4])), [([1.0, 3.0],)]),
    Construct("scan-with-cond", _scan_with_cond, _scan_with_cond_reference, [([0.5, -1.0, 2.0],), ([-1.0],)]),
    Construct("while-loop-bounded", _halve_at_most, _halve_at_most_reference, [([1.0, 0.5], 0.2), ([0.3], 0.27)]),
    Construct(
        "while-loop-no-rounds", lambda x: ops.while_loop(lambda v: ops.max(v) > 0, ops.exp, x, 0), np.copy, [([1.0],)]
    ),
    Construct(
        "associative-scan", _associative_scan, _associative_scan_reference, [(LONG,), (LONG[:, :6],), (LONG[:, :1],)]
    ),
    Construct(
        "associative-scan-reverse",
        lambda xs: _associative_scan(xs, True),
        lambda xs: _associative_scan_reference(xs, True),
        [(LONG,), (LONG[:, :2],)],
    ),
    Construct("vectorize", _vectorize, lambda xs: xs[:, None] * np.sin(xs[0]), [(ROWS,)]),
    Construct("vectorize-cores", _vectorize_cores, _vectorize_cores_reference, [(ROWS,)]),
    Construct("map", _map, lambda xs: xs * xs.sum(1, keepdims=True), [(ROWS,)]),
    Construct("vectorized-map", _vectorized_map, lambda xs: (xs * np.exp(xs)).sum(1), [(ROWS,)]),
]


def constructs(backend: Backend) -> list[Construct]:
    """The table."""
    return TABLE


@generated(constructs, quick=10)
def test_construct(backend: Backend, case: Construct) -> None:
    """The results are those of the same in NumPy, down each path."""
    for arguments in case.inputs:
        result = case.run(*on(backend, arguments))
        check(f"{case.id} of {arguments} on {backend.name}", backend, case, arguments, result)


def differentiable_constructs(backend: Backend) -> list[Construct]:
    """Those that gradients pass on every backend."""
    return [case for case in TABLE if case.differentiable] if "gradients" in backend.capabilities.levels else []


@generated(differentiable_constructs, quick=6)
def test_construct_gradient(backend: Backend, case: Construct) -> None:
    """The gradient by the first argument is that of the path taken."""
    for arguments in case.inputs:
        tensors = on(backend, arguments)
        g = ops.grad(lambda x, rest=tensors[1:]: total(case.run(x, *rest)))(tensors[0])
        what = f"gradient of {case.id} at {arguments} on {backend.name}"
        assert_within(what, backend.to_numpy(g), expected_gradient(case, arguments), 1e-8)


def on(backend: Backend, arguments: Sequence[Any]) -> list[Any]:
    """The arguments as tensors: floats float64, ints int32."""
    arrays = [np.asarray(a) for a in arguments]
    return [backend.convert(a, "float64" if a.dtype.kind == "f" else "int32") for a in arrays]


def check(what: str, backend: Backend, case: Construct, arguments: Sequence[Any], result: Any) -> None:
    """`result` is the reference's, in structure and values."""
    expected = case.reference(*[np.asarray(a) for a in arguments])
    tree.assert_same_structure(result, expected)
    for a, b in zip(tree.flatten(result), tree.flatten(expected), strict=True):
        assert_close(what, np.asarray(backend.to_numpy(a), "float64"), b, "float64")


def total(results: Any) -> Any:
    """The sum of the floating results, weighted by their place."""
    floating = [r for r in tree.flatten(results) if ops.dtype(r) == "float64"]
    sums = [ops.multiply(ops.sum(ops.square(r)), float(n + 1)) for n, r in enumerate(floating)]
    return sums[0] if len(sums) == 1 else ops.sum(ops.stack(sums))


def expected_gradient(case: Construct, arguments: Sequence[Any]) -> np.ndarray:
    """The gradient of `total` of the reference by finite differences."""
    x, rest = np.asarray(arguments[0], "float64"), [np.asarray(a) for a in arguments[1:]]

    def value(x: np.ndarray) -> float:
        floating = [r for r in map(np.asarray, tree.flatten(case.reference(x, *rest))) if r.dtype == "float64"]
        return float(sum((n + 1) * np.sum(r**2) for n, r in enumerate(floating)))

    g = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-3
        near = (value(x + step) - value(x - step)) / 2e-3
        far = (value(x + 2 * step) - value(x - 2 * step)) / 4e-3
        g[place] = (4 * near - far) / 3
    return g


def test_disagreeing_lengths(backend: Backend) -> None:
    """`scan` over tensors of different lengths is refused; so is a switch without branches, or a scan of no length."""
    with pytest.raises(ArgumentError, match="scan"):
        ops.scan(lambda c, x: (c, c), ops.zeros(()), (ops.zeros((2,)), ops.zeros((3,))))
    with pytest.raises(ArgumentError, match="switch"):
        ops.switch(ops.convert_to_tensor(0), [])
    with pytest.raises(ArgumentError, match="scan"):
        ops.scan(lambda c, x: (c, c), ops.zeros(()))


def test_disagreeing_scans(backend: Backend) -> None:
    """`associative_scan` and `vectorize` say what does not fit."""
    with pytest.raises(ArgumentError, match=r"associative_scan.*agree"):
        ops.associative_scan(lambda a, b: a, [ops.zeros((2,)), ops.zeros((3,))])
    with pytest.raises(ArgumentError, match=r"associative_scan.*axis"):
        ops.associative_scan(ops.add, ops.zeros((2,)), axis=1)
    with pytest.raises(ArgumentError, match=r"vectorize.*signature"):
        ops.vectorize(ops.add, signature="(m->m")
    with pytest.raises(ShapeError, match=r"vectorize.*'n'"):
        ops.vectorize(ops.matmul, signature="(m,n),(n)->(m)")(ops.zeros((2, 3)), ops.zeros((2,)))


def test_vectorize_excluded(backend: Backend) -> None:
    """Excluded arguments are handed on as they are, by position and by name."""

    def scaled(x: Any, power: Any, shift: Any = 0.0) -> Any:
        assert power == 2 and shift == [1.0]
        return ops.add(ops.power(x, power), shift[0])

    f = ops.vectorize(scaled, excluded={1, "shift"})
    found = backend.to_numpy(f(ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]]), 2, shift=[1.0]))
    assert_close("vectorize with excluded", found, [[2.0, 5.0], [10.0, 17.0]], "float32")
