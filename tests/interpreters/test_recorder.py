"""Recorded programs."""

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import TraceError
from polykeras.scope import current_backend


@pytest.fixture
def compiled():
    return lambda step, **options: current_backend().compile(step, **options)


def test_replays_with_new_values(compiled):
    calls = []

    def step(x, y):
        calls.append(1)
        return {"sum": ops.add(x, y), "both": [x * y, None]}

    run = compiled(step)
    for k in (1.0, 2.0, 5.0):
        result = run(np.float32([k, 1]), np.float32([2, 3]))
        assert result["sum"].tolist() == [k + 2, 4]
        assert result["both"][0].tolist() == [2 * k, 3]
        assert result["both"][1] is None
    assert len(calls) == 1


def test_one_program_per_signature(compiled):
    calls = []

    def step(x, flag):
        calls.append(1)
        return x * 2 if flag else x

    run = compiled(step)
    assert run(np.float32([1]), True).tolist() == [2]
    assert run(np.float32([1, 2]), True).tolist() == [2, 4]
    assert run(np.float64([1]), True).dtype == np.float64
    assert run(np.float32([1]), False).tolist() == [1]
    assert run(np.float32([3]), True).tolist() == [6]
    assert len(calls) == 4


def test_gradients_are_part_of_the_program(compiled):
    def f(w, x):
        return ops.sum(ops.square(ops.tanh(ops.matmul(x, w))))

    step = compiled(lambda w, x: ops.value_and_grad(f)(w, x))
    x = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    for seed in range(3):
        w = np.random.default_rng(seed).normal(size=(3, 2)).astype("float32")
        value, gradient = step(w, x)
        eager_value, eager_gradient = ops.value_and_grad(f)(w, x)
        np.testing.assert_allclose(value, eager_value, rtol=1e-6)
        np.testing.assert_allclose(gradient, eager_gradient, rtol=1e-6)


def test_branches_and_loops_on_values(compiled):
    def step(x):
        y = ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x - 1)
        n, z = ops.while_loop(lambda n, z: ops.sum(z) < 100, lambda n, z: (n + 1, z * 2), (0, ops.abs(y) + 1))
        return y, n, z

    run = compiled(step)
    for x in ([1.0, 2.0], [-1.0, -2.0], [30.0, 30.0]):
        x = np.float32(x)
        for got, wanted in zip(run(x), step(x), strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_a_step_that_looks_at_values_is_refused(compiled):
    run = compiled(lambda x: x * 2 if ops.sum(x) > 0 else x)
    for _ in range(2):
        with pytest.raises(TraceError, match=r"ops\.cond"):
            run(np.float32([1]))


def test_values_are_dropped_after_their_last_use(compiled):
    run = compiled(lambda x: ops.sum(ops.exp(ops.tanh(x))))
    run(np.ones(3, "float32"))
    program = next(iter(run.__wrapped__.programs.values()))[0] if hasattr(run, "__wrapped__") else None
    assert program is None or "v2" not in program.__code__.co_names
    x = np.ones(4, "float32")
    assert run(x) == pytest.approx(4 * np.exp(np.tanh(1.0)), rel=1e-6)
