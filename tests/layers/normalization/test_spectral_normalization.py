"""`SpectralNormalization`: the power iteration, what it leaves in the weights, and training."""

import numpy as np
import pytest

from polykeras import layers, models, ops
from polykeras.errors import ArgumentError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 4))


def _iterated(weight, vector, iterations):
    matrix = weight.reshape(-1, weight.shape[-1])
    for _ in range(iterations):
        other = vector @ matrix.T
        other /= np.linalg.norm(other)
        vector = other @ matrix
        vector /= np.linalg.norm(vector)
    return vector, weight / (other @ matrix @ vector.T)


@pytest.mark.parametrize("iterations", [1, 3])
def test_a_call_in_training_divides_the_weight(iterations):
    layer = layers.SpectralNormalization(layers.Dense(3), iterations, dtype="float64")
    layer.layer.dtype_policy = "float64"
    layer.build(X.shape)
    layer.vector_u.assign(RNG.normal(size=(1, 3)))
    before, vector = layer.kernel.numpy(), layer.vector_u.numpy()
    np.testing.assert_allclose(layer(X), X @ before, atol=1e-12)
    vector, weight = _iterated(before, vector, iterations)
    np.testing.assert_allclose(layer(X, training=True), X @ weight, atol=1e-12)
    np.testing.assert_allclose(layer.vector_u.numpy(), vector, atol=1e-12)
    np.testing.assert_allclose(layer(X), X @ weight, atol=1e-12)
    for _ in range(60):
        layer(X, training=True)
    np.testing.assert_allclose(np.linalg.svd(layer.kernel.numpy())[1][0], 1, rtol=1e-6)


def test_other_layers_and_zeros():
    pictures = RNG.normal(size=(2, 5, 5, 3)).astype("float32")
    layer = layers.SpectralNormalization(layers.Conv2D(4, 2), power_iterations=50)
    layer(pictures, training=True)
    kernel = layer.kernel.numpy().reshape(-1, 4)
    np.testing.assert_allclose(np.linalg.svd(kernel)[1][0], 1, rtol=1e-3)
    table = layers.SpectralNormalization(layers.Embedding(5, 3), power_iterations=50)
    table(np.array([[1, 2]]), training=True)
    np.testing.assert_allclose(np.linalg.svd(table.layer.embeddings.numpy())[1][0], 1, rtol=1e-3)
    nothing = layers.SpectralNormalization(layers.Dense(2, kernel_initializer="zeros"))
    assert not np.asarray(nothing(X, training=True)).any()
    assert np.isfinite(nothing.vector_u.numpy()).all()


@pytest.mark.parametrize("eagerly", [False, True])
def test_training_starts_from_the_divided_weight(eagerly):
    layer = layers.SpectralNormalization(layers.Dense(3, use_bias=False))
    model = models.Sequential([layers.Input((4,)), layer])
    model.compile("sgd", "mse", run_eagerly=eagerly)
    x, y = X.astype("float32"), RNG.normal(size=(8, 3)).astype("float32")
    _, weight = _iterated(layer.kernel.numpy(), layer.vector_u.numpy(), 1)
    gradient = 2 * x.T @ (x @ weight - y) / y.size
    model.fit(x, y, batch_size=8, verbose=0)
    np.testing.assert_allclose(layer.kernel.numpy(), weight - 0.01 * gradient, rtol=1e-4, atol=1e-6)


def test_the_layer_inside_is_saved_and_bad_layers_are_refused():
    config = layers.SpectralNormalization(layers.Dense(3), 2).get_config()
    twin = layers.SpectralNormalization.from_config(config)
    assert twin.layer.units == 3 and twin.power_iterations == 2 and "layer" in config
    with pytest.raises(ArgumentError, match="power_iterations must be a positive int, got 0"):
        layers.SpectralNormalization(layers.Dense(3), 0)
    with pytest.raises(ArgumentError, match="SpectralNormalization: layer must be a layer, got 3"):
        layers.SpectralNormalization(3)
    with pytest.raises(ArgumentError, match="Flatten has no kernel and no embeddings"):
        layers.SpectralNormalization(layers.Flatten())(X)
    with pytest.raises(ArgumentError, match="but a sum of LoRA factors"):
        layers.SpectralNormalization(layers.Dense(3, lora_rank=1))(ops.convert_to_tensor(X))
