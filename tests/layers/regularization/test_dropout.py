"""`Dropout`."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError

X = np.random.default_rng(0).normal(size=(200, 50)).astype("float32")


def test_drops_the_fraction_and_scales_the_rest():
    y = layers.Dropout(0.3, seed=1)(X, training=True)
    kept = y != 0
    assert abs(kept.mean() - 0.7) < 4 * np.sqrt(0.3 * 0.7 / X.size)
    np.testing.assert_allclose(y[kept], X[kept] / 0.7, rtol=1e-6)


def test_nothing_happens_outside_of_training_or_at_rate_zero():
    layer = layers.Dropout(0.3)
    assert layer(X) is X
    assert layers.Dropout(0)(X, training=True) is X
    assert layers.Dropout(0).variables == []


def test_everything_is_dropped_at_rate_one():
    assert not layers.Dropout(1)(X, training=True).any()


def test_each_call_draws_anew_and_a_seed_repeats_the_sequence():
    first, second = layers.Dropout(0.5, seed=4), layers.Dropout(0.5, seed=4)
    a, b = first(X, training=True), first(X, training=True)
    assert (a != b).any()
    np.testing.assert_array_equal(second(X, training=True), a)
    np.testing.assert_array_equal(second(X, training=True), b)


def test_the_state_of_the_generator_is_a_variable():
    layer = layers.Dropout(0.5, seed=4)
    (state,) = layer.non_trainable_variables
    assert layer.weights == []
    _, (moved,) = layer.stateless_call([], [state.numpy()], X, training=True)
    assert moved.tolist() != state.numpy().tolist()


def test_noise_shape_shares_draws():
    y = layers.Dropout(0.5, noise_shape=(None, 1), seed=1)(X, training=True)
    dropped = (y == 0).all(1)
    assert 50 < dropped.sum() < 150
    assert (y[~dropped] != 0).all()


@pytest.mark.parametrize("rate", [-0.1, 1.5, "half", None])
def test_bad_rates(rate):
    with pytest.raises(ArgumentError, match="Dropout: rate must be a number from 0 to 1"):
        layers.Dropout(rate)
