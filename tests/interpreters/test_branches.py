"""Choices inside recorded steps, differentiated: one branch runs there and back, whatever the number says at a replay."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from polykeras import ops, plugins
from polykeras.errors import TraceError
from polykeras.interpreters.branches import frozen
from polykeras.scope import backend_scope

NUMPY = plugins.load("numpy")


@pytest.fixture(autouse=True)
def recorded() -> Iterator[None]:
    """On the NumPy backend, where a step that is not recorded warns."""
    with backend_scope(NUMPY), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def compiled_gradient(f: Callable[[Any], Any]) -> Callable[[list[float]], np.ndarray]:
    """The gradient of a scalar function of one tensor, recorded once and replayed."""
    step = NUMPY.compile(lambda x: ops.grad(f)(x))
    return lambda x: np.asarray(step(np.array(x, "float64")))


def test_each_replay_chooses() -> None:
    """One program serves both branches."""
    gradient = compiled_gradient(lambda x: ops.sum(ops.cond(x[0] > 0, lambda: x * x, lambda: 3.0 * x)))
    for x, expected in (([1.0, 2.0], [2.0, 4.0]), ([-1.0, 2.0], [3.0, 3.0]), ([5.0, 1.0], [10.0, 2.0])):
        assert gradient(x).tolist() == expected


def test_the_other_branch_is_not_run() -> None:
    """A logarithm of a negative number in the branch that was not taken leaves no NaN."""
    gradient = compiled_gradient(lambda x: ops.cond(x[0] > 0, lambda: ops.log(x[0]), lambda: x[0]))
    assert gradient([2.0]).tolist() == [0.5]
    assert gradient([-2.0]).tolist() == [1.0]


def test_second_order_and_nesting() -> None:
    """A gradient of a gradient through a choice inside a choice."""

    def f(x: Any) -> Any:
        return ops.sum(ops.cond(x[0] > 0, lambda: ops.cond(x[1] > 0, lambda: x**3, lambda: x**2), lambda: x))

    hessian_times_ones = compiled_gradient(lambda x: ops.sum(ops.grad(f)(x)))
    assert hessian_times_ones([1.0, 2.0]).tolist() == [6.0, 12.0]
    assert hessian_times_ones([1.0, -2.0]).tolist() == [2.0, 2.0]
    assert hessian_times_ones([-1.0, 2.0]).tolist() == [0.0, 0.0]


def test_names_that_are_given_again() -> None:
    """On the way back a branch reads what it read on the way there."""

    def f(x: Any) -> Any:
        y = x[0]
        for i in range(3):
            y = ops.cond(x[i] > 0, lambda: y * x[i], lambda: y + x[i])  # noqa: B023  late binding is the point
        return y

    gradient = compiled_gradient(f)
    assert gradient([2.0, 3.0, 5.0]).tolist() == [2 * 2 * 3 * 5, 4 * 5, 4 * 3]
    assert gradient([2.0, -3.0, 5.0]).tolist() == [2 * 2 * 5, 5, 4 - 3]


def test_a_bounded_loop() -> None:
    """Rounds are known only when it runs; the gradient is that of the rounds that were made."""

    def f(x: Any) -> Any:
        return ops.while_loop(lambda v: v < 10.0, lambda v: v * v, x[0], maximum_iterations=4)

    gradient = compiled_gradient(f)
    assert gradient([2.0]).tolist() == [4 * 2.0**3]  # 2, 4, 16
    assert gradient([4.0]).tolist() == [2 * 4.0]
    assert gradient([20.0]).tolist() == [1.0]


def test_the_gradient_of_an_unbounded_loop_is_refused() -> None:
    """There is no program for its way back."""
    gradient = compiled_gradient(lambda x: ops.while_loop(lambda v: v < 10.0, lambda v: v * v, x[0]))
    with pytest.raises(TraceError, match="maximum_iterations"):
        gradient([2.0])


def test_frozen() -> None:
    """Functions that call each other, names not assigned yet, defaults."""

    def outer() -> Any:
        value = 1

        def even(n: int, *, step: int = 1) -> Any:
            return value if n == 0 else odd(n - step)

        def odd(n: int) -> Any:
            return even(n - 1)

        copy = frozen(even)
        value = 2
        return even(2), copy(2)

    assert outer() == (2, 1)
    assert frozen(len) is len
