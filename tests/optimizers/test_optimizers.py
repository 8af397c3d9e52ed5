"""What all optimizers share: settings, state, learning rates, names, configurations."""

import json

import numpy as np
import pytest

from polykeras import constraints, ops, optimizers
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError
from polykeras.optimizers import schedules
from polykeras.scope import current_backend
from polykeras.variable import Variable

NAMES = [cls.__name__ for cls in optimizers._CLASSES]
G = [np.array([3.0, 4.0]), np.array([[12.0]])]  # norms 5 and 12, together 13


def _variables(dtype="float64"):
    return [Variable(np.zeros(2), dtype=dtype, name="a"), Variable(np.zeros((1, 1)), dtype=dtype, name="b")]


def _steps(optimizer, gradients=G, steps=1):
    """The values after plain steps of learning rate 1 from zero, their signs turned."""
    variables = _variables()
    for _ in range(steps):
        optimizer.apply(gradients, variables)
    return [-v.numpy() for v in variables]


def _plain(**kwargs):
    return optimizers.SGD(1.0, **kwargs)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, G),
        ({"clipnorm": 6.0}, [G[0], G[1] / 2]),
        ({"clipnorm": 100.0}, G),
        ({"clipvalue": 3.5}, [[3.0, 3.5], [[3.5]]]),
        ({"global_clipnorm": 6.5}, [G[0] / 2, G[1] / 2]),
        ({"global_clipnorm": 100.0}, G),
        ({"loss_scale_factor": 4.0}, [G[0] / 4, G[1] / 4]),
    ],
)
def test_clipping_and_scaling(kwargs, expected):
    for found, wanted in zip(_steps(_plain(**kwargs)), expected, strict=True):
        np.testing.assert_allclose(found, wanted)


def test_clipvalue_is_symmetric():
    found = _steps(_plain(clipvalue=1.0), [np.array([-3.0, 0.5]), np.array([[7.0]])])
    assert found[0].tolist() == [-1, 0.5]


def test_no_gradient_has_no_norm():
    zeros = [np.zeros(2), np.zeros((1, 1))]
    for kwargs in ({"clipnorm": 1.0}, {"global_clipnorm": 1.0}):
        assert not np.concatenate([v.ravel() for v in _steps(_plain(**kwargs), zeros)]).any()


def test_an_infinite_common_norm_shows_everywhere():
    with np.errstate(invalid="ignore"):
        found = _steps(_plain(global_clipnorm=1.0), [np.array([np.inf, 1.0]), np.array([[1.0]])])
    assert np.isnan(np.concatenate([v.ravel() for v in found])).all()


def test_scale_loss():
    assert _plain(loss_scale_factor=4.0).scale_loss(np.float32(2.0)) == 8
    assert _plain().scale_loss(2.0) == 2.0


def test_weight_decay():
    optimizer = optimizers.SGD(0.5, weight_decay=0.1)
    v = Variable(np.float64([1.0, 2.0]))
    optimizer.apply([np.zeros(2)], [v])
    np.testing.assert_allclose(v.numpy(), [0.95, 1.9])


def test_exclusion_from_weight_decay():
    variables = [Variable(np.float64([1.0]), name=n) for n in ("kernel", "bias", "gamma")]
    optimizer = optimizers.SGD(1.0, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(variables[:1], ["bi.s"])
    optimizer.apply([np.zeros(1)] * 3, variables)
    assert [v.numpy()[0] for v in variables] == [1, 1, 0.5]


def test_constraints_come_after_the_update():
    v = Variable(np.float64([1.0, 1.0]))
    v.constraint = constraints.NonNeg()
    _plain().apply([np.array([3.0, -3.0])], [v])
    assert v.numpy().tolist() == [0, 4]


# ---- accumulation and averages ---------------------------------------------------------------------------------------


def _accumulated(compiled):
    optimizer = optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1, gradient_accumulation_steps=3)
    v = Variable(np.float64([1.0]))
    optimizer.build([v])
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=7)
    values = []
    if compiled:
        step = current_backend().compile(optimizer.stateless_apply)
        weights, state = [v.value], [s.value for s in optimizer.variables]
        for g in gradients:
            weights, state = step(state, [np.array([g])], weights)
            values.append(float(weights[0][0]))
    else:
        for g in gradients:
            optimizer.apply([np.array([g])])
            values.append(float(v.numpy()[0]))
        assert optimizer.iterations == 2
    return gradients, values


@pytest.mark.parametrize("compiled", [False, True])
def test_gradient_accumulation(compiled):
    gradients, values = _accumulated(compiled)
    w, velocity, expected = 1.0, 0.0, []
    for i in range(7):
        if i % 3 == 2:
            velocity = 0.9 * velocity - 0.1 * gradients[i - 2 : i + 1].mean()
            w = w - 0.1 * 0.1 * w + velocity
        expected.append(w)
    np.testing.assert_allclose(values, expected, rtol=1e-6)


@pytest.mark.parametrize("frequency", [None, 2])
def test_moving_averages(frequency):
    optimizer = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=frequency)
    v = Variable(np.float64([0.0]))
    w = average = 0.0
    for i, g in enumerate((1.0, -2.0, 4.0, 0.5)):
        optimizer.apply([np.array([g])], [v])
        w -= g
        average = w if i == 0 else 0.75 * average + 0.25 * w
        if frequency and (i + 1) % frequency == 0:
            w = average
        np.testing.assert_allclose(v.numpy(), [w])
        np.testing.assert_allclose(optimizer.variables[2].numpy(), [average])
    optimizer.finalize_variable_values([v])
    np.testing.assert_allclose(v.numpy(), [average])


# ---- state ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: optimizers.SGD(name="o"), []),
        (lambda: optimizers.SGD(momentum=0.5, name="o"), ["a_momentum", "b_momentum"]),
        (
            lambda: optimizers.RMSprop(momentum=0.1, centered=True, name="o"),
            ["a_velocity", "b_velocity", "a_momentum", "b_momentum", "a_average_gradient", "b_average_gradient"],
        ),
        (
            lambda: optimizers.Adam(amsgrad=True, name="o"),
            ["a_momentum", "a_velocity", "b_momentum", "b_velocity", "a_velocity_hat", "b_velocity_hat"],
        ),
        (lambda: optimizers.AdamW(name="o"), ["a_momentum", "a_velocity", "b_momentum", "b_velocity"]),
        (lambda: optimizers.Adagrad(name="o"), ["a_accumulator", "b_accumulator"]),
        (
            lambda: optimizers.Adadelta(name="o"),
            [f"{v}_{n}" for v in "ab" for n in ("accumulated_grad", "accumulated_delta_var")],
        ),
        (lambda: optimizers.Adamax(name="o"), ["a_momentum", "a_norm", "b_momentum", "b_norm"]),
        (lambda: optimizers.Nadam(name="o"), ["a_momentum", "a_velocity", "b_momentum", "b_velocity", "u_product"]),
        (lambda: optimizers.Ftrl(name="o"), ["a_accumulator", "a_linear", "b_accumulator", "b_linear"]),
        (lambda: optimizers.Lion(name="o"), ["a_momentum", "b_momentum"]),
        (lambda: optimizers.Lamb(name="o"), ["a_momentum", "a_velocity", "b_momentum", "b_velocity"]),
        (lambda: optimizers.Adafactor(name="o"), ["a", "a", "a_velocity", "b", "b", "b_velocity"]),
        (lambda: optimizers.Muon(name="o"), ["a_momentum", "a_velocity", "b_momentum"]),
        (lambda: optimizers.ScheduleFreeAdamW(name="o"), ["a_momentum", "a_velocity", "b_momentum", "b_velocity"]),
        (
            lambda: optimizers.SGD(use_ema=True, gradient_accumulation_steps=2, name="o"),
            ["a_average", "b_average", "a_gradient_accumulator", "b_gradient_accumulator"],
        ),
    ],
)
def test_the_variables_come_in_keras_s_order(make, expected):
    optimizer = make()
    optimizer.build(_variables())
    paths = [v.path for v in optimizer.variables]
    assert paths == [f"o/{name}" for name in ["iteration", "learning_rate", *expected]]
    assert [v.dtype for v in optimizer.variables[:2]] == ["int32", "float32"]
    assert not any(v.trainable for v in optimizer.variables)


def test_saving_and_loading_state():
    one, other = optimizers.Adam(0.1), optimizers.Adam(0.2)
    first, second = _variables(), _variables()
    one.apply(G, first)
    other.build(second)
    store = {}
    one.save_own_variables(store)
    assert sorted(store) == ["0", "1", "2", "3", "4", "5"]
    other.load_own_variables(store)
    for v, w in zip(first, second, strict=True):
        w.assign(v.value)
    one.apply(G, first)
    other.apply(G, second)
    for v, w in zip(first, second, strict=True):
        np.testing.assert_array_equal(v.numpy(), w.numpy())
    with pytest.raises(ArgumentError, match="has 6 variables, got 1 values"):
        other.set_weights([1])


def test_stateless_apply_needs_the_whole_state():
    optimizer = optimizers.SGD()
    with pytest.raises(ArgumentError, match=r"call build\(variables\) before stateless_apply"):
        optimizer.stateless_apply([], [], [])
    optimizer.build(_variables())
    with pytest.raises(ArgumentError, match="optimizer_variables must hold 2 values, got 1"):
        optimizer.stateless_apply([0], G, G)
    with pytest.raises(ArgumentError, match="trainable_variables must hold 2 values, got 1"):
        optimizer.stateless_apply([0, 0.1], G, G[:1])


# ---- learning rates --------------------------------------------------------------------------------------------------


def test_the_learning_rate_can_be_set():
    optimizer = _plain()
    variables = _variables()
    optimizer.apply(G, variables)
    optimizer.learning_rate = 0.5
    optimizer.apply(G, variables)
    np.testing.assert_allclose(-variables[0].numpy(), 1.5 * G[0])
    assert optimizer.learning_rate.numpy() == 0.5
    optimizer.learning_rate = np.float32(0.25)
    optimizer.learning_rate = ops.convert_to_tensor(0.125)
    assert optimizer.get_config()["learning_rate"] == 0.125


def test_setting_it_changes_compiled_steps():
    optimizer = _plain()
    v = Variable(np.float64([0.0]))
    optimizer.build([v])
    step = current_backend().compile(optimizer.stateless_apply)
    for rate in (1.0, 0.5):
        optimizer.learning_rate = rate
        weights, _ = step([s.value for s in optimizer.variables], [np.array([1.0])], [v.value])
        assert weights[0] == -rate


def test_schedules_and_functions():
    rates = iter((1.0, 0.5))
    optimizer = optimizers.SGD(lambda: next(rates))
    assert len(optimizer.variables) == 1
    np.testing.assert_allclose(_steps(optimizer, steps=2)[0], 1.5 * G[0])
    optimizer = optimizers.SGD(schedules.ExponentialDecay(1.0, 1, 0.5))
    np.testing.assert_allclose(_steps(optimizer, steps=2)[0], 1.5 * G[0])
    with pytest.raises(ArgumentError, match=r"follows <.*ExponentialDecay.* cannot be set to the number 0\.1"):
        optimizer.learning_rate = 0.1
    optimizer.learning_rate = schedules.ExponentialDecay(3.0, 1, 0.5)
    assert optimizer.learning_rate == 0.75
    held = optimizers.SGD(0.1)
    held.learning_rate = schedules.ExponentialDecay(3.0, 1, 0.5)
    assert [v.name for v in held.variables] == ["iteration"]


def test_a_schedule_counts_updates_not_accumulated_steps():
    optimizer = optimizers.SGD(schedules.PiecewiseConstantDecay([0], [1.0, 0.5]), gradient_accumulation_steps=2)
    np.testing.assert_allclose(_steps(optimizer, steps=4)[0], 1.5 * G[0])


# ---- names and configurations ----------------------------------------------------------------------------------------

SETTINGS = {
    "weight_decay": 0.1,
    "clipnorm": 1.0,
    "use_ema": True,
    "ema_momentum": 0.5,
    "ema_overwrite_frequency": 3,
    "loss_scale_factor": 2.0,
    "gradient_accumulation_steps": 4,
    "name": "own",
    "learning_rate": 0.25,
}
OWN = {
    "SGD": {"momentum": 0.5, "nesterov": True},
    "RMSprop": {"rho": 0.5, "momentum": 0.25, "epsilon": 1e-3, "centered": True},
    "Adam": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3, "amsgrad": True},
    "AdamW": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3, "amsgrad": True},
    "Adagrad": {"initial_accumulator_value": 0.5, "epsilon": 1e-3},
    "Adadelta": {"rho": 0.5, "epsilon": 1e-3},
    "Adamax": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3},
    "Nadam": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3},
    "Ftrl": {
        "learning_rate_power": -0.25,
        "initial_accumulator_value": 0.5,
        "l1_regularization_strength": 0.1,
        "l2_regularization_strength": 0.2,
        "l2_shrinkage_regularization_strength": 0.3,
        "beta": 0.4,
    },
    "Lion": {"beta_1": 0.5, "beta_2": 0.25},
    "Lamb": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3},
    "Adafactor": {
        "beta_2_decay": -0.5,
        "epsilon_1": 1e-3,
        "epsilon_2": 1e-2,
        "clip_threshold": 2.0,
        "relative_step": False,
    },
    "Muon": {
        "adam_beta_1": 0.5,
        "adam_beta_2": 0.25,
        "adam_weight_decay": None,
        "epsilon": 1e-3,
        "exclude_layers": ["head"],
        "exclude_embeddings": False,
        "muon_a": 3.0,
        "muon_b": -4.0,
        "muon_c": 2.0,
        "adam_lr_ratio": 0.5,
        "momentum": 0.5,
        "ns_steps": 3,
        "nesterov": False,
        "rms_rate": None,
    },
    "ScheduleFreeAdamW": {"beta_1": 0.5, "beta_2": 0.25, "epsilon": 1e-3, "warmup_steps": 3},
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", [False, True])
def test_configurations(name, given):
    kwargs = {**SETTINGS, **OWN[name]} if given else {}
    optimizer = getattr(optimizers, name)(**kwargs)
    data = json.loads(json.dumps(optimizers.serialize(optimizer)))
    assert data["module"] == "keras.optimizers"
    assert kwargs.items() <= data["config"].items()
    for other in (optimizers.deserialize(data), optimizers.get(data)):
        assert type(other) is type(optimizer)
        assert other.get_config() == optimizer.get_config()


def test_the_schedule_is_in_the_configuration():
    optimizer = optimizers.Adam(schedules.CosineDecay(0.1, 20))
    other = optimizers.get(json.loads(json.dumps(optimizers.serialize(optimizer))))
    assert isinstance(other._learning_rate, schedules.CosineDecay)
    assert other.get_config() == optimizer.get_config()


@pytest.mark.parametrize("name", NAMES)
def test_every_name(name):
    for spelling in (name, name.lower()):
        assert type(optimizers.get(spelling)).__name__ == name
        assert type(optimizers.get({"class_name": spelling, "config": {"learning_rate": 0.5}})).__name__ == name


def test_get():
    assert optimizers.get(None) is None
    optimizer = optimizers.SGD()
    assert optimizers.get(optimizer) is optimizer
    assert isinstance(optimizers.get(optimizers.Adam), optimizers.Adam)
    with pytest.raises(
        UnknownNameError, match=r"Unknown optimizer 'adma'\. Did you mean .*'adam'.* Known: Adadelta, Adafactor"
    ):
        optimizers.get("adma")
    with pytest.raises(ArgumentError, match="is no optimizer"):
        optimizers.get(len)


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"learning_rate": "fast"}, "learning_rate must be a number, .* got 'fast'"),
        ({"learning_rate": None}, "learning_rate must be a number, .* got None"),
        ({"learning_rate": True}, "got True"),
        ({"clipnorm": 1.0, "clipvalue": 1.0}, "only one of clipnorm, clipvalue and global_clipnorm"),
        ({"clipnorm": -1.0}, "clipnorm must be positive, or None, got -1.0"),
        ({"use_ema": True, "ema_momentum": 2.0}, "ema_momentum must be from 0 to 1, got 2.0"),
        ({"use_ema": True, "ema_overwrite_frequency": 0}, "ema_overwrite_frequency must be a positive int"),
        ({"gradient_accumulation_steps": 1}, "gradient_accumulation_steps must be an int of at least 2"),
        ({"momentum": 1.5}, "SGD: momentum must be from 0 to 1, got 1.5"),
        ({"clip_norm": 1.0}, r"SGD: unknown argument\(s\) clip_norm\. Did you mean 'clipnorm'"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        optimizers.SGD(**kwargs)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.AdamW(weight_decay=None), "AdamW: weight_decay must be a number, got None"),
        (lambda: optimizers.Adagrad(initial_accumulator_value=-1), "must not be negative, got -1"),
        (lambda: optimizers.Lion(beta_1=0.0), "Lion: beta_1 must be above 0 and at most 1, got 0.0"),
        (lambda: optimizers.Ftrl(learning_rate_power=1), "learning_rate_power must not be positive, got 1"),
        (lambda: optimizers.Ftrl(l1_regularization_strength=-1), "l1_regularization_strength must not be negative"),
        (lambda: optimizers.ScheduleFreeAdamW(beta_1=0), "beta_1 must be above 0"),
        (lambda: optimizers.Muon(ns_step=3), r"Muon: unknown argument\(s\) ns_step\. Did you mean 'ns_steps'"),
        (lambda: optimizers.SGD(0.1, 0.0, False, None, clipnorm=None, weight_decay=1), "weight_decay is given twice"),
    ],
)
def test_bad_arguments_of_others(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_shared_arguments_by_position():
    optimizer = optimizers.SGD(0.5, 0.25, True, 0.1, 2.0)
    assert (optimizer.momentum, optimizer.nesterov, optimizer.weight_decay, optimizer.clipnorm) == (
        0.25,
        True,
        0.1,
        2.0,
    )
    assert optimizers.AdamW(0.5, 0.25, 0.75).beta_1 == 0.75
    with pytest.raises(TypeError, match="SGD takes 13 arguments, got 14"):
        optimizers.SGD(*range(14))


def test_bad_gradients():
    optimizer = _plain()
    variables = _variables()
    optimizer.build(variables)
    with pytest.raises(ArgumentError, match="1 gradients for 2 variables"):
        optimizer.apply(G[:1])
    with pytest.raises(ShapeError, match=r"gradient of shape \(1, 1\) for 'a' of shape \(2,\)"):
        optimizer.apply(G[::-1])
    with pytest.raises(ArgumentError, match="there is no gradient for any of the variables: a, b"):
        optimizer.apply([None, None])
    with pytest.raises(ArgumentError, match="the variable 'c' is not among the 2 that the optimizer was built for"):
        optimizer.apply([np.zeros(1)], [Variable([0.0], name="c")])
    assert not any(v.numpy().any() for v in variables)
    assert optimizer.iterations.numpy() == 0
    with pytest.warns(UserWarning, match="no gradients for b"):
        optimizer.apply([G[0], None])
    assert variables[0].numpy().any()
    assert not variables[1].numpy().any()


def test_some_of_the_variables():
    variables = _variables()
    optimizer = optimizers.SGD(1.0, momentum=0.5)
    optimizer.build(variables)
    optimizer.apply_gradients([(G[1], variables[1])])
    assert variables[1].numpy() == -12
    assert not variables[0].numpy().any()


def test_a_user_s_optimizer():
    class Signs(optimizers.Optimizer):
        def build(self, variables):
            if self.built:
                return
            super().build(variables)
            self.seen = [self.add_variable_from_reference(v, "seen") for v in variables]

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, ops.multiply(ops.sign(gradient), learning_rate))
            self.assign_add(self.seen[self._get_variable_index(variable)], gradient)

    optimizer = Signs(learning_rate=0.5, name="signs")
    np.testing.assert_allclose(_steps(optimizer, steps=2)[0], [1, 1])
    assert [v.path for v in optimizer.variables[2:]] == ["signs/a_seen", "signs/b_seen"]
    np.testing.assert_allclose(optimizer.seen[1].numpy(), [[24]])
    with pytest.raises(ArgumentError, match="Optimizer defines no update_step"):
        optimizers.Optimizer(0.1).apply(G, _variables())
