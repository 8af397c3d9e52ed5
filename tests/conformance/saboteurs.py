"""Backends with one planted fault each, made of the NumPy adapter, and the test of the conformance suite that sees it.

A fault is a kernel, an override, a method of the engine or a gradient rule that is subtly wrong, in a way in which real
adapters have been wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from polykeras import ops, tree
from polykeras.backend import Backend, BackendSpec
from polykeras.gradients.table import RULES
from polykeras.plugins import hookimpl
from polykeras_numpy.backend import NumpyBackend


@dataclass(frozen=True)
class Saboteur:
    """A faulty backend: what is wrong, what replaces the honest part, and the test that must fail on it."""

    name: str
    caught_by: str
    kernels: dict[str, Callable[..., Any]] = field(default_factory=dict)
    overrides: dict[str, Callable[..., Any]] = field(default_factory=dict)
    methods: dict[str, Any] = field(default_factory=dict)

    def load(self) -> Backend:
        """A backend of that name."""
        space = {
            "name": f"saboteur-{self.name}",
            "kernels": {**NumpyBackend.kernels, **self.kernels},
            "overrides": {**NumpyBackend.overrides, **self.overrides},
            **self.methods,
        }
        return type("SaboteurBackend", (NumpyBackend,), space)()


def honest(kernel: str) -> Callable[..., Any]:
    """The NumPy adapter's own kernel or override."""
    return NumpyBackend.kernels.get(kernel) or NumpyBackend.overrides[kernel]


# ---- values ----------------------------------------------------------------------------------------------------------


def _half_precision(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *xs: f(*(x.astype("float16") if x.dtype == "float32" else x for x in xs)).astype(xs[0].dtype)


def _transposed(x1: Any, x2: Any) -> Any:
    """Right unless the product is a square matrix."""
    y = honest("matmul")(x1, x2)
    return np.swapaxes(y, -1, -2) if y.ndim > 1 and y.shape[-1] == y.shape[-2] else y


def _saturating(x1: Any, x2: Any) -> Any:
    y = np.add(x1, x2)
    if y.dtype.kind != "i" or np.ndim(x1) == 0 or np.ndim(x2) == 0:
        return y
    limits = np.iinfo(y.dtype)
    return np.clip(x1.astype("int64") + x2, limits.min, limits.max).astype(y.dtype)


def _clamping(x: Any, indices: Any, axis: int) -> Any:
    size = x.shape[axis]
    return x.take(np.clip(indices, -size, size - 1), axis) if size else honest("gather")(x, indices, axis)


def _last_of_ties(x: Any, axis: Any, keepdims: bool) -> Any:
    if axis is None:
        found = np.asarray(x.size - 1 - np.argmax(x.ravel()[::-1]))
        return (found.reshape((1,) * x.ndim) if keepdims else found).astype("int32")
    return (x.shape[axis] - 1 - np.argmax(np.flip(x, axis), axis, keepdims=keepdims)).astype("int32")


def _unstable(x: Any, axis: int) -> Any:
    backwards = np.argsort(np.flip(x, axis), axis, kind="stable")
    return (x.shape[axis] - 1 - backwards).astype("int32")


def _misplaced_padding(inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation: Any) -> Any:
    """A fused convolution that puts the odd element of "same" padding before, not after."""
    from polykeras.ops.convolution import conv_geometry
    from polykeras.ops.registry import REGISTRY

    g = conv_geometry(inputs.shape, kernel.shape, strides, padding, data_format, dilation)
    turned = [(after, before) for before, after in g.padding]
    return REGISTRY["conv"].body(inputs, kernel, strides, turned, data_format, dilation)


def _without_shift(x: Any, axis: Any) -> Any:
    with np.errstate(all="ignore"):
        e = np.exp(x)
        return e / e.sum(axis=axis, keepdims=True)


def _any_axis(x: Any, axis: Any, keepdims: bool) -> Any:
    fits = axis is None or all(-x.ndim <= a < x.ndim for a in np.atleast_1d(axis))
    return honest("sum")(x, axis if fits else None, keepdims)


VALUES = [
    Saboteur("matmul-transposed", "test_values.py::test_value[matmul-2-float32]", {"matmul": _transposed}),
    Saboteur("matmul-in-half-precision", "test_values.py::test_value[matmul-0-float32]",
             {"matmul": _half_precision(np.matmul)}),
    Saboteur("dtype-leak", "test_values.py::test_value[exp-0-float32]", {"exp": lambda x: np.exp(x.astype("float64"))}),
    Saboteur("mask-ignored", "test_values.py::test_value[where-0-float32]",
             {"where": lambda mask, x1, x2: np.broadcast_arrays(mask, x1, x2)[1].copy()}),
    Saboteur("keepdims-ignored", "test_values.py::test_value[sum-2-float32]",
             {"sum": lambda x, axis, keepdims: honest("sum")(x, axis, False)}),
    Saboteur("padding-off-by-one", "test_edges.py::test_edge[conv-same-of-even-window]",
             overrides={"conv": _misplaced_padding}),
    Saboteur("override-approximates", "test_overrides.py::test_override_value[sigmoid-0-float32]",
             overrides={"sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1).astype(x.dtype)}),
    Saboteur("scalars-widen", "test_dtypes.py::test_scalars_are_weak[multiply]",
             {"multiply": lambda x1, x2: np.multiply(x1, np.float64(x2) if isinstance(x2, float) else x2)}),
    Saboteur("ties-last", "test_edges.py::test_edge[argmax-first-of-ties]", {"argmax": _last_of_ties}),
    Saboteur("floor-divide-truncates", "test_edges.py::test_edge[floor_divide-signs]",
             {"floor_divide": lambda x1, x2: np.trunc(np.true_divide(x1, x2)).astype(np.result_type(x1, x2))}),
    Saboteur("gather-clamps", "test_edges.py::test_edge[gather-out-of-range]", {"gather": _clamping}),
    Saboteur("sort-unstable", "test_edges.py::test_edge[argsort-stable]", {"argsort": _unstable}),
    Saboteur("nan-lost", "test_edges.py::test_edge[maximum-nan]", {"maximum": np.fmax}),
    Saboteur("overflow-saturates", "test_edges.py::test_edge[add-wraps]", {"add": _saturating}),
    Saboteur("softmax-overflows", "test_edges.py::test_edge[softmax-far-out]", overrides={"softmax": _without_shift}),
    Saboteur("axis-unchecked", "test_errors.py::test_refusal[sum-axis]", {"sum": _any_axis}),
]  # fmt: skip


# ---- gradients -------------------------------------------------------------------------------------------------------


@contextmanager
def _with_rule(op: str, argument: str, rule: Any) -> Iterator[None]:
    before = RULES.get(op)
    RULES[op] = {**(before or {}), argument: rule}
    try:
        yield
    finally:
        if before is None:
            del RULES[op]
        else:
            RULES[op] = before


def _wrong_rule(op: str, argument: str, rule: Any) -> dict[str, Any]:
    """An engine that differentiates with that rule in the table."""

    def value_and_grad(self: Backend, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        right = NumpyBackend.value_and_grad(self, f, has_aux)

        def run(*args: Any) -> Any:
            with _with_rule(op, argument, rule):
                return right(*args)

        return run

    return {"value_and_grad": value_and_grad}


def _first_tie_takes_all(out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    first = np.zeros(x.shape, x.dtype)
    first.flat[int(np.argmax(x))] = 1
    return lambda g: ops.multiply(g, first)


def _forgets_unread(self: Backend, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
    """Gives the default float's zero where nothing flows, not zeros like the argument."""
    right = NumpyBackend.value_and_grad(self, f, has_aux)

    def run(xs: Any, *rest: Any) -> Any:
        value, grads = right(xs, *rest)
        return value, [g if np.any(g) else np.zeros(np.shape(x), "float32") for g, x in zip(grads, xs, strict=True)]

    return run


def _drifts(self: Backend, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
    """Gradients that are one part in a hundred too large, in float32 only."""
    right = NumpyBackend.value_and_grad(self, f, has_aux)

    def run(xs: Any, *rest: Any) -> Any:
        value, grads = right(xs, *rest)
        return value, [g * g.dtype.type(1.01) if g.dtype == "float32" else g for g in grads]

    return run


GRADIENTS = [
    Saboteur("gradient-term-dropped", "test_gradients.py::test_gradient[multiply-0-float64]",
             methods=_wrong_rule("multiply", "x2", lambda out, x1, x2: None)),
    Saboteur("gradient-of-wrong-sign", "test_gradients.py::test_gradient[subtract-0-float64]",
             methods=_wrong_rule("subtract", "x2", lambda out, x1, x2: lambda g: g)),
    Saboteur("second-order-cut", "test_gradients.py::test_second_order[exp-0-float64]",
             methods=_wrong_rule("exp", "x", lambda out, x: lambda g: ops.multiply(g, ops.stop_gradient(out)))),
    Saboteur("abs-kink", "test_kinks.py::test_gradient_at_kink[abs-at-zero]",
             methods=_wrong_rule("abs", "x", lambda out, x: lambda g: ops.where(ops.less(x, 0), ops.negative(g), g))),
    Saboteur("tie-takes-all", "test_kinks.py::test_gradient_at_kink[amax-tie]",
             methods=_wrong_rule("amax", "x", _first_tie_takes_all)),
    Saboteur("stop-gradient-leaks", "test_autodiff.py::test_stop_gradient",
             methods=_wrong_rule("stop_gradient", "variable", lambda out, variable: lambda g: g)),
    Saboteur("zeros-of-wrong-dtype", "test_autodiff.py::test_unused", methods={"value_and_grad": _forgets_unread}),
    Saboteur("gradients-drift", "test_training.py::test_eager_steps[mlp-float32]", methods={"value_and_grad": _drifts}),
]  # fmt: skip


# ---- compilation -----------------------------------------------------------------------------------------------------


def _remembers_results(self: Backend, step: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Computes once per signature."""
    known: dict[Any, Any] = {}

    def run(*args: Any) -> Any:
        signature = tuple((x.shape, x.dtype) for x in tree.flatten(args) if hasattr(x, "shape"))
        if signature not in known:
            known[signature] = step(*args)
        return known[signature]

    return run


def _first_signature_only(self: Backend, step: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Casts everything to the dtypes that the first call had."""
    seen: list[Any] = []

    def run(*args: Any) -> Any:
        leaves, treedef = tree.flatten_with_treedef(args)
        seen.extend([x.dtype for x in leaves if hasattr(x, "dtype")] if not seen else [])
        return step(*tree.unflatten(treedef, [x.astype(d) for x, d in zip(leaves, seen, strict=True)]))

    return run


def _reuses_buffers(self: Backend, step: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Gives out the same memory at every call."""
    buffers: dict[Any, Any] = {}

    def run(*args: Any) -> Any:
        leaves, treedef = tree.flatten_with_treedef(step(*args))
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, np.ndarray):
                leaves[i] = buffers.setdefault((i, leaf.shape, leaf.dtype), np.empty_like(leaf))
                leaves[i][...] = leaf
        return tree.unflatten(treedef, leaves)

    return run


def _frozen_branches(self: Backend, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Takes the branch that it took when it first came to this place."""
    decided = self.__dict__.setdefault("decided", {})
    return true_fn() if decided.setdefault(true_fn.__code__, bool(pred)) else false_fn()


def _never_backwards(self: Backend, f: Any, init: Any, xs: Any, length: int, reverse: bool = False) -> Any:
    return NumpyBackend.scan(self, f, init, xs, length)


COMPILATION = [
    Saboteur("compile-remembers-results", "test_compile.py::test_compiled_op[exp]",
             methods={"compile": _remembers_results}),
    Saboteur("compile-has-one-signature", "test_compile.py::test_signatures",
             methods={"compile": _first_signature_only}),
    Saboteur("compile-forgets-state", "test_training.py::test_trajectory[sparse-labels-float32]",
             methods={"compile": _remembers_results}),
    Saboteur("cond-frozen-in-steps", "test_compile.py::test_compiled_construct[cond]",
             methods={"compile": lambda self, step, **options: step, "cond": _frozen_branches}),
    Saboteur("compile-reuses-buffers", "test_compile.py::test_results_last", methods={"compile": _reuses_buffers}),
    Saboteur("cond-frozen", "test_control_flow.py::test_construct[cond]", methods={"cond": _frozen_branches}),
    Saboteur("scan-not-reversed", "test_control_flow.py::test_construct[scan-reverse]",
             methods={"scan": _never_backwards}),
]  # fmt: skip


# ---- the engine ------------------------------------------------------------------------------------------------------


_shared = np.random.Generator(np.random.PCG64(0))


def _ignores_the_key(key: Any, shape: Any, dtype: str) -> Any:
    return _shared.random(shape).astype(dtype)


_state = {"generator": np.random.default_rng(0)}


def _one_state_for_all_threads(key: Any, shape: Any, dtype: str) -> Any:
    """Right when nobody else draws between setting the state and reading it."""
    _state["generator"] = np.random.default_rng([int(k) % 2**32 for k in key])
    time.sleep(0.001)
    return _state["generator"].random(shape).astype(dtype)


@contextmanager
def _any_device(self: Backend, device: str) -> Iterator[None]:
    yield


ENGINE = [
    Saboteur("random-ignores-key", "test_random.py::test_function_of_the_key[random_uniform]",
             overrides={"random_uniform": _ignores_the_key}),
    Saboteur("random-shared-by-threads", "test_random.py::test_threads[random_uniform]",
             overrides={"random_uniform": _one_state_for_all_threads}),
    Saboteur("random-not-uniform", "test_random.py::test_distribution[uniform]",
             overrides={"random_uniform": lambda *args: honest("random_uniform")(*args) ** 1.1}),
    Saboteur("convert-aliases", "test_engine.py::test_convert_copies",
             methods={"convert": lambda self, value, dtype: np.asarray(value, self.dtypes[dtype])}),
    Saboteur("half-precision-widened", "test_engine.py::test_round_trip[float16]",
             methods={"to_numpy": lambda self, x: np.asarray(x, "float32" if x.dtype == "float16" else None)}),
    Saboteur("any-device", "test_devices.py::test_unknown", methods={"device_scope": _any_device}),
]  # fmt: skip

SABOTEURS = [*VALUES, *GRADIENTS, *COMPILATION, *ENGINE]


class Plugin:
    """Registers saboteurs as any plugin registers its backends."""

    def __init__(self, saboteurs: Sequence[Saboteur]) -> None:
        self.saboteurs = saboteurs

    @hookimpl
    def polykeras_backends(self) -> list[BackendSpec]:
        """All of them."""
        return [BackendSpec(f"saboteur-{s.name}", s.load, ("numpy",), install="no") for s in self.saboteurs]
