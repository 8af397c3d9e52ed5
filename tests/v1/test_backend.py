"""The symbolic backend: placeholders, variables, functions, gradients."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError
from polykeras.v1 import backend as K
from polykeras.v1 import layers, models


@pytest.fixture(autouse=True)
def fresh():
    K.clear_session()


def test_a_function_updates_variables_by_the_values_before():
    a, b = K.variable(1.0), K.variable(10.0)
    step = K.function([], [a + b], updates=[(a, b * 1.0), (b, a * 2.0), K.update_add(b, 0.0)][:2])
    assert step([])[0] == 11.0
    assert (K.get_value(a), K.get_value(b)) == (10.0, 2.0)


def test_gradients_by_variables_and_placeholders():
    x = K.placeholder((None, 3))
    w = K.variable(np.arange(6.0).reshape(3, 2))
    hidden = K.dot(x, w)
    loss = K.sum(K.square(hidden))
    by_w, by_x, by_hidden = K.gradients(loss, [w, x, hidden])
    data = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    got = K.function([x], [by_w, by_x, by_hidden])([data])
    h = data @ K.get_value(w)
    np.testing.assert_allclose(got[0], data.T @ (2 * h), rtol=1e-5)
    np.testing.assert_allclose(got[1], 2 * h @ K.get_value(w).T, rtol=1e-5)
    np.testing.assert_allclose(got[2], 2 * h, rtol=1e-5)


def test_second_derivatives():
    x = K.placeholder((3,))
    first = K.gradients(K.sum(x**3), [x])[0]
    second = K.gradients(K.sum(first), [x])[0]
    data = np.array([1.0, -2.0, 0.5], "float32")
    np.testing.assert_allclose(K.function([x], [second])([data])[0], 6 * data, rtol=1e-5)


def test_a_total_derivative_goes_through_other_targets():
    x = K.placeholder((2,))
    y = x * 3.0
    by_x, by_y = K.gradients(K.sum(y * y), [x, y])
    got = K.function([x], [by_x, by_y])([np.array([1.0, 2.0])])
    np.testing.assert_allclose(got[0], [18.0, 36.0])
    np.testing.assert_allclose(got[1], [6.0, 12.0])


def test_the_gradient_of_an_activation_by_the_image():
    image = layers.Input(shape=(6, 6, 1))
    activation = layers.Convolution2D(2, 3, 3, dim_ordering="tf")(image)
    score = K.mean(activation[:, :, :, 0])
    slope = K.gradients(score, image)[0]
    f = K.function([image, K.learning_phase()], [score, slope])
    data = np.random.default_rng(0).random((1, 6, 6, 1))
    before = f([data, 0])[0]
    for _ in range(5):
        data = data + f([data, 0])[1]
    assert f([data, 0])[0] > before


def test_the_learning_phase_decides_in_a_function():
    x = layers.Input(shape=(50,))
    dropped = layers.Dropout(0.5)(x)
    own = K.in_train_phase(x * 2.0, x * 3.0)
    f = K.function([x, K.learning_phase()], [dropped, own])
    ones = np.ones((1, 50))
    assert np.all(f([ones, 0])[0] == 1) and np.all(f([ones, 0])[1] == 3)
    assert set(np.unique(f([ones, 1])[0])) == {0.0, 2.0} and np.all(f([ones, 1])[1] == 2)
    K.set_learning_phase(1)
    assert K.learning_phase() == 1


def test_random_tensors_are_drawn_anew():
    draw = K.random_uniform((3,), 2.0, 3.0)
    first, second = K.eval(draw), K.eval(draw)
    assert np.all((first >= 2) & (first < 3)) and not np.allclose(first, second)


def test_rnn_with_a_mask_repeats_states():
    x = K.placeholder((2, 4, 1))
    mask = K.variable(np.array([[1, 1, 0, 1], [1, 0, 0, 0]]), dtype="bool")

    def step(now, states):
        total = now + states[0]
        return total, [total]

    start = K.zeros((2, 1))
    last, outputs, states = K.rnn(step, x, [start], mask=mask)
    got = K.function([x], [last, outputs, states[0]])([np.arange(8.0).reshape(2, 4, 1)])
    np.testing.assert_array_equal(got[1][..., 0], [[0, 1, 1, 4], [4, 4, 4, 4]])
    np.testing.assert_array_equal(got[0], got[2])


def test_switch_map_and_folds():
    x = K.placeholder((3,))
    outputs = [
        K.switch(K.greater(x, 0), x, -x),
        K.map_fn(lambda v: v * 2, x),
        K.foldl(lambda a, v: a - v, x),
        K.foldr(lambda a, v: a - v, x),
    ]
    got = K.function([x], outputs)([np.array([-1.0, 5.0, 2.0])])
    np.testing.assert_array_equal(got[0], [1, 5, 2])
    np.testing.assert_array_equal(got[1], [-2, 10, 4])
    assert (got[2], got[3]) == (-8.0, -2.0)


def test_full_convolutions_meet_everywhere():
    x, k = K.variable(np.ones((1, 3, 3, 1))), K.variable(np.ones((2, 2, 1, 1)))
    full = K.eval(K.conv2d(x, k, border_mode="full", dim_ordering="tf"))[0, :, :, 0]
    np.testing.assert_array_equal(full, np.outer([1, 2, 2, 1], [1, 2, 2, 1]))


def test_connectionist_temporal_classification():
    p = np.full((1, 2, 3), 1 / 3, "float32")  # two steps; labels 0 and 1, the blank is 2
    ones = np.ones((1, 1), "int32")
    cost = K.eval(K.ctc_batch_cost(K.variable(ones * 0, "int32"), K.variable(p), 2 * ones, ones))
    np.testing.assert_allclose(cost, [[-np.log(3 / 9)]], rtol=1e-5)  # 0-, -0, 00


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: K.placeholder(), "shape or ndim"),
        (lambda: K.placeholder((2,), sparse=True), "sparse"),
        (lambda: K.function(3, []), "inputs must be a list"),
        (lambda: K.function([K.placeholder((1,))], [])([]), "1 inputs, got 0"),
        (lambda: K.eval(K.placeholder((1,), name="p") * 2), "placeholder 'p'"),
        (lambda: K.gradients(3.0, [K.variable(1.0)]), "symbolic loss"),
        (lambda: K.set_image_dim_ordering("cf"), "dim_ordering"),
        (lambda: K.get_session(), "no TensorFlow session"),
        (lambda: K.pool2d(K.ones((1, 2, 2, 1)), (2, 2), pool_mode="mid"), "pool_mode"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_weights_of_a_model_are_variables_of_the_backend():
    model = models.Sequential([layers.Dense(2, input_dim=3, W_regularizer="l2")])
    penalty = model.losses[0]
    np.testing.assert_allclose(K.eval(penalty), 0.01 * np.sum(model.get_weights()[0] ** 2), rtol=1e-5)
