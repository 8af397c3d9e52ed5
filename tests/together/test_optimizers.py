"""Every optimizer gives the same numbers on all backends, step by step and compiled."""

import numpy as np
import pytest

from polykeras import layers, models, ops, optimizers, plugins
from polykeras.scope import backend_scope, current_backend
from polykeras.utils import set_random_seed
from polykeras.variable import Variable

OTHERS = sorted(set(plugins.names()) - {"numpy"})
TOLERANCE = {"rtol": 2e-5, "atol": 2e-6}
RNG = np.random.default_rng(0)
START = [RNG.normal(size=s).astype("float32") for s in ((4, 3), (4,))]
GRADIENTS = [[RNG.normal(size=w.shape).astype("float32") for w in START] for _ in range(5)]
GRADIENTS[3][0][1, 2] = np.inf  # for the one that looks at it; others are given finite ones

OPTIMIZERS = {
    **{name: getattr(optimizers, name) for name in ("AdamW", "Adagrad", "Adamax", "Lion", "Lamb", "Muon")},
    "Adadelta": lambda: optimizers.Adadelta(1.0),
    "Ftrl": lambda: optimizers.Ftrl(0.1, l1_regularization_strength=0.1, l2_shrinkage_regularization_strength=0.1),
    "Adafactor": lambda: optimizers.Adafactor(0.1, clipnorm=1.0),
    "Nadam": lambda: optimizers.Nadam(0.1, gradient_accumulation_steps=2, weight_decay=0.1),
    "ScheduleFreeAdamW": lambda: optimizers.ScheduleFreeAdamW(0.1, warmup_steps=3, use_ema=True),
    "LossScaleOptimizer": lambda: optimizers.LossScaleOptimizer(
        optimizers.Nadam(0.1, gradient_accumulation_steps=2), 4.0, 2
    ),
    "MultiOptimizer": lambda: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.SGD(0.1), {"w0": optimizers.Muon(0.1)}), loss_scale_factor=2.0
    ),
}


def _gradients(name):
    infinite = name == "LossScaleOptimizer"
    return [[g if infinite else np.nan_to_num(g, posinf=1.0) for g in step] for step in GRADIENTS]


def _steps(name, compiled):
    optimizer = OPTIMIZERS[name]()
    variables = [Variable(w, name=f"w{i}") for i, w in enumerate(START)]
    optimizer.build(variables)
    gradients = [[ops.convert_to_tensor(g) for g in step] for step in _gradients(name)]
    if not compiled:
        for step in gradients:
            optimizer.apply(step)
        return [v.numpy() for v in (*variables, *optimizer.variables)]
    call = current_backend().compile(optimizer.stateless_apply)
    weights, state = [v.value for v in variables], [v.value for v in optimizer.variables]
    for step in gradients:
        weights, state = call(state, step, weights)
    return [ops.convert_to_numpy(v) for v in (*weights, *state)]


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_five_steps(name, backend):
    expected = _steps(name, compiled=False)
    assert np.isfinite(np.concatenate([v.ravel() for v in expected])).all()
    for compiled in (False, True):
        with backend_scope(backend):
            found = _steps(name, compiled)
        for a, b in zip(found, expected, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, **TOLERANCE)


@pytest.mark.parametrize("backend", ["numpy", *OTHERS])
def test_fit_with_optimizers_that_wrap_others(backend):
    losses = {}
    for where in {"numpy", backend}:
        with backend_scope(where):
            set_random_seed(1)
            model = models.Sequential([layers.Dense(3, "tanh"), layers.Dense(1)])
            several = optimizers.OptimizerMap(optimizers.SGD(0.1), {".*kernel": optimizers.Muon(0.1)})
            for optimizer in (
                optimizers.LossScaleOptimizer(optimizers.Adam(0.1), dynamic_growth_steps=3),
                optimizers.MultiOptimizer(several),
            ):
                model.compile(optimizer, "mse")
                history = model.fit(START[0], START[0][:, :1], 2, epochs=2, verbose=0)
                losses.setdefault(where, []).append(history.history["loss"])
            assert int(optimizer.iterations) == 4
    np.testing.assert_allclose(losses[backend], losses["numpy"], rtol=1e-4)
