"""Initializers, activations, losses, metrics, optimizers and their like give the same numbers on all backends."""

from functools import partial

import numpy as np
import pytest

from polykeras import (
    activations,
    constraints,
    initializers,
    losses,
    metrics,
    ops,
    optimizers,
    plugins,
    regularizers,
    tree,
)
from polykeras.optimizers import schedules
from polykeras.scope import backend_scope, current_backend
from polykeras.variable import StatelessScope, Variable

OTHERS = sorted(set(plugins.names()) - {"numpy"})
TOLERANCE = {"rtol": 1e-5, "atol": 1e-6}

RNG = np.random.default_rng(0)
REAL, TARGET = RNG.normal(size=(2, 6, 5)).astype("float32")
LOGITS = (3 * RNG.normal(size=(6, 5))).astype("float32")
SOFT = (np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)).astype("float32")
PROBABILITIES = (1 / (1 + np.exp(-LOGITS))).astype("float32")
BINARY = (TARGET > 0).astype("float32")
CLASSES = RNG.integers(0, 5, 6).astype("int32")
ONE_HOT = np.eye(5, dtype="float32")[CLASSES]
WEIGHTS = RNG.random(6).astype("float32")
MASK = np.array([True, False, True, True, False, True])


def _numbers(values):
    return [np.asarray(ops.convert_to_numpy(v)) for v in tree.flatten(values)]


def _check(backend, run):
    """What ``run()`` gives on `backend`, which is what it gives on NumPy."""
    results = []
    for where in (backend, "numpy"):
        with backend_scope(where):
            results.append(_numbers(run()))
    for found, expected in zip(*results, strict=True):
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, **TOLERANCE)
    return results[0]


@pytest.fixture(params=OTHERS)
def backend(request):
    return request.param


# ---- initializers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({c.__name__ for c in initializers._TABLE.values()}))
def test_initial_values_are_equal_to_the_last_bit(name, backend):
    cls = getattr(initializers, name)
    seeded = issubclass(cls, initializers.random_initializers.RandomInitializer)
    with backend_scope(backend):
        held = [dtype for dtype in ("float32", "bfloat16") if dtype in current_backend().dtypes]
    for dtype in held:
        found = []
        for where in ("numpy", backend):
            with backend_scope(where):
                value = (cls(seed=3) if seeded else cls())((4, 1, 6) if name == "STFT" else (4, 6), dtype)
                assert ops.dtype(value) == dtype
                found += _numbers(value)
        assert found[0].tobytes() == found[1].tobytes()


# ---- functions of one tensor -----------------------------------------------------------------------------------------

FUNCTIONS = {
    **{name: f for name, f in activations._TABLE.items() if name not in ("threshold", "glu")},
    "glu": lambda x: activations.glu(x[:, :4]),
    "threshold": lambda x: activations.threshold(x, 0.3, -1.0),
    "relu-arguments": lambda x: activations.relu(x, 0.1, 1.0, 0.2),
    "l1": regularizers.L1(0.1),
    "l2": regularizers.L2(0.1),
    "l1l2": regularizers.L1L2(0.1, 0.2),
    "orthogonal": regularizers.OrthogonalRegularizer(0.1, "columns"),
    "max-norm": constraints.MaxNorm(1.0),
    "non-neg": constraints.NonNeg(),
    "unit-norm": constraints.UnitNorm(),
    "min-max-norm": constraints.MinMaxNorm(1.0, 2.0, 0.7),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_their_gradients(name, backend):
    def run():
        def total(x):
            y = FUNCTIONS[name](x)
            return ops.sum(ops.multiply(y, y)), y

        return ops.value_and_grad(total, has_aux=True)(ops.convert_to_tensor(REAL))

    _check(backend, run)


# ---- losses ----------------------------------------------------------------------------------------------------------

TARGETS = {
    "BinaryCrossentropy": (BINARY, PROBABILITIES),
    "BinaryFocalCrossentropy": (BINARY, PROBABILITIES),
    "CategoricalCrossentropy": (ONE_HOT, SOFT),
    "CategoricalFocalCrossentropy": (ONE_HOT, SOFT),
    "CTC": (
        np.int32([[1, 2], [3, 0], [0, 0], [4, 4], [2, 1], [1, 0]]),
        3 * RNG.normal(size=(6, 4, 5)).astype("float32"),
    ),
    "CategoricalGeneralizedCrossEntropy": (CLASSES, SOFT),
    "CategoricalHinge": (ONE_HOT, REAL),
    "Circle": (CLASSES, REAL / np.linalg.norm(REAL, axis=-1, keepdims=True)),
    "Dice": (BINARY, PROBABILITIES),
    "Hinge": (BINARY, REAL),
    "KLDivergence": (SOFT[::-1].copy(), SOFT),
    "Poisson": (BINARY, PROBABILITIES),
    "SparseCategoricalCrossentropy": (CLASSES, SOFT),
    "SquaredHinge": (BINARY, REAL),
    "Tversky": (BINARY, PROBABILITIES),
}
LOSSES = {cls.__name__: (cls, *TARGETS.get(cls.__name__, (TARGET, REAL))) for cls in losses._CLASSES.values()}
LOSSES |= {
    f"{name}-logits": (partial(getattr(losses, name), from_logits=True), t, LOGITS)
    for name, (t, _) in TARGETS.items()
    if "rossentropy" in name
}
LOSSES |= {
    "ignore-class": (partial(losses.SparseCategoricalCrossentropy, True, ignore_class=2), CLASSES, LOGITS),
    "Circle": (partial(losses.Circle, gamma=8.0), *TARGETS["Circle"]),  # 80 magnifies the last digits too much
    "dice-rows": (partial(losses.Dice, axis=-1), BINARY, PROBABILITIES),
    "smoothing": (partial(losses.CategoricalCrossentropy, label_smoothing=0.1), ONE_HOT, SOFT),
}


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_losses(name, reduction, backend):
    make, t, p = LOSSES[name]

    def run():
        loss = make(reduction=reduction)
        return loss(t, p), loss(t, p, WEIGHTS), loss(t, p, mask=MASK), loss(t, p, WEIGHTS, MASK)

    _check(backend, run)


@pytest.mark.parametrize("name", LOSSES)
def test_compiled_gradients_of_losses(name, backend):
    make, t, p = LOSSES[name]

    def run():
        loss = make()
        step = current_backend().compile(lambda y, t, w: ops.value_and_grad(lambda v: loss(t, v, w))(y))
        return step(*map(ops.convert_to_tensor, (p, t, WEIGHTS)))

    _check(backend, run)


# ---- metrics ---------------------------------------------------------------------------------------------------------

METRICS = {
    "Accuracy": (BINARY, np.round(PROBABILITIES)),
    "BinaryAccuracy": (BINARY, PROBABILITIES),
    "CategoricalAccuracy": (ONE_HOT, SOFT),
    "SparseCategoricalAccuracy": (CLASSES, SOFT),
    "TopKCategoricalAccuracy": (ONE_HOT, SOFT),
    "SparseTopKCategoricalAccuracy": (CLASSES, SOFT),
    "Mean": (REAL, WEIGHTS),
    "Sum": (REAL, WEIGHTS),
    **dict.fromkeys(
        (
            "AUC", "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives", "Precision", "Recall", "TrueNegatives",
            "TruePositives", "BinaryIoU", "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity",
            "SpecificityAtSensitivity",
        ),
        (BINARY, PROBABILITIES),
    ),
    "IoU": (CLASSES, CLASSES[::-1].copy()),
    "MeanIoU": (CLASSES, CLASSES[::-1].copy()),
    "OneHotIoU": (ONE_HOT, SOFT),
    "OneHotMeanIoU": (ONE_HOT, SOFT),
}  # fmt: skip
ARGUMENTS = {
    "TopKCategoricalAccuracy": {"k": 2},
    "SparseTopKCategoricalAccuracy": {"k": 2},
    "AUC": {"multi_label": True},
    "FBetaScore": {"average": "weighted", "beta": 2.0, "threshold": 0.5},
    "Precision": {"top_k": 2},
    "Recall": {"class_id": 1},
    "TruePositives": {"thresholds": [0.1 * i for i in range(1, 10)]},
    "BinaryIoU": {"dtype": "float32"},
    "IoU": {"num_classes": 5, "target_class_ids": [1, 2]},
    "MeanIoU": {"num_classes": 4, "dtype": "float32", "ignore_class": 1},
    "OneHotIoU": {"num_classes": 5, "target_class_ids": [0, 2, 3], "dtype": "float32"},
    "OneHotMeanIoU": {"num_classes": 5, "dtype": "float32"},
    "PrecisionAtRecall": {"recall": 0.4},
    "RecallAtPrecision": {"precision": 0.4},
    "SensitivityAtSpecificity": {"specificity": 0.4},
    "SpecificityAtSensitivity": {"sensitivity": 0.4},
}


@pytest.mark.parametrize("name", [cls.__name__ for cls in metrics._CLASSES])
def test_metrics(name, backend):
    given = METRICS.get(name) or TARGETS.get(name, (TARGET, REAL))
    batches = [[a[rows] for a in given] for rows in (slice(0, 1), slice(1, 4), slice(4, 6))]
    per_sample = np.arange(6, dtype="int32") if name == "IoU" else WEIGHTS  # it counts in integers
    weights = [per_sample[rows] for rows in (slice(0, 1), slice(1, 4), slice(4, 6))]

    def run():
        eager, compiled = (getattr(metrics, name)(**ARGUMENTS.get(name, {})) for _ in range(2))
        compiled.build(*[a.shape for a in given])

        def update(state, batch):
            with StatelessScope(zip(compiled.variables, state, strict=True)) as scope:
                compiled.update_state(*batch)
                return [scope.value_of(v) for v in compiled.variables]

        step = current_backend().compile(update)
        state = [v.value for v in compiled.variables]
        for batch, weight in zip(batches, weights, strict=True):
            full = batch if name in ("Mean", "Sum") else [*batch, weight]
            eager.update_state(*full)
            state = step(state, [ops.convert_to_tensor(a) for a in full])
        return eager.result(), compiled.stateless_result(state)

    eager, compiled = _check(backend, run)
    np.testing.assert_allclose(compiled, eager, **TOLERANCE)


# ---- optimizers ------------------------------------------------------------------------------------------------------

OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(0.1),
    "sgd-momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
    "sgd-nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": lambda: optimizers.RMSprop(0.01),
    "rmsprop-centered": lambda: optimizers.RMSprop(0.01, momentum=0.5, centered=True, clipvalue=0.5),
    "adam": lambda: optimizers.Adam(0.01),
    "adam-amsgrad": lambda: optimizers.Adam(0.01, beta_2=0.5, amsgrad=True, clipnorm=1.0),
    "adam-averages": lambda: optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=7),
    "adam-accumulation": lambda: optimizers.Adam(0.01, gradient_accumulation_steps=3, global_clipnorm=1.0),
    "sgd-scaled": lambda: optimizers.SGD(0.1, momentum=0.5, loss_scale_factor=8.0),
    "exponential": lambda: optimizers.SGD(schedules.ExponentialDecay(0.1, 5, 0.5)),
    "inverse-time": lambda: optimizers.SGD(schedules.InverseTimeDecay(0.1, 5, 0.5, staircase=True)),
    "piecewise": lambda: optimizers.Adam(schedules.PiecewiseConstantDecay([3, 9], [0.1, 0.05, 0.01])),
    "polynomial": lambda: optimizers.SGD(schedules.PolynomialDecay(0.1, 7, 0.01, 2.0, cycle=True)),
    "cosine": lambda: optimizers.SGD(schedules.CosineDecay(0.0, 10, 0.1, warmup_target=0.1, warmup_steps=5)),
    "cosine-restarts": lambda: optimizers.SGD(schedules.CosineDecayRestarts(0.1, 3)),
}
START = [RNG.normal(size=s).astype("float32") for s in ((3, 4), (4,))]
GRADIENTS = [[RNG.normal(size=w.shape).astype("float32") for w in START] for _ in range(20)]


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps(name, compiled, backend):
    def run():
        optimizer = OPTIMIZERS[name]()
        variables = [Variable(w) for w in START]
        variables[0].constraint = constraints.MaxNorm(2.0)
        optimizer.build(variables)
        if not compiled:
            for gradients in GRADIENTS:
                optimizer.apply([ops.convert_to_tensor(g) for g in gradients])
            return [v.value for v in (*variables, *optimizer.variables)]
        step = current_backend().compile(optimizer.stateless_apply)
        weights, state = [v.value for v in variables], [v.value for v in optimizer.variables]
        for gradients in GRADIENTS:
            weights, state = step(state, [ops.convert_to_tensor(g) for g in gradients], weights)
        return weights, state

    _check(backend, run)


def test_an_optimizer_follows_its_variables(backend):
    optimizer = optimizers.Adam(0.1)  # made where NumPy is the default
    with backend_scope(backend):
        variables = [Variable(w) for w in START]
    optimizer.apply(GRADIENTS[0], variables)
    assert {v.backend.name for v in optimizer.variables} == {backend}
    expected = [Variable(w) for w in START]
    optimizers.Adam(0.1).apply(GRADIENTS[0], expected)
    for v, w in zip(variables, expected, strict=True):
        np.testing.assert_allclose(v.numpy(), w.numpy(), **TOLERANCE)
