"""`LossScaleOptimizer`, `MultiOptimizer` and `OptimizerMap`."""

import json

import numpy as np
import pytest

from polykeras import optimizers
from polykeras.errors import ArgumentError
from polykeras.scope import current_backend
from polykeras.variable import Variable

INFINITE = [np.array([np.inf]), np.array([1.0])]
ONES = [np.array([1.0]), np.array([1.0])]


def _variables():
    return [Variable(np.float64([0.0]), name=n) for n in ("encoder/kernel", "head/kernel")]


def _values(variables):
    return [float(v.numpy()[0]) for v in variables]


# ---- loss scale ------------------------------------------------------------------------------------------------------


def _scaled():
    return optimizers.LossScaleOptimizer(optimizers.SGD(1.0, momentum=0.5), initial_scale=8.0, dynamic_growth_steps=2)


# gradients; then the first variable (steps of 1/scale, velocity halving), scale, count of finite steps, updates
SCALED_STEPS = [
    (ONES, -0.125, 8.0, 1, 1),
    (ONES, -0.125 - 0.1875, 16.0, 0, 2),
    (INFINITE, -0.3125, 8.0, 0, 2),
    (INFINITE, -0.3125, 4.0, 0, 2),
    (ONES, -0.3125 - (0.09375 + 0.25), 4.0, 1, 3),
]


@pytest.mark.parametrize("compiled", [False, True])
def test_loss_scale(compiled):
    optimizer, variables = _scaled(), _variables()
    optimizer.build(variables)
    step = current_backend().compile(optimizer.stateless_apply)
    weights, state = [v.value for v in variables], [v.value for v in optimizer.variables]
    for gradients, value, scale, count, updates in SCALED_STEPS:
        if compiled:
            weights, state = step(state, gradients, weights)
            found = [weights[0][0], state[3], state[2], state[4]]
        else:
            optimizer.apply(gradients)
            own = optimizer.variables
            found = [variables[0].numpy()[0], *(float(own[i]) for i in (3, 2, 4))]
        np.testing.assert_allclose(found, [value, scale, count, updates])


def test_the_scale_multiplies_the_loss():
    optimizer = _scaled()
    assert optimizer.scale_loss(2.0) == 16
    optimizer.apply(ONES, _variables())
    optimizer.apply(ONES)
    assert optimizer.scale_loss(2.0) == 32
    assert optimizer.iterations.numpy() == 2
    assert (
        optimizers.LossScaleOptimizer(optimizers.SGD(loss_scale_factor=4.0)).inner_optimizer.loss_scale_factor is None
    )


def test_loss_scale_state_and_configuration():
    optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.5, momentum=0.5, name="i"), 4.0, 7, name="o")
    optimizer.build(_variables()[:1])
    assert [v.path for v in optimizer.variables] == [
        "o/iteration", "o/learning_rate", "o/step_counter", "o/dynamic_scale", "i/iteration", "i/learning_rate",
        "i/encoder_kernel_momentum",
    ]  # fmt: skip
    data = json.loads(json.dumps(optimizers.serialize(optimizer)))
    other = optimizers.get(data)
    assert other.get_config() == optimizer.get_config()
    assert (other.initial_scale, other.dynamic_growth_steps, other.learning_rate.numpy()) == (4, 7, 0.5)
    other.learning_rate = 0.25
    assert other.inner_optimizer.learning_rate.numpy() == 0.25
    data["config"] |= {"weight_decay": None, "use_ema": False, "dynamic": True}  # as older versions wrote it
    assert optimizers.get({**data, "class_name": "lossscaleoptimizer"}).initial_scale == 4
    other.build(_variables()[:1])
    other.set_weights([v.numpy() for v in optimizer.variables])


def test_the_inner_optimizer_has_the_rest():
    inner = optimizers.SGD(0.5, weight_decay=0.5, use_ema=True, ema_momentum=0.0)
    optimizer, v = optimizers.LossScaleOptimizer(inner, 2.0), Variable(np.float64([1.0]), name="bias")
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.apply([np.zeros(1)], [v])
    assert v.numpy() == 1
    v.assign([3.0])
    optimizer.finalize_variable_values([v])
    assert v.numpy() == 1


# ---- several optimizers ----------------------------------------------------------------------------------------------


def _several():
    return optimizers.OptimizerMap(optimizers.SGD(1.0, name="rest"), {"enc.*": optimizers.SGD(0.5, 0.5, name="inner")})


@pytest.mark.parametrize("make", [_several, lambda: _several().__call__], ids=["map", "function"])
def test_each_variable_has_its_optimizer(make):
    optimizer, variables = optimizers.MultiOptimizer(make(), name="o"), _variables()
    for _ in range(2):
        optimizer.apply(ONES, variables)
    assert _values(variables) == [-0.5 - 0.75, -2]
    assert optimizer.iterations.numpy() == 2
    assert [o.name for o in optimizer.optimizers] == ["inner", "rest"]
    assert [v.path for v in optimizer.variables] == [
        "o/iteration", "o/learning_rate", "inner/iteration", "inner/learning_rate", "inner/encoder_kernel_momentum",
        "rest/iteration", "rest/learning_rate",
    ]  # fmt: skip
    optimizer.apply_gradients([(ONES[1], variables[1])])
    assert _values(variables) == [-1.25, -3]


def test_several_compiled():
    optimizer, variables = optimizers.MultiOptimizer(_several(), loss_scale_factor=2.0), _variables()
    optimizer.build(variables)
    step = current_backend().compile(optimizer.stateless_apply)
    weights, state = step([v.value for v in optimizer.variables], ONES, [v.value for v in variables])
    assert [float(w[0]) for w in weights] == [-0.25, -0.5]
    optimizer.set_weights(state)
    assert [int(o.iterations) for o in optimizer.optimizers] == [1, 1]


def test_settings_of_several():
    optimizer = optimizers.MultiOptimizer(_several())
    assert optimizer.scale_loss(2.0) == 2.0
    optimizer.loss_scale_factor = 4.0
    assert [o.loss_scale_factor for o in optimizer.optimizers] == [4, 4]
    assert optimizer.scale_loss(2.0) == 8.0
    with pytest.raises(AttributeError, match="has no learning rate of its own"):
        _ = optimizer.learning_rate
    with pytest.raises(AttributeError, match="has no learning rate of its own"):
        optimizer.learning_rate = 1.0
    data = json.loads(json.dumps(optimizers.serialize(optimizer)))
    assert data["config"]["optimizer_map"]["module"] == "keras.optimizers"
    other = optimizers.get(data)
    assert other.get_config() == optimizer.get_config()
    assert [o.name for o in other.optimizers] == ["inner", "rest"]


def test_settings_reach_the_optimizers():
    inner = optimizers.SGD(0.5, weight_decay=0.5, use_ema=True, ema_momentum=0.0)
    optimizer, variables = optimizers.MultiOptimizer(lambda v: inner), _variables()
    optimizer.build(variables)
    for v in variables:
        v.assign([1.0])
    optimizer.exclude_from_weight_decay([variables[0]])
    optimizer.apply([np.zeros(1)] * 2)
    assert _values(variables) == [1, 0.75]
    variables[0].assign([3.0])
    optimizer.finalize_variable_values(variables)
    assert _values(variables) == [1, 0.75]


def test_map():
    mapping = _several()
    assert len(mapping) == 1
    assert list(mapping) == ["enc.*"]
    assert mapping["encoder"].name == "inner"
    assert mapping["the encoder"] is mapping.default_optimizer
    mapping["encoder"] = optimizers.Adam(name="exact")
    assert mapping["encoder"].name == "exact"
    with pytest.raises(ArgumentError, match="'encoder' has an optimizer already"):
        mapping["encoder"] = optimizers.Adam()
    mapping["encoder/.*"] = optimizers.Adam()
    with pytest.raises(ArgumentError, match=r"'encoder/a' is matched by several patterns: enc\.\*, encoder/\.\*"):
        mapping["encoder/a"]
    del mapping["enc.*"]
    assert mapping["encoder/a"].name != "inner"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.LossScaleOptimizer("sgd"), "inner_optimizer must be an Optimizer, got 'sgd'"),
        (lambda: optimizers.LossScaleOptimizer(optimizers.SGD(), clipnorm=1.0), "clipnorm is to be set on the inner"),
        (lambda: optimizers.LossScaleOptimizer(optimizers.SGD(), dynamic=False), "dynamic is to be set on the inner"),
        (lambda: optimizers.LossScaleOptimizer(optimizers.SGD(), clip=1.0), "unknown argument 'clip'"),
        (lambda: optimizers.OptimizerMap("sgd"), "default_optimizer must be an Optimizer, got 'sgd'"),
        (lambda: optimizers.OptimizerMap(optimizers.SGD(), ["a"]), "optimizer_map must be a dictionary"),
        (lambda: optimizers.OptimizerMap(optimizers.SGD(), {1: optimizers.SGD()}), "keys must be strings, got 1"),
        (lambda: optimizers.OptimizerMap(optimizers.SGD(), {"a": _scaled()}), "that wraps no others is expected"),
        (
            lambda: optimizers.OptimizerMap(optimizers.SGD(), {"a": optimizers.MultiOptimizer(_several())}),
            "that wraps no others is expected",
        ),
        (lambda: optimizers.MultiOptimizer({"a": optimizers.SGD()}), "an OptimizerMap or a function, got"),
        (lambda: optimizers.MultiOptimizer(lambda v: "sgd").build(_variables()), "expected for a variable, got 'sgd'"),
        (lambda: optimizers.MultiOptimizer(_several()).apply(ONES[:1], _variables()), "1 gradients for 2 variables"),
    ],
)  # fmt: skip
def test_refusals(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()
