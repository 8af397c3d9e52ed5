"""Every update rule against a loop in float64 NumPy, over ten steps."""

import numpy as np
import pytest

from polykeras import optimizers
from polykeras.errors import ShapeError
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


def _adamw(w, gradients, rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v = np.zeros_like(w), np.zeros_like(w)  # Loshchilov and Hutter, arXiv:1711.05101, algorithm 2
    for t, g in enumerate(gradients, 1):
        w = w - rate * weight_decay * w
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        w = w - rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon)
    return w


def _adagrad(w, gradients, rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
    total = np.full_like(w, initial_accumulator_value)  # Duchi et al., JMLR 12, figure 1
    for g in gradients:
        total = total + g**2
        w = w - rate * g / np.sqrt(total + epsilon)
    return w


def _adadelta(w, gradients, rate=0.001, rho=0.95, epsilon=1e-7):
    squares, steps = np.zeros_like(w), np.zeros_like(w)  # Zeiler, arXiv:1212.5701, algorithm 1
    for g in gradients:
        squares = rho * squares + (1 - rho) * g**2
        step = -np.sqrt(steps + epsilon) / np.sqrt(squares + epsilon) * g
        steps = rho * steps + (1 - rho) * step**2
        w = w + rate * step
    return w


def _adamax(w, gradients, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, u = np.zeros_like(w), np.zeros_like(w)  # Kingma and Ba, arXiv:1412.6980, algorithm 2
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        u = np.maximum(beta_2 * u, np.abs(g))
        w = w - rate / (1 - beta_1**t) * m / (u + epsilon)
    return w


def _nadam(w, gradients, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v = np.zeros_like(w), np.zeros_like(w)  # Dozat 2015, algorithm 8, with its schedule of the momentum
    momentum = [beta_1 * (1 - 0.5 * 0.96**t) for t in range(1, len(gradients) + 2)]
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        ahead = momentum[t] * m / (1 - np.prod(momentum[: t + 1]))
        now = (1 - momentum[t - 1]) * g / (1 - np.prod(momentum[:t]))
        w = w - rate * (ahead + now) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
    return w


def _lion(w, gradients, rate=0.001, beta_1=0.9, beta_2=0.99):
    m = np.zeros_like(w)  # Chen et al., arXiv:2302.06675, algorithm 2
    for g in gradients:
        w = w - rate * np.sign(beta_1 * m + (1 - beta_1) * g)
        m = beta_2 * m + (1 - beta_2) * g
    return w


def _lamb(w, gradients, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v = np.zeros_like(w), np.zeros_like(w)  # You et al., arXiv:1904.00962, algorithm 2
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        step = m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        w = w - rate * np.linalg.norm(w.ravel()) / np.linalg.norm(step.ravel()) * step
    return w


def _ftrl(w, gradients, rate=0.001, power=-0.5, start=0.1, l1=0.0, l2=0.0, shrinkage=0.0, beta=0.0):
    n, z = np.full_like(w, start), np.zeros_like(w)  # McMahan et al. 2013, algorithm 1
    for g in gradients:
        sigma = ((n + g**2) ** -power - n**-power) / rate
        z = z + g + 2 * shrinkage * w - sigma * w
        n = n + g**2
        w = -(z - np.sign(z) * l1) / ((beta + n**-power) / rate + 2 * l2) * (np.abs(z) > l1)
    return w


def _adafactor(w, gradients, rate=0.001, beta_2_decay=-0.8, epsilon_1=1e-30, epsilon_2=1e-3, clip_threshold=1.0):
    def rms(x):
        return np.sqrt(np.mean(x**2))

    rows, columns, v = 0.0, 0.0, 0.0  # Shazeer and Stern, arXiv:1804.04235, algorithms 4 and 5
    for t, g in enumerate(gradients, 1):
        beta = 1 - t**beta_2_decay
        squares = g**2 + epsilon_1
        if w.ndim == 2:
            rows = beta * rows + (1 - beta) * squares.sum(1)
            columns = beta * columns + (1 - beta) * squares.sum(0)
            v = np.outer(rows, columns) / rows.sum()
        else:
            v = beta * v + (1 - beta) * squares
        u = g / np.sqrt(v)
        u = u / max(1, rms(u) / clip_threshold)
        w = w - max(epsilon_2, rms(w)) * min(rate, t**-0.5) * u
    return w


def _muon(w, gradients, rate=0.001, weight_decay=0.004, momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2):
    if w.ndim != 2:
        return _adamw(w, gradients, rate)
    m = np.zeros_like(w)  # Liu et al., arXiv:2502.16982, equation 4 and appendix A; Jordan et al. 2024
    for g in gradients:
        w = w - rate * weight_decay * w
        m = momentum * m + g
        x = momentum * m + g if nesterov else m
        x = x / np.linalg.norm(x)
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        for _ in range(ns_steps):  # the polynomial acts on the singular values alone
            s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
        w = w - rate * (u * s) @ vt * (1 if rms_rate is None else rms_rate * np.sqrt(max(w.shape)))
    return w


def _schedule_free(w, gradients, rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-8, warmup_steps=0):
    x, y, z, v = w, w, w, np.zeros_like(w)  # Defazio et al., arXiv:2405.15682, algorithm 1 with equal weights
    for t, g in enumerate(gradients, 1):
        v = beta_2 * v + (1 - beta_2) * g**2
        size = rate * min(1, t / warmup_steps) if warmup_steps else rate
        z = z - size * g / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        x = (1 - 1 / t) * x + z / t
        y = (1 - beta_1) * z + beta_1 * x
    return y


_FTRL = {
    "l1_regularization_strength": 0.5,
    "l2_regularization_strength": 0.2,
    "l2_shrinkage_regularization_strength": 0.1,
    "learning_rate_power": -0.3,
    "initial_accumulator_value": 0.5,
    "beta": 0.4,
}
_SHORT = dict(zip(_FTRL, ("l1", "l2", "shrinkage", "power", "start", "beta")))
_FAST = {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.7, "epsilon": 0.01}

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
    ("AdamW", {}, _adamw),
    ("AdamW", {**_FAST, "weight_decay": 0.5}, _adamw),
    ("Adagrad", {}, _adagrad),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 0.01}, _adagrad),
    ("Adadelta", {"learning_rate": 1.0}, _adadelta),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.5, "epsilon": 0.01}, _adadelta),
    ("Adamax", {}, _adamax),
    ("Adamax", _FAST, _adamax),
    ("Nadam", {}, _nadam),
    ("Nadam", _FAST, _nadam),
    ("Lion", {}, _lion),
    ("Lion", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.7}, _lion),
    ("Lamb", {}, _lamb),
    ("Lamb", _FAST, _lamb),
    ("Ftrl", {"learning_rate": 0.1}, _ftrl),
    ("Ftrl", {"learning_rate": 0.1, **_FTRL}, _ftrl),
    ("Adafactor", {}, _adafactor),
    ("Adafactor", {"learning_rate": 0.4, "beta_2_decay": -0.5, "clip_threshold": 0.5}, _adafactor),
    ("Adafactor", {"learning_rate": 0.1, "epsilon_1": 0.1, "epsilon_2": 10.0}, _adafactor),
    ("Muon", {"learning_rate": 0.01}, _muon),
    ("Muon", {"learning_rate": 0.01, "weight_decay": 0.5, "momentum": 0.5, "ns_steps": 2, "nesterov": False}, _muon),
    ("Muon", {"rms_rate": None}, _muon),
    ("ScheduleFreeAdamW", {}, _schedule_free),
    ("ScheduleFreeAdamW", {**_FAST, "warmup_steps": 4}, _schedule_free),
]
IDS = [f"{name}-{'-'.join(kwargs)}" for name, kwargs, _ in RULES]


def _expected(kwargs, rule):
    short = {"learning_rate": "rate", **(_SHORT if rule is _ftrl else {})}
    arguments = {short.get(name, name): value for name, value in kwargs.items()}
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
    own = {v.dtype for v in optimizer.variables[2:]} - {"int32"}  # of numbers that only hold a place
    assert own <= {dtype}


def test_schedules_decide_each_step():
    optimizer = optimizers.SGD(schedules.PiecewiseConstantDecay([0, 1], [1.0, 0.1, 0.01]))
    v = Variable(np.float64([0.0]))
    for expected in (-1.0, -1.1, -1.11, -1.12):
        optimizer.apply([np.float64([1.0])], [v])
        np.testing.assert_allclose(v.numpy(), [expected], rtol=1e-6)
    assert optimizer.learning_rate == pytest.approx(0.01)


@pytest.mark.parametrize("shape", [(4, 7), (7, 4), (2, 5, 3)])
def test_newton_schulz_steps_leave_the_singular_vectors(shape):
    matrix = np.random.default_rng(0).normal(size=shape)
    u, s, vt = np.linalg.svd(matrix, full_matrices=False)
    found = optimizers.Muon().zeropower_via_newtonschulz5(matrix, 5)
    values = np.swapaxes(u, -1, -2) @ found @ np.swapaxes(vt, -1, -2)
    np.testing.assert_allclose(values * (1 - np.eye(s.shape[-1])), 0, atol=1e-10)
    diagonal = np.diagonal(values, axis1=-2, axis2=-1)
    assert ((diagonal > 0.6) & (diagonal < 1.3)).all()  # near 1, if no singular value is far below the norm
    with pytest.raises(ShapeError, match=r"matrices are expected, got shape \(3,\)"):
        optimizers.Muon().zeropower_via_newtonschulz5(np.zeros(3), 5)


def test_adafactor_of_rows_and_columns_without_gradients():
    v = Variable(np.ones((2, 2), "float32"))
    optimizers.Adafactor(0.1).apply([np.float32([[1, 0], [0, 0]])], [v])
    np.testing.assert_allclose(v.numpy(), [[0.9, 1], [1, 1]], rtol=1e-6)  # v is 1 in the corner, and 0 elsewhere
    for dtype in ("float16", "bfloat16"):
        v = Variable(np.ones((2, 2)), dtype=dtype)
        optimizers.Adafactor(0.1).apply([np.zeros((2, 2))], [v])
        assert (v.numpy() == 1).all()


def test_lamb_of_zeros():
    variables = [Variable(np.zeros(2)), Variable(np.ones(2))]
    optimizers.Lamb(0.1).apply([np.ones(2), np.zeros(2)], variables)
    np.testing.assert_allclose(variables[0].numpy(), [-0.1, -0.1], rtol=1e-6)
    assert (variables[1].numpy() == 1).all()


def test_muon_takes_matrices_that_are_not_excluded():
    variables = [Variable(np.ones((2, 2)), name=n) for n in ("kernel", "word_embeddings", "head")]
    optimizer = optimizers.Muon(weight_decay=None, adam_weight_decay=0.5, exclude_layers=["he.d"], name="o")
    optimizer.build(variables)
    names = [v.path for v in optimizer.variables[2:]]
    assert names == [f"o/{n}" for n in (
        "kernel_momentum", "word_embeddings_momentum", "word_embeddings_velocity", "head_momentum", "head_velocity",
    )]  # fmt: skip
    optimizer.learning_rate = 0.1
    optimizer.apply([np.zeros((2, 2))] * 3)
    assert [float(v.numpy()[0, 0]) for v in variables] == pytest.approx([1, 0.95, 0.95])
