"""`K.function`: compiled after its first call, and still a function of what the variables are."""

import warnings

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.interpreters import replay
from polykeras.v1 import backend as K
from polykeras.v1 import layers, models


@pytest.fixture(autouse=True)
def fresh():
    K.clear_session()


@pytest.fixture
def traces(monkeypatch):
    """The signatures for which a program was recorded."""
    seen = []
    trace = replay.RecordedFunction._trace

    def counted(self, signature, *rest):
        seen.append(signature)
        return trace(self, signature, *rest)

    monkeypatch.setattr(replay.RecordedFunction, "_trace", counted)
    return seen


def test_it_is_compiled_once_for_a_signature_and_a_phase(traces):
    x = layers.Input(shape=(3,))
    y = layers.Dense(2)(x)
    f = K.function([x, K.learning_phase()], [y])
    for rows in (4, 4, 4, 2, 4, 2):
        assert f([np.ones((rows, 3)), 0])[0].shape == (rows, 2)
    assert len(traces) == 2  # for 4 and for 2 rows; the first call ran op by op
    for _ in range(3):
        f([np.ones((4, 3)), 1])
    assert len(traces) == 3


def test_new_values_of_variables_are_seen_also_by_what_is_compiled(traces):
    w, x = K.variable([1.0, 2.0]), K.placeholder((2,))
    f = K.function([x], [x * w])
    for value in (1.0, 5.0, 7.0):
        K.set_value(w, [value, value])
        np.testing.assert_array_equal(f([[1.0, 10.0]])[0], [value, 10 * value])
    assert len(traces) == 1


def test_variables_that_only_a_step_function_reads_are_seen():
    w, x = K.variable(2.0), K.placeholder((1, 3, 1))
    last, _, _ = K.rnn(lambda now, states: (now * w, [now * w]), x, [K.zeros((1, 1))])
    f = K.function([x], [last])
    for value in (2.0, 3.0, 4.0):
        K.set_value(w, value)
        assert f([np.ones((1, 3, 1))])[0].item() == value


def test_what_is_returned_and_what_was_given_are_the_callers_own():
    w, v = K.variable([1.0, 2.0]), K.variable([0.0, 0.0])
    x = K.placeholder((2,))
    f = K.function([x], [w, K.reshape(w, (2, 1)), x], updates=[(v, x)])
    for _ in range(3):
        given = np.array([5.0, 6.0], "float32")
        for array in (*f([given]), given):
            array[...] = -1
        np.testing.assert_array_equal(K.get_value(w), [1, 2])
        np.testing.assert_array_equal(K.get_value(v), [5, 6])


def test_loss_and_gradient_see_the_same_dropout():
    x = layers.Input(shape=(1000,))
    w = K.variable(np.ones(1000))
    loss = K.sum(layers.Dropout(0.5)(x) * w)
    f = K.function([x, K.learning_phase()], [loss, K.gradients(loss, w)[0]])
    before = None
    for _ in range(4):
        total, slope = f([np.ones((1, 1000)), 1])
        assert set(np.unique(slope)) == {0.0, 2.0}
        assert total == slope.sum()
        assert not np.array_equal(slope, before)  # sums of different draws may be equal
        before = slope


def test_gradients_go_on_through_other_targets_to_any_order():
    x = K.placeholder((1,))
    h = x * x
    loss = K.sum(h * h * x)  # x to the fifth
    by_x, by_h = K.gradients(loss, [x, h])
    again = K.gradients(K.sum(by_x), [x, h])
    twice = K.gradients(K.sum(by_h), x)[0]
    f = K.function([x], [by_x, by_h, *again, twice])
    for _ in range(3):
        got = [v.item() for v in f([[2.0]])]
        # 5 x**4; 2 h x; 20 x**3; with x and h apart, d/dh (4 h x**2 + h**2); d/dx (2 x**3)
        np.testing.assert_allclose(got, [80, 16, 160, 4 * 4 + 8, 24], rtol=1e-6)


def test_a_tensor_in_the_middle_can_be_given():
    x = K.placeholder((2,))
    h = x * 3.0
    loss = K.sum(h * h)
    f = K.function([h], [loss, K.gradients(loss, h)[0]])
    for _ in range(3):
        total, slope = f([[1.0, 2.0]])
        assert total == 5.0
        np.testing.assert_array_equal(slope, [2, 4])


def test_what_looks_at_values_runs_op_by_op_with_one_warning():
    class Looking(layers.Lambda):
        def call(self, x, mask=None):
            return x * 2.0 if not hasattr(x, "shape") or float(np.asarray(ops.convert_to_numpy(x)).sum()) > 0 else x

        def get_output_shape_for(self, input_shape):
            return input_shape

    x = layers.Input(shape=(1,))
    f = K.function([x], [Looking(lambda t: t)(x)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = [f([[[v]]])[0].item() for v in (1.0, -1.0, 3.0, -4.0)]
    assert got == [2.0, -1.0, 6.0, -4.0]
    assert len([w for w in caught if "cannot be" in str(w.message)]) == 1


def test_a_wrong_value_is_refused_and_the_function_stays_compiled(traces):
    x, w = K.placeholder((None, 3), name="x"), K.variable(np.ones((3, 2)))
    f = K.function([x], [K.dot(x, w)])
    f([np.ones((4, 3))])
    f([np.ones((4, 3))])
    with pytest.raises(ShapeError, match=r"'x'.*\(None, 3\).*\(4, 5\)"):
        f([np.ones((4, 5))])
    assert f([np.ones((4, 3))])[0].shape == (4, 2)
    assert len(traces) == 1


def test_moving_averages_move_once_in_training():
    x = layers.Input(shape=(2,))
    normal = layers.BatchNormalization(momentum=0.5)
    y = normal(x)
    loss = K.sum(K.square(y))
    f = K.function([x, K.learning_phase()], [loss, K.gradients(loss, x)[0]])
    data = np.array([[1.0, 2.0], [3.0, 6.0]])
    for power in (1, 2, 3):
        f([data, 1])
        np.testing.assert_allclose(normal.get_weights()[2], np.array([2.0, 4.0]) * (1 - 0.5**power), rtol=1e-6)
    f([data, 0])
    np.testing.assert_allclose(normal.get_weights()[2], np.array([2.0, 4.0]) * (1 - 0.5**3), rtol=1e-6)


def test_a_model_trained_by_hand_follows_fit():
    def make():
        model = models.Sequential([layers.Dense(4, input_dim=3, activation="tanh"), layers.Dense(1)])
        rng = np.random.default_rng(1)
        model.set_weights([rng.normal(size=v.shape) for v in model.weights])
        return model

    from polykeras.v1 import objectives, optimizers

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
    fitted = make()
    fitted.compile(optimizers.SGD(0.1, momentum=0.9), "mse")
    history = fitted.fit(x, y, batch_size=8, nb_epoch=5, verbose=0).history["loss"]
    by_hand = make()
    target = K.placeholder((None, 1))
    loss = K.mean(objectives.mse(target, by_hand.output))
    updates = optimizers.SGD(0.1, momentum=0.9).get_updates(by_hand.trainable_weights, {}, loss)
    train = K.function([by_hand.input, target], [loss], updates=updates)
    losses = [train([x, y])[0] for _ in range(5)]
    np.testing.assert_allclose(losses, history, rtol=1e-5)
    for a, b in zip(by_hand.get_weights(), fitted.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
