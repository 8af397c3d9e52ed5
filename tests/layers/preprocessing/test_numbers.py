"""`Normalization`, `Rescaling`, `Discretization`, `CategoryEncoding`."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(3, 2, size=(40, 4, 3))


@pytest.mark.parametrize("axis", [-1, 1, None, (1, 2), (-1, 1)])
def test_normalization_measures(axis):
    layer = layers.Normalization(axis, dtype="float64")
    layer.adapt(X)
    kept = [] if axis is None else [a % 3 for a in np.atleast_1d(axis)]
    over = tuple(a for a in range(3) if a not in kept)
    mean, variance = X.mean(over, keepdims=True), X.var(over, keepdims=True)
    np.testing.assert_allclose(layer(X), (X - mean) / np.sqrt(variance), rtol=1e-10)
    assert [(v.name, v.trainable) for v in layer.weights] == [("mean", False), ("variance", False), ("count", False)]
    np.testing.assert_allclose(layer.mean, mean)
    np.testing.assert_allclose(layer.variance, variance)


def test_normalization_of_batches_is_that_of_the_whole():
    whole = layers.Normalization(dtype="float64")
    whole.adapt(X)
    for data in ([X[:7], X[7:9], X[9:]], iter([(X[:30], None), (X[30:], None)]), [np.zeros((0, 4, 3)), X]):
        layer = layers.Normalization(dtype="float64")
        layer.adapt(data)
        for a, b in zip(layer.get_weights(), whole.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)


def test_normalization_by_given_numbers_and_back():
    numbers = {"mean": [1.0, 2.0, 3.0], "variance": [4.0, 0.25, 0.0]}
    x = np.array([[3.0, 3.0, 3.0]], "float32")
    assert layers.Normalization(**numbers)(x).tolist() == [[1, 2, 0]]
    assert layers.Normalization(**numbers, invert=True)(np.ones((1, 3), "int32")).tolist()[0][:2] == [3, 2.5]
    assert layers.Normalization(**numbers).get_config()["mean"] == [1, 2, 3]


def test_normalization_step_by_step():
    layer = layers.Normalization()
    layer.update_state(np.array([[1.0], [3.0]]))
    layer.update_state(np.array([[5.0]]))
    assert [w.tolist() for w in layer.get_weights()] == [[0], [1], 0]
    layer.finalize_state()
    np.testing.assert_allclose(layer.get_weights()[0], [3])
    np.testing.assert_allclose(layer.get_weights()[1], [8 / 3], rtol=1e-6)
    layer.reset_state()
    layer.finalize_state()
    np.testing.assert_allclose(layer.get_weights()[0], [3])


def test_adapting_again_forgets():
    layer = layers.Normalization()
    layer.adapt(np.array([[1.0], [3.0]]))
    layer.adapt(np.array([[5.0], [5.0]]))
    assert [w.tolist() for w in layer.get_weights()] == [[5], [0], 0]


def test_what_normalization_refuses():
    with pytest.raises(ArgumentError, match="give both mean and variance or neither"):
        layers.Normalization(mean=1.0)
    with pytest.raises(ArgumentError, match=r"one shape, of rank 1 at most .* got \(2,\) and \(3,\)"):
        layers.Normalization(mean=[1, 2], variance=[1, 2, 3])
    with pytest.raises(ArgumentError, match=r"rank 0 at most as axis=\(\) says"):
        layers.Normalization(None, mean=[1], variance=[1])
    with pytest.raises(ShapeError, match=r"'n': mean and variance of shape \(2,\) do not fit the sizes \(3,\)"):
        layers.Normalization(mean=[1, 2], variance=[1, 2], name="n")(X)
    with pytest.raises(ArgumentError, match=r"has no axis \(3,\)"):
        layers.Normalization(3)(X)
    with pytest.raises(ShapeError, match="needs to know the size along axis 1"):
        layers.Normalization()(layers.Input((None,)))
    with pytest.raises(ArgumentError, match="nothing to adapt"):
        layers.Normalization(mean=1, variance=2).adapt(X)
    layer = layers.Normalization(name="n")
    layer.adapt(X)
    with pytest.raises(ShapeError, match=r"'n' expects data of rank 3 with sizes \(3,\) .* got a batch of shape"):
        layer.adapt([X, X[:, :, :2]])
    with pytest.raises(ArgumentError, match="at least one batch"):
        layer.adapt([])
    with pytest.raises(ArgumentError, match="batches of them, got int"):
        layer.adapt(3)
    with pytest.raises(ArgumentError, match="to be an array or a tensor, got float"):
        layer.adapt([1.0, 2.0])


def test_rescaling():
    x = np.array([[0, 255, 51]], "uint8")
    y = layers.Rescaling(1 / 127.5, -1)(x)
    np.testing.assert_allclose(y, [[-1, 1, -0.6]], rtol=1e-6)
    layer = layers.Rescaling(np.array([1.0, 2.0, 3.0]), [1, 2, 3])
    assert layer(x).tolist() == [[1, 512, 156]]
    assert layers.Rescaling.from_config(layer.get_config())(x).tolist() == [[1, 512, 156]]


V = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]], "float32")


def test_discretization():
    layer = layers.Discretization([0.0, 1.0, 2.0])
    assert layer(V).tolist() == [[0, 2, 3, 1], [1, 3, 2, 1]]
    assert str(layer(V).dtype) == "int32"
    assert layer(np.array([-1, 5])).tolist() == [0, 3]
    count = layers.Discretization([0.0, 1.0, 2.0], output_mode="count")
    assert count(V).tolist() == [[1, 1, 1, 1], [0, 2, 1, 1]]


def test_discretization_finds_bins():
    """The numbers are those of Keras 3.15."""
    layer = layers.Discretization(num_bins=4)
    layer.adapt(V)
    assert layer(V).tolist() == [[0, 2, 3, 2], [1, 3, 3, 1]]
    twin = layers.Discretization.from_config(layer.get_config())
    assert twin.bin_boundaries == layer.bin_boundaries
    assert twin.num_bins == 4


@pytest.mark.parametrize("bins", [2, 5, 49])
def test_bins_hold_equally_many(bins):
    data = np.random.default_rng(1).exponential(size=9800)
    for given in (data, np.split(data, 7)):
        layer = layers.Discretization(num_bins=bins, epsilon=0.001)
        layer.adapt(given)
        assert len(layer.bin_boundaries) == bins - 1
        shares = np.bincount(layer(data), minlength=bins) / len(data)
        np.testing.assert_allclose(shares, 1 / bins, atol=0.004)


def test_steps_limit_the_data():
    layer = layers.Discretization(num_bins=2)
    layer.adapt((np.full(10, v) for v in (1.0, 3.0, 1000.0)), steps=2)
    assert layer.bin_boundaries == [1]


def test_a_discretization_in_a_model_may_be_adapted_later():
    layer = layers.Discretization(num_bins=3, output_mode="one_hot")
    assert layer(layers.Input((1,))).shape == (None, 3)
    with pytest.raises(ArgumentError, match="call adapt first"):
        layer(V)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Discretization(), "give bin_boundaries or num_bins, one of them"),
        (lambda: layers.Discretization([1.0], 2), "give bin_boundaries or num_bins, one of them"),
        (lambda: layers.Discretization([2.0, 1.0]), "must be in increasing order"),
        (lambda: layers.Discretization(num_bins=0), "num_bins must be a positive int"),
        (lambda: layers.Discretization([1.0], epsilon=0), "epsilon must be above 0"),
        (lambda: layers.Discretization([1.0], output_mode="binary"), "output_mode must be one of int, one_hot"),
        (lambda: layers.Discretization([1.0]).adapt(V), "has given bin_boundaries"),
        (lambda: layers.Discretization(num_bins=3).adapt(V[:0]), "got only empty batches"),
        (lambda: layers.CategoryEncoding(), "num_tokens must be given"),
        (lambda: layers.CategoryEncoding(0), "num_tokens must be a positive int"),
        (lambda: layers.CategoryEncoding(3, "int"), "CategoryEncoding: output_mode must be one of one_hot"),
        (lambda: layers.CategoryEncoding(3, sparse=True), "sparse=True is not supported"),
        (lambda: layers.CategoryEncoding(3)(np.array([1]), count_weights=np.ones(1)), "'count' only"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_category_encoding():
    ints = np.array([[0, 2, 2], [3, 1, 3]])
    assert layers.CategoryEncoding(4)(ints).tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    assert layers.CategoryEncoding(4, "binary").output_mode == "multi_hot"
    assert layers.CategoryEncoding(4, "count")(ints).tolist() == [[1, 0, 2, 0], [0, 1, 0, 2]]
    weighted = layers.CategoryEncoding(4, "count")(ints, count_weights=np.array([[1, 2, 3], [4, 5, 6.5]]))
    assert weighted.tolist() == [[1, 0, 5, 0], [0, 5, 0, 10.5]]
    one_hot = layers.CategoryEncoding(4, "one_hot")
    np.testing.assert_array_equal(one_hot(ints), np.eye(4)[ints])
    np.testing.assert_array_equal(one_hot(ints[:, :1]), np.eye(4)[ints[:, 0]])
    assert layers.CategoryEncoding(4)(np.array(3)).tolist() == [0, 0, 0, 1]
    assert layers.CategoryEncoding(3, "count")(ints).tolist() == [[1, 0, 2], [0, 1, 0]]  # 3 is out of range
    with pytest.raises(ShapeError, match=r"count_weights must have the shape \(2, 3\)"):
        layers.CategoryEncoding(4, "count")(ints, count_weights=np.ones((2, 2)))


def test_adapted_layers_in_a_model_are_no_metrics():
    from polykeras import models

    normalization, discretization = layers.Normalization(), layers.Discretization(num_bins=3, output_mode="one_hot")
    normalization.adapt(X[:, 0])
    discretization.adapt(X[:, 0, :1])
    inputs = [layers.Input((3,)), layers.Input((1,))]
    both = layers.Concatenate()([normalization(inputs[0]), discretization(inputs[1])])
    model = models.Model(inputs, layers.Dense(1)(both))
    model.compile("sgd", "mse")
    before = normalization.get_weights()
    history = model.fit([X[:, 0], X[:, 0, :1]], X[:, 1, :1], epochs=2, verbose=0).history
    assert list(history) == ["loss"]
    assert history["loss"][1] < history["loss"][0]
    for a, b in zip(before, normalization.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
