"""Every update rule against a loop in float64 NumPy, over ten steps."""

import numpy as np
import pytest

from polykeras import optimizers
from polykeras.optimizers import schedules
from polykeras.scope import current_backend
from polykeras.variable import Variable

STEPS = 10
SHAPES = ((3, 2), (4,))


def _gradients():
    rng = np.random.default_rng(2)
    return [[rng.normal(size=s) for s in SHAPES] for _ in range(STEPS)]


def _start():
    rng = np.random.default_rng(1)
    return [rng.normal(size=s) for s in SHAPES]


def _sgd(w, gradients, rate=0.01, momentum=0.0, nesterov=False):
    velocity = np.zeros_like(w)
    for g in gradients:
        velocity = momentum * velocity - rate * g
        w = w + (momentum * velocity - rate * g if nesterov else velocity)
    return w


def _rmsprop(w, gradients, rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    square, mean, velocity = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        square = rho * square + (1 - rho) * g**2
        mean = rho * mean + (1 - rho) * g
        step = rate * g / np.sqrt(square - (mean**2 if centered else 0) + epsilon)
        velocity = momentum * velocity + step
        w = w - velocity
    return w


def _adam(w, gradients, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    m, v, largest = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        largest = np.maximum(largest, v) if amsgrad else v
        w = w - rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(largest) + epsilon)
    return w


RULES = [
    ("SGD", {}, _sgd),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}, _sgd),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, _sgd),
    ("RMSprop", {}, _rmsprop),
    ("RMSprop", {"learning_rate": 0.1, "rho": 0.7, "momentum": 0.5, "epsilon": 0.01}, _rmsprop),
    ("RMSprop", {"centered": True, "momentum": 0.9}, _rmsprop),
    ("Adam", {}, _adam),
    ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.7, "epsilon": 0.01}, _adam),
    ("Adam", {"learning_rate": 0.1, "beta_2": 0.5, "amsgrad": True}, _adam),
]
IDS = [f"{name}-{'-'.join(kwargs)}" for name, kwargs, _ in RULES]


def _expected(kwargs, rule):
    arguments = dict(kwargs)
    if "learning_rate" in arguments:
        arguments["rate"] = arguments.pop("learning_rate")
    return [rule(w, [g[i] for g in _gradients()], **arguments) for i, w in enumerate(_start())]


@pytest.mark.parametrize(("name", "kwargs", "rule"), RULES, ids=IDS)
def test_ten_steps(name, kwargs, rule):
    optimizer = getattr(optimizers, name)(**kwargs)
    variables = [Variable(w) for w in _start()]
    assert variables[0].dtype == "float64"
    for gradients in _gradients():
        optimizer.apply(gradients, variables)
    # The learning rate is held in float32.
    for v, expected in zip(variables, _expected(kwargs, rule), strict=True):
        np.testing.assert_allclose(v.numpy(), expected, rtol=1e-6, atol=1e-8)
    assert optimizer.iterations.numpy() == STEPS


@pytest.mark.parametrize(("name", "kwargs", "rule"), RULES, ids=IDS)
def test_ten_compiled_stateless_steps(name, kwargs, rule):
    optimizer = getattr(optimizers, name)(**kwargs)
    variables = [Variable(w.astype("float32")) for w in _start()]
    optimizer.build(variables)
    step = current_backend().compile(optimizer.stateless_apply)
    weights, state = [v.value for v in variables], [v.value for v in optimizer.variables]
    for gradients in _gradients():
        weights, state = step(state, [g.astype("float32") for g in gradients], weights)
    for w, expected in zip(weights, _expected(kwargs, rule), strict=True):
        np.testing.assert_allclose(w, expected, rtol=1e-4, atol=1e-6)
    assert state[0] == STEPS
    for v, w in zip(variables, _start(), strict=True):  # the variables themselves have not moved
        np.testing.assert_array_equal(v.numpy(), w.astype("float32"))


@pytest.mark.parametrize(("name", "kwargs", "rule"), RULES, ids=IDS)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_stays_half_precision(name, kwargs, rule, dtype):
    optimizer = getattr(optimizers, name)(**kwargs)
    variables = [Variable(w, dtype=dtype) for w in _start()]
    for gradients in _gradients():
        optimizer.apply(gradients, variables)
    for v, expected, start in zip(variables, _expected(kwargs, rule), _start(), strict=True):
        assert v.dtype == dtype
        value = v.numpy().astype("float64")
        assert np.isfinite(value).all()
        # Rounding by 2^-8 in each of ten steps, and in the averages.
        assert np.abs(value - expected).max() < 0.1 * np.abs(expected - start).max() + STEPS * 2**-8 * 3
    own = {v.dtype for v in optimizer.variables[2:]}
    assert own <= {dtype}


def test_schedules_decide_each_step():
    optimizer = optimizers.SGD(schedules.PiecewiseConstantDecay([0, 1], [1.0, 0.1, 0.01]))
    v = Variable(np.float64([0.0]))
    for expected in (-1.0, -1.1, -1.11, -1.12):
        optimizer.apply([np.float64([1.0])], [v])
        np.testing.assert_allclose(v.numpy(), [expected], rtol=1e-6)
    assert optimizer.learning_rate == pytest.approx(0.01)
