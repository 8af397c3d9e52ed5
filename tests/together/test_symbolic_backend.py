"""Keras 1's symbolic backend gives the same numbers on all backends, in one process."""

from functools import cache

import numpy as np
import pytest

from polykeras import config, plugins
from polykeras.scope import backend_scope
from polykeras.v1 import backend as K
from polykeras.v1 import layers, models, objectives, optimizers
from polykeras_conformance import symbolic_cases

ALL = sorted(name for name in plugins.names() if not plugins.load(name).capabilities.slow)
OTHERS = [name for name in ALL if name != "numpy"]


@pytest.fixture(autouse=True)
def same_settings_afterwards():
    before = config.image_data_format(), config.portable_random()
    config.set_portable_random(True)
    K.clear_session()
    yield
    config.set_image_data_format(before[0])
    config.set_portable_random(before[1])


@cache
def _results(backend):
    with backend_scope(backend):
        return symbolic_cases.results(K, known_sizes=False)


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("name", symbolic_cases.CASES)
def test_every_function(name, backend):
    symbolic_cases.check(symbolic_cases.CASES[name], _results(backend)[name])


@pytest.mark.parametrize("backend", ALL)
def test_variables(backend):
    with backend_scope(backend):
        a, b = K.variable([1.0, 2.0], name="a"), K.zeros((2,))
        one, unit = K.ones((2, 3)), K.eye(2)
        assert (K.ndim(one), K.dtype(one), K.count_params(one), K.int_shape(one)) == (2, "float32", 6, (2, 3))
        np.testing.assert_array_equal(K.eval(K.dot(unit, one)), np.ones((2, 3)))
        step = K.function(
            [],
            [a + b],
            updates=[K.update_add(a, 1.0), K.update_sub(b, a), K.moving_average_update(unit, unit * 3.0, 0.5)],
        )
        found = [step([])[0].tolist() for _ in range(3)]
        assert found == [[1.0, 2.0], [1.0, 1.0], [0.0, -1.0]]  # b takes what a was
        np.testing.assert_array_equal(K.get_value(unit), np.eye(2) * 8)
        K.set_value(a, [5.0, 6.0])
        assert step([])[0].tolist() == [5 - 6, 6 - 9]
        K.batch_set_value([(a, [1.0, 1.0]), (b, np.array([2.0, 3.0]))])
        np.testing.assert_array_equal(K.batch_get_value([a, b]), [[1, 1], [2, 3]])
        swap = K.function([], [], updates=[K.update(a, b), K.update(b, a)])
        for _ in range(3):
            swap([])
        np.testing.assert_array_equal(K.batch_get_value([a, b]), [[2, 3], [1, 1]])


def _drawn(backend):
    with backend_scope(backend):
        fixed = [K.random_normal_variable((3,), 1.0, 2.0, seed=1), K.random_uniform_variable((3,), 1.0, 2.0, seed=1)]
        x = K.placeholder((100,))
        drawn = [
            K.random_normal((1000,), 1.0, 2.0, seed=3), K.random_uniform((1000,), 1.0, 2.0, seed=3),
            K.random_binomial((1000,), 0.3, seed=3), K.dropout(x, 0.5, seed=3),
        ]  # fmt: skip
        anew = K.random_uniform((3,))
        f = K.function([x], [*drawn, anew])
        runs = [f([np.ones(100)]) for _ in range(3)]
        assert len({run[-1].tobytes() for run in runs}) == 3
        return [*K.batch_get_value(fixed), *runs[-1][:-1]]


def test_random_numbers():
    normal, uniform, *_ = expected = _drawn("numpy")
    assert normal.shape == (3,) and np.all((uniform >= 1) & (uniform < 2))
    assert abs(expected[2].mean() - 1) < 0.2 and abs(expected[2].std() - 2) < 0.2
    assert 0.2 < expected[4].mean() < 0.4
    assert set(np.unique(expected[5])) == {0.0, 2.0}
    for backend in OTHERS:
        for mine, theirs in zip(_drawn(backend), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("backend", ALL)
def test_the_learning_phase(backend):
    with backend_scope(backend):
        x = layers.Input(shape=(1000,))
        f = K.function([x, K.learning_phase()], [layers.Dropout(0.5)(x), K.in_train_phase(x, x * 3.0)])
        ones = np.ones((1, 1000))
        for _ in range(2):
            dropped, own = f([ones, 0])
            assert np.all(dropped == 1) and np.all(own == 3)
            dropped, own = f([ones, 1])
            assert set(np.unique(dropped)) == {0.0, 2.0} and np.all(own == 1)
        K.set_learning_phase(1)
        assert set(np.unique(K.function([x], [layers.Dropout(0.5)(x)])([ones])[0])) == {0.0, 2.0}


# ---- gradients: of an activation by the image, of a loss by the weights ----------------------------------------------


def _network():
    model = models.Sequential(
        [
            layers.Convolution2D(3, 3, 3, input_shape=(6, 6, 1), dim_ordering="tf", activation="tanh"),
            layers.Flatten(),
            layers.Dense(2, W_regularizer="l2"),
        ]
    )
    rng = np.random.default_rng(1)
    model.set_weights([0.3 * rng.normal(size=v.shape) for v in model.weights])
    return model


def _climb(backend):
    """Five steps of gradient ascent on a filter's mean activation."""
    with backend_scope(backend):
        model = _network()
        score = K.mean(model.layers[0].output[:, :, :, 1])
        slope = K.gradients(score, model.input)[0]
        slope = slope / (K.sqrt(K.mean(K.square(slope))) + 1e-5)
        iterate = K.function([model.input, K.learning_phase()], [score, slope])
        image, scores = np.full((1, 6, 6, 1), 0.1, "float32"), []
        for _ in range(5):
            now, step = iterate([image, 0])
            image = image + 0.1 * step
            scores.append(now.item())
        return scores, image


def test_an_image_climbs_alike():
    scores, image = _climb("numpy")
    assert np.all(np.diff(scores) > 0)
    for backend in OTHERS:
        others, theirs = _climb(backend)
        np.testing.assert_allclose(others, scores, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(theirs, image, rtol=1e-4, atol=1e-5)


def _trained(backend, optimizer):
    """Losses and weights of five steps of a training function of one's own."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 6, 6, 1)), rng.normal(size=(8, 2))
    with backend_scope(backend):
        model, target = _network(), K.placeholder((None, 2))
        loss = K.mean(objectives.mse(target, model.output)) + model.losses[0]
        by_weights = K.gradients(loss, model.trainable_weights)
        updates = optimizer().get_updates(model.trainable_weights, {}, loss)
        train = K.function([model.input, target, K.learning_phase()], [loss, *by_weights], updates=updates)
        found = [train([x, y, 1]) for _ in range(5)]
        return found, model.get_weights()


@pytest.mark.parametrize("optimizer", [lambda: optimizers.SGD(0.05, momentum=0.9, decay=0.1), optimizers.Adam])
def test_a_training_function_of_ones_own(optimizer):
    expected, weights = _trained("numpy", optimizer)
    losses = [float(step[0]) for step in expected]
    assert losses[-1] < losses[0]
    for backend in OTHERS:
        found, others = _trained(backend, optimizer)
        for step, mine in zip(found, expected, strict=True):
            for a, b in zip(step, mine, strict=True):
                np.testing.assert_allclose(a, b, rtol=2e-4, atol=1e-5)
        for a, b in zip(others, weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-4, atol=1e-5)


def test_a_gradient_of_a_gradient():
    for backend in ALL:
        with backend_scope(backend):
            x, w = K.placeholder(ndim=1), K.variable([2.0, 3.0])
            first = K.gradients(K.sum(x**3 * w), [x])[0]
            second = K.gradients(K.sum(first * first), [x, w])
            f = K.function([x], second)
            for _ in range(2):
                by_x, by_w = f([[1.0, 2.0]])
                # first is 3 x**2 w; its square 9 x**4 w**2
                np.testing.assert_allclose(by_x, [36 * 4, 36 * 8 * 9], rtol=1e-5)
                np.testing.assert_allclose(by_w, [18 * 2, 18 * 16 * 3], rtol=1e-5)
