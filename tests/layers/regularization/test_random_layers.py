"""Noise and dropout other than `Dropout` itself, by their statistics."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(400, 50)).astype("float32")
ONES = np.ones((400, 50), "float32")
WIDTH = 4 / np.sqrt(X.size)  # of four standard errors of a mean of unit variance

EVERY = [
    lambda **k: layers.AlphaDropout(0.3, **k),
    lambda **k: layers.GaussianDropout(0.3, **k),
    lambda **k: layers.GaussianNoise(0.3, **k),
    lambda **k: layers.SpatialDropout1D(0.3, **k),
]


def test_alpha_dropout_keeps_mean_and_variance():
    y = layers.AlphaDropout(0.3, seed=1)(X, training=True)
    dropped = y == np.unique(y)[np.argmax(np.unique(y, return_counts=True)[1])]
    assert abs(dropped.mean() - 0.3) < 0.5 * WIDTH
    assert abs(y.mean() - X.mean()) < 2 * WIDTH
    assert abs(y.std() - 1) < 2 * WIDTH
    stretch = (0.7 * (1 + 0.3 * 1.7580993408473766**2)) ** -0.5
    np.testing.assert_allclose(y[~dropped], stretch * (X[~dropped] + 0.3 * 1.7580993408473766), atol=1e-6)
    np.testing.assert_allclose(y[dropped], stretch * 1.7580993408473766 * (0.3 - 1), rtol=1e-5)


def test_alpha_dropout_shares_draws():
    y = layers.AlphaDropout(0.5, noise_shape=(None, 1), seed=1)(ONES, training=True)
    assert (y == y[:, :1]).all()
    assert len(np.unique(y)) == 2


def test_gaussian_dropout():
    y = layers.GaussianDropout(0.2, seed=1)(ONES, training=True)
    assert abs(y.mean() - 1) < 0.5 * WIDTH
    assert abs(y.var() - 0.25) < 0.25 * np.sqrt(2) * WIDTH
    np.testing.assert_allclose(layers.GaussianDropout(0.2, seed=1)(2 * ONES, training=True), 2 * y, rtol=1e-6)


def test_gaussian_noise():
    y = layers.GaussianNoise(0.5, seed=1)(X, training=True) - X
    assert abs(y.mean()) < 0.5 * WIDTH
    assert abs(y.var() - 0.25) < 0.25 * np.sqrt(2) * WIDTH


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_spatial_dropout_drops_whole_channels(rank, data_format):
    if rank == 1 and data_format == "channels_first":
        layer, data_format = layers.SpatialDropout1D(0.4, seed=3), "channels_last"
    else:
        more = () if rank == 1 else (data_format,)
        layer = getattr(layers, f"SpatialDropout{rank}D")(0.4, *more, seed=3)
    spatial = (2, 3, 2)[:rank]
    shape = (50, *spatial, 40) if data_format == "channels_last" else (50, 40, *spatial)
    y = layer(np.ones(shape, "float32"), training=True)
    y = y if data_format == "channels_first" else np.moveaxis(y, -1, 1)
    kept = y.reshape(50, 40, -1)
    assert (kept == kept[..., :1]).all()
    np.testing.assert_allclose(np.unique(kept), [0, 1 / 0.6], rtol=1e-6)
    assert abs((kept[..., 0] > 0).mean() - 0.6) < 4 * np.sqrt(0.24 / 2000)


@pytest.mark.parametrize("make", EVERY)
def test_nothing_happens_outside_of_training(make):
    x = X.reshape(400, 5, 10)
    layer = make()
    assert layer(x) is x
    assert layer.weights == []
    assert len(layer.variables) == 1


@pytest.mark.parametrize("make", EVERY)
def test_a_seed_repeats_the_sequence(make):
    x = X.reshape(400, 5, 10)
    first, second = make(seed=4), make(seed=4)
    a, b = first(x, training=True), first(x, training=True)
    assert (a != b).any()
    np.testing.assert_array_equal(second(x, training=True), a)
    np.testing.assert_array_equal(second(x, training=True), b)


@pytest.mark.parametrize("cls", ["AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout2D"])
def test_nothing_happens_at_zero(cls):
    layer, x = getattr(layers, cls)(0), np.ones((1, 2, 2, 1), "float32")
    assert layer(x, training=True) is x
    assert layer.variables == []


def test_activity_regularization():
    layer = layers.ActivityRegularization(0.1, l2=0.01)
    x = X[:20]
    assert layer(x) is x
    (penalty,) = layer.losses
    np.testing.assert_allclose(penalty, (0.1 * np.abs(x).sum() + 0.01 * (x**2).sum()) / 20, rtol=1e-5)
    assert "activity_regularizer" not in layer.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.AlphaDropout(1), "AlphaDropout: rate must be a number of at least 0 and below 1, got 1"),
        (lambda: layers.GaussianDropout(-0.1), "GaussianDropout: rate must be a number of at least 0 and below 1"),
        (lambda: layers.GaussianNoise(-1), "GaussianNoise: stddev must be a finite number of at least 0"),
        (lambda: layers.GaussianNoise(float("nan")), "GaussianNoise: stddev must be"),
        (lambda: layers.SpatialDropout2D(2), "SpatialDropout2D: rate must be a number from 0 to 1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize("cls", [layers.Dropout, layers.AlphaDropout])
@pytest.mark.parametrize("noise_shape", [(None,), (1, 7), (None, 1, 1)])
def test_noise_shapes_that_do_not_fit(cls, noise_shape):
    with pytest.raises(ShapeError, match=r"'drop': noise_shape .* does not fit an input of shape \(400, 50\)"):
        cls(0.5, noise_shape=noise_shape, name="drop")(X, training=True)


def test_ranks_that_do_not_fit():
    with pytest.raises(ShapeError, match="expects an input of rank 4"):
        layers.SpatialDropout2D(0.5)(X)
