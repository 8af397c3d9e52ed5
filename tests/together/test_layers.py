"""Every layer gives the same outputs, states and gradients on all backends, from the same weights."""

from functools import cache

import numpy as np
import pytest

from polykeras import config, layers, models, ops, plugins, tree
from polykeras.scope import backend_scope, current_backend

OTHERS = sorted(set(plugins.names()) - {"numpy"})


@pytest.fixture(autouse=True)
def portable_random():
    """Dropout draws the same numbers everywhere."""
    before = config.portable_random()
    config.set_portable_random(True)
    yield
    config.set_portable_random(before)


def _numbers(values):
    return [np.asarray(ops.convert_to_numpy(v)) for v in tree.flatten(values)]


def _results(case, backend, training, compiled):
    """Outputs, new state and gradients of all weights and floating inputs."""
    with backend_scope(backend):
        layer = case.make(layers)
        inputs = case.inputs()
        case.call(layer, inputs)
        layer.set_weights(case.weights(layer))
        weights = [v.value for v in layer.trainable_variables]
        state = [v.value for v in layer.non_trainable_variables]
        xs = [ops.convert_to_tensor(x) for x in tree.flatten(inputs)]
        rng = np.random.default_rng(3)
        cotangents = [
            rng.normal(size=y.shape).astype("float32") for y in _numbers(case.call(layer, inputs, training=training))
        ]
        floating = case.integers is None

        def loss(values, xs):
            xs = values[len(weights) :] if floating else xs
            x = xs if isinstance(inputs, list) else xs[0]
            arguments = case.arguments(x)
            outputs, new = layer.stateless_call(values[: len(weights)], state, *arguments, training=training)
            terms = [ops.sum(ops.multiply(y, c)) for y, c in zip(tree.flatten(outputs), cotangents, strict=True)]
            return sum(terms[1:], terms[0]), (outputs, new)

        def step(values, xs):
            (_, aux), gradients = ops.value_and_grad(loss, has_aux=True)(values, xs)
            return aux, gradients

        run = current_backend().compile(step) if compiled else step
        (outputs, new), gradients = run(weights + (xs if floating else []), xs)
        return _numbers(outputs), _numbers(new), _numbers(gradients)


@cache
def _on_numpy(case, training):
    return _results(case, "numpy", training, compiled=False)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("backend", OTHERS)
def test_same_on_all_backends(layer_case, backend, training, compiled):
    expected = _on_numpy(layer_case, training)
    for kind, mine, theirs in zip(
        ("output", "state", "gradient"), expected, _results(layer_case, backend, training, compiled), strict=True
    ):
        assert len(mine) == len(theirs)
        for i, (a, b) in enumerate(zip(mine, theirs, strict=True)):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5, err_msg=f"{kind} {i}")


def test_compiled_on_numpy(layer_case):
    for mine, theirs in zip(
        _on_numpy(layer_case, True), _results(layer_case, "numpy", True, compiled=True), strict=True
    ):
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("backend", plugins.names())
def test_masks_skip_padding(backend):
    with backend_scope(backend):
        embedding, lstm = layers.Embedding(6, 3, mask_zero=True), layers.LSTM(2, return_sequences=True)
        short = ops.convert_to_numpy(lstm(embedding(np.array([[1, 2, 3]]))))
        padded = ops.convert_to_numpy(lstm(embedding(np.array([[1, 2, 3, 0, 0]]))))
    np.testing.assert_allclose(padded[:, :3], short, atol=1e-6)
    np.testing.assert_allclose(padded[:, 3:], np.repeat(short[:, -1:], 2, 1), atol=1e-6)


@pytest.mark.parametrize("backend", plugins.names())
def test_embedding_out_of_range_is_nan(backend):
    with backend_scope(backend):
        y = ops.convert_to_numpy(layers.Embedding(3, 2)(np.array([0, 3, -1, -4])))
    assert np.isnan(y).all(-1).tolist() == [False, True, False, True]


@pytest.mark.parametrize("backend", plugins.names())
def test_the_layer_stays_on_its_backend(backend):
    with backend_scope(backend):
        layer = layers.Dense(2)
        layer.build((None, 3))
    x = np.ones((1, 3), "float32")
    with backend_scope("numpy"):
        y = layer(x)
    with backend_scope(backend):
        assert type(y) is type(ops.convert_to_tensor(x))


def _spectrally_normalised(backend):
    x, y = np.random.default_rng(0).normal(size=(2, 16, 4)).astype("float32")
    with backend_scope(backend):
        layer = layers.SpectralNormalization(layers.Dense(4), power_iterations=2)
        model = models.Sequential([layers.Input((4,)), layer])
        layer.kernel.assign(np.random.default_rng(1).normal(size=(4, 4)))
        layer.vector_u.assign(np.ones((1, 4)))
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=8, epochs=20, shuffle=False, verbose=0)
        return layer.kernel.numpy()


@pytest.mark.parametrize("backend", OTHERS)
def test_spectral_normalization_trains_alike(backend):
    expected = _spectrally_normalised("numpy")
    assert 0.9 < np.linalg.svd(expected)[1][0] < 1.1
    np.testing.assert_allclose(_spectrally_normalised(backend), expected, rtol=1e-4, atol=1e-5)
