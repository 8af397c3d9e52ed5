"""Gradients at kinks, ties, zeros and bad indices, where a convention decides: one table, the same on every backend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend import Backend
from polykeras.ops.registry import REGISTRY
from polykeras_conformance.compare import assert_close
from polykeras_conformance.generation import generated
from polykeras_conformance.test_gradients import by_tape

pytestmark = pytest.mark.level("gradients")

INF = math.inf


@dataclass(frozen=True)
class Kink:
    """An op, where to differentiate it, and the gradient of the sum of its floating results by each `points`."""

    name: str
    op: str
    points: tuple[Any, ...]  # the leading arguments, floating tensors
    gradients: tuple[Any, ...]
    rest: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Op and name of the place."""
        return f"{self.op}-{self.name}"


def kink(name: str, op: str, *points_and_gradients: Any, rest: Sequence[Any] = (), **options: Any) -> Kink:
    """Points, then as many gradients."""
    half = len(points_and_gradients) // 2
    return Kink(name, op, points_and_gradients[:half], points_and_gradients[half:], tuple(rest), options)


ELEMENTWISE = [
    kink("at-zero", "abs", [0.0, -0.0, 2.0], [0, 0, 1]),
    kink("tie", "maximum", [1.0, 2.0, 0.0], [1.0, 1.0, 3.0], [0.5, 1, 0], [0.5, 0, 1]),
    kink("tie", "minimum", [1.0, 2.0, 0.0], [1.0, 1.0, 3.0], [0.5, 0, 1], [0.5, 1, 0]),
    kink("tie-broadcast", "maximum", [[1.0], [2.0]], [1.0, 2.0], [[0.5], [1.5]], [0.5, 1.5]),
    kink("tie-with-a-number", "maximum", [0.0, 1.0], [0.5, 1], rest=[0]),
    kink("at-bounds", "clip", [-1.0, 0.0, 1.0, 2.0], [1, 1, 1, 0], rest=[-1.0, 1.0]),
    kink("bounds-crossed", "clip", [0.0, 1.5, 3.0], [0, 0, 0], rest=[2.0, 1.0]),
    kink("at-zero", "sqrt", [0.0, 4.0], [INF, 0.25]),
    kink("at-zero", "log", [0.0, 2.0], [INF, 0.5]),
    kink("base-zero", "power", [0.0, 0.0, 0.0], [2.0, 1.0, 0.0], [0, 1, 0], [0, 0, 0]),
    kink("base-negative", "power", [-2.0], [3.0], [12], [0]),
    kink("at-a-multiple", "mod", [4.0, 5.0], [2.0, 3.0], [1, 1], [-2, -1]),
    kink("tie", "logaddexp", [1.0], [1.0], [0.5], [0.5]),
    kink("at-zero", "hypot", [0.0], [0.0], [0], [0]),
    kink("tie", "hypot", [3.0], [3.0], [math.sqrt(0.5)], [math.sqrt(0.5)]),
    kink("one-zero", "hypot", [3.0, 0.0], [0.0, -2.0], [1, 0], [0, -1]),
    kink("none", "floor", [0.5, 1.0], [0, 0]),
    kink("none", "sign", [0.0, -3.0], [0, 0]),
    kink("none", "round", [0.5, 2.3], [0, 0]),
    kink("not-passed", "stop_gradient", [1.0, 2.0], [0, 0]),
]

ACTIVATIONS = [
    kink("at-zero", "relu", [0.0, -1.0, 1.0], [0, 0, 1]),
    kink("at-both-kinks", "relu6", [0.0, 6.0, 3.0, 7.0], [0, 0, 1, 0]),
    kink("at-zero", "leaky_relu", [0.0, -1.0, 1.0], [0.2, 0.2, 1]),
    kink("at-zero", "elu", [0.0, 1.0], [1, 1]),
    kink("at-zero", "elu", [0.0], [0.5], alpha=0.5),
    kink("at-zero", "celu", [0.0], [1], alpha=0.5),
    kink("at-zero", "selu", [0.0], [1.0507009873554805 * 1.6732632423543772]),
    kink("at-zero", "softplus", [0.0], [0.5]),
    kink("at-zero", "log_sigmoid", [0.0], [0.5]),
    kink("at-zero", "softsign", [0.0], [1]),
    kink("at-zero", "silu", [0.0], [0.5]),
    kink("far-out", "sigmoid", [-1000.0, 1000.0], [0, 0]),
    kink("far-out", "softplus", [-1000.0, 1000.0], [0, 1]),
    kink("at-both-kinks", "hard_sigmoid", [-3.0, 3.0, 0.0], [0, 0, 1 / 6]),
    kink("at-both-kinks", "hard_silu", [-3.0, 3.0, 0.0], [0, 1, 0.5]),
    kink("at-both-kinks", "hard_tanh", [-1.0, 1.0, 1.5], [1, 1, 0]),
    kink("at-both-kinks", "soft_shrink", [-0.5, 0.5, 1.0], [0, 0, 1]),
    kink("at-both-kinks", "hard_shrink", [-0.5, 0.5, 1.0], [0, 0, 1]),
    kink("at-the-kink", "threshold", [0.5, 0.75], [0, 1], rest=[0.5, 9.0]),
    kink("at-both-kinks", "sparse_plus", [-1.0, 1.0, 0.0], [0, 1, 0.5]),
    kink("at-both-kinks", "sparse_sigmoid", [-1.0, 1.0, -1.5], [0.5, 0.5, 0]),
]

REDUCTIONS = [
    kink("tie", "amax", [1.0, 3.0, 3.0], [0, 0.5, 0.5]),
    kink("tie", "amin", [[1.0, 1.0], [2.0, 1.0]], [[0.5, 0.5], [0, 1]], rest=[1]),
    kink("three-ties", "max", [2.0, 2.0, 2.0], [1 / 3, 1 / 3, 1 / 3]),
    kink("tie-with-initial", "max", [1.0, 0.0], [0.5, 0], initial=1.0),
    kink("one-zero", "prod", [0.0, 2.0, 3.0], [6, 0, 0]),
    kink("two-zeros", "prod", [0.0, 0.0, 3.0], [0, 0, 0]),
    kink("one-zero", "cumulative_prod", [2.0, 0.0, 3.0], [1, 8, 0], rest=[0]),
    kink("two-zeros", "cumulative_prod", [2.0, 0.0, 3.0, 0.0], [1, 8, 0, 0], rest=[0]),
    kink("tie", "logsumexp", [1.0, 1.0], [0.5, 0.5]),
    kink("with-minus-infinity", "logsumexp", [-INF, 0.0], [0, 1]),
    kink("with-minus-infinity", "softmax", [-INF, 0.0, 0.0], [0, 0, 0]),
]

PICKING = [
    kink("ties", "sort", [2.0, 1.0, 2.0], [1, 1, 1]),
    kink("tie-first-wins", "top_k", [1.0, 3.0, 3.0, 3.0], [0, 1, 1, 0], rest=[2]),
    kink("twice-the-same", "gather", [1.0, 2.0, 3.0], [2, 0, 1], rest=[np.array([0, 0, -1]), 0]),
    kink("out-of-range", "gather", [1.0, 2.0], [1, 0], rest=[np.array([0, 2, -3]), 0]),
    kink("twice-the-same", "take_along_axis", [[1.0, 2.0]], [[3, 0]], rest=[np.array([[0, 0, -2]]), 1]),
    kink("out-of-range", "scatter_add", [1.0, 2.0, 3.0], [1, 0, 1], rest=[np.array([0, 5, -1]), 0, 2]),
    kink("dropped", "segment_sum", [1.0, 2.0, 3.0], [1, 0, 0], rest=[np.array([0, -1, 2]), 2]),
    kink("moved-inside", "slice", [1.0, 2.0, 3.0], [0, 1, 1], rest=[np.array([9]), (2,)]),
    kink("moved-inside", "slice_update", [1.0, 2.0, 3.0], [7.0, 8.0], [1, 0, 0], [1, 1]),
    kink(
        "tie-first-wins", "max_pool", [[[5.0], [5.0], [1.0], [4.0]]], [[[1], [0], [0], [1]]],
        rest=[2], data_format="channels_last",
    ),
    kink(
        "tie-in-overlapping-windows", "max_pool", [[[1.0], [5.0], [1.0], [1.0]]], [[[0], [2], [1], [0]]],
        rest=[2, 1], data_format="channels_last",
    ),
    kink(
        "padding-never-wins", "max_pool", [[[-1.0], [-2.0], [-3.0]]], [[[1], [0], [1]]],
        rest=[2], padding="same", data_format="channels_last",
    ),
]

TABLE = [*ELEMENTWISE, *ACTIVATIONS, *REDUCTIONS, *PICKING]


def kinks(backend: Backend) -> list[Kink]:
    """The table; a name that occurs twice is numbered."""
    seen: dict[str, int] = {}
    result = []
    for row in TABLE:
        seen[row.id] = seen.get(row.id, 0) + 1
        name = row.name if seen[row.id] == 1 else f"{row.name}-{seen[row.id]}"
        result.append(Kink(name, row.op, row.points, row.gradients, row.rest, row.options))
    return result


@generated(kinks)
def test_gradient_at_kink(backend: Backend, case: Kink) -> None:
    """The backend's own gradient is the one in the table."""
    _check(backend, case, ops.value_and_grad)


def kinks_by_tape(backend: Backend) -> list[Kink]:
    """The table, for a backend that does not use the tape anyway."""
    return kinks(backend) if type(backend).value_and_grad is not Backend.value_and_grad else []


@generated(kinks_by_tape)
def test_tape_at_kink(backend: Backend, case: Kink) -> None:
    """The tape over the backend's kernels gives the same."""
    _check(backend, case, by_tape(backend))


def _check(backend: Backend, case: Kink, differentiate: Callable[..., Any]) -> None:
    op = REGISTRY[case.op]
    # slice_update has its indices between the two points.
    between = [backend.convert(np.array([5]), "int32")] if case.op == "slice_update" else []
    rest = [backend.convert(v, "int32") if isinstance(v, np.ndarray) else v for v in case.rest]

    def total(xs: Sequence[Any]) -> Any:
        result = op.call(xs[0], *between, *xs[1:], *rest, **case.options)
        return ops.sum(result[0] if isinstance(result, (tuple, list)) else result)

    _, grads = differentiate(total)([backend.convert(p, "float32") for p in case.points])
    for n, (g, expected) in enumerate(zip(grads, case.gradients, strict=True)):
        what = f"gradient of {case.id} by argument {n} on {backend.name}"
        assert backend.dtype_name(g) == "float32", f"{what}: dtype {backend.dtype_name(g)}"
        assert_close(what, backend.to_numpy(g), expected, "float32")
