"""What is particular to TensorFlow: user's functions and tapes over ops, variables, layouts, traces, XLA."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import tensorflow as tf

from polykeras import ops, plugins
from polykeras.errors import TraceError
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope


@pytest.fixture
def backend():
    found = plugins.load("tensorflow")
    with backend_scope(found):
        yield found


def test_ops_in_a_users_function_of_unknown_batch_size(backend, caplog):
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(3, 3, 1, 2)).astype("float32")
    weights = rng.normal(size=(2, 3)).astype("float32")
    traces = []

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 1)), tf.TensorSpec((None,), tf.int32)])
    def network(images, labels):
        traces.append(1)
        h = ops.relu(ops.conv(images, kernel, padding="same", data_format="channels_last"))
        h = ops.mean(ops.max_pool(h, 2, data_format="channels_last"), (1, 2))
        logits = ops.matmul(h, weights)
        return ops.softmax(logits), ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)

    for batch in (5, 2):
        images, labels = rng.normal(size=(batch, 8, 8, 1)).astype("float32"), np.arange(batch, dtype="int32") % 3
        probabilities, losses = network(images, labels)
        picked = probabilities.numpy()[np.arange(batch), labels]
        np.testing.assert_allclose(losses.numpy(), -np.log(picked), rtol=1e-5)
    assert len(traces) == 1
    assert "AutoGraph" not in caplog.text


def test_a_variable_is_a_tensor(backend):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    assert ops.is_tensor(v)
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.matmul(v, v)), [[7, 10], [15, 22]])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.take(v, [1, -2], axis=0)), [[3, 4], [1, 2]])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.grad(lambda x: ops.sum(ops.square(x)))(v)), 2 * v.numpy())


def test_a_users_tape_follows_ops_and_compiled_steps(backend):
    v = tf.Variable([1.0, 2.0])
    step = backend.compile(lambda x: ops.sum(ops.square(x)))
    for f in (lambda x: ops.sum(ops.square(x)), step):
        with tf.GradientTape() as tape:
            value = f(v)
        np.testing.assert_array_equal(tape.gradient(value, v).numpy(), [2, 4])


@pytest.mark.parametrize(
    "name, arguments", [("conv", (2, "same")), ("max_pool", (2,)), ("average_pool", (3, 1, "same"))]
)
def test_channels_first_on_the_cpu(backend, name, arguments):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 6, 5))
    others = [rng.normal(size=(3, 2, 3, 4))] if name == "conv" else []

    def total(x, data_format):
        return ops.sum(ops.sin(REGISTRY[name].call(x, *others, *arguments, data_format=data_format)))

    value, gradient = ops.value_and_grad(lambda x: total(x, "channels_first"))(x)
    expected, by_last = ops.value_and_grad(lambda x: total(x, "channels_last"))(np.moveaxis(x, 1, -1))
    np.testing.assert_allclose(float(value), float(expected), rtol=1e-12)
    np.testing.assert_allclose(gradient.numpy(), np.moveaxis(by_last.numpy(), -1, 1), rtol=1e-12, atol=1e-14)


def test_new_arrays_make_no_new_trace(backend):
    traces = []

    def step(state, batch, training):
        traces.append(1)
        return {"w": ops.add(state["w"], ops.sum(batch))}, ops.mean(batch) if training else None

    compiled = backend.compile(step, donate=(0,))
    state = {"w": ops.zeros(2)}
    for i in range(4):
        batch = np.full((3, 2), i, "float32")
        state, logs = compiled(state, batch, True)
        batch[:] = -1  # what was handed over is a copy
        assert float(logs) == i
    np.testing.assert_array_equal(ops.convert_to_numpy(state["w"]), [36, 36])
    assert len(traces) == 1
    assert compiled(state, np.zeros((3, 2), "float32"), False)[1] is None
    compiled(state, np.zeros((4, 2), "float32"), True)
    assert len(traces) == 3


def test_xla(backend):
    def loss(w, xs):
        carry, ys = ops.scan(lambda h, x: (ops.tanh(ops.add(ops.matmul(h, w), x)), h), ops.zeros((2, 3)), xs)
        return ops.add(ops.sum(carry), ops.sum(ys))

    rng = np.random.default_rng(0)
    w, xs = rng.normal(size=(3, 3)).astype("float32"), rng.normal(size=(4, 2, 3)).astype("float32")
    expected = ops.grad(loss)(ops.convert_to_tensor(w), xs)
    found = backend.compile(lambda w, xs: ops.grad(loss)(w, xs), jit=True)(w, xs)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)
    # XLA has no such op: that it complains says that it was asked.
    unknown = backend.compile(lambda x: tf.py_function(lambda v: v, [x], tf.float32), jit=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="unsupported"):
        unknown(w)


def test_a_constant_of_another_trace_is_not_remembered(backend):
    # Shapes are kept as constants: one made while a function is traced must be good outside of it, too.
    backend.compile(lambda x: ops.reshape(x, (7, 11)))(np.zeros(77, "float32"))
    assert ops.reshape(ops.zeros(77), (7, 11)).shape == (7, 11)


def test_a_value_asked_for_in_a_trace(backend):
    with pytest.raises(TraceError, match=r"ops\.cond"):
        backend.compile(lambda x: ops.add(x, ops.convert_to_numpy(x)))(np.ones(2, "float32"))


def test_gradients_of_gather_are_dense_and_silent(backend):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step = backend.compile(lambda x, i: ops.grad(lambda x: ops.sum(ops.square(ops.take(x, i, axis=0))))(x))
        found = step(np.ones((3, 2), "float32"), np.array([0, 0, -1], "int32"))
    np.testing.assert_array_equal(found.numpy(), [[4, 4], [0, 0], [2, 2]])


def test_loading_writes_no_config_file(tmp_path):
    """Importing TensorFlow imports Keras, which would write a keras.json that makes TensorFlow everybody's default."""
    code = "from polykeras import ops; print(ops.add(1, 2))"
    env = {**os.environ, "KERAS_HOME": str(tmp_path / "home"), "KERAS_BACKEND": "tensorflow"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True)
    assert not (tmp_path / "home").exists()


def _lstm_operands(dtype):
    rng = np.random.default_rng(0)
    shapes = (3, 5, 2), (3, 4), (3, 4), (2, 16), (4, 16), (16,)
    return [tf.constant(rng.normal(size=shape), dtype) for shape in shapes]


@pytest.mark.parametrize("go_backwards", [False, True])
def test_an_lstm_by_tensorflows_kernel_has_the_loops_values_and_derivatives(backend, go_backwards):
    """float64, which `BlockLSTM` does not take, goes through the loop; weights make every result and order count."""

    def derivatives(dtype):
        def value(*operands):
            outputs, h, c = ops.lstm(*operands, go_backwards=go_backwards)
            weights = ops.cast(ops.arange(1, 6), dtype)
            return ops.sum(ops.sin(outputs) * weights[:, None]) + ops.sum(h * h) + 2 * ops.sum(ops.sin(c))

        def slope(*operands):
            return sum(ops.sum(ops.sin(g)) for g in ops.vjp(value, *operands)[1](ops.ones((), dtype)))

        def both(*operands):
            first = ops.vjp(value, *operands)[1](ops.ones((), dtype))
            return [value(*operands), *first, *ops.vjp(slope, *operands)[1](ops.ones((), dtype))]

        return both

    exact = derivatives("float64")(*_lstm_operands(tf.float64))
    for run in (derivatives("float32"), tf.function(derivatives("float32"))):
        for found, expected in zip(run(*_lstm_operands(tf.float32)), exact, strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_an_lstm_is_one_kernel_but_in_xla_and_with_a_mask(backend):
    def nodes(jit, mask=None):
        def run(*operands):
            return ops.lstm(*operands, mask=mask)[0]

        traced = tf.function(run, jit_compile=jit).get_concrete_function(*_lstm_operands(tf.float32))
        return traced(*_lstm_operands(tf.float32)), {op.type for op in traced.graph.get_operations()}

    (fused, with_kernel), (compiled, in_xla) = nodes(None), nodes(True)
    np.testing.assert_allclose(fused, compiled, rtol=1e-5, atol=1e-6)
    masked, with_mask = nodes(None, np.ones((3, 5), bool))
    np.testing.assert_allclose(fused, masked, rtol=1e-5, atol=1e-6)
    assert "BlockLSTM" in with_kernel and "BlockLSTM" not in in_xla | with_mask


def test_an_lstm_in_half_precision_is_computed_in_float32(backend):
    operands = [ops.cast(x, "bfloat16") for x in _lstm_operands(tf.float32)]
    exact = ops.lstm(*(ops.cast(x, "float32") for x in operands))
    for found, expected in zip(ops.lstm(*operands), exact, strict=True):
        assert found.dtype == tf.bfloat16
        np.testing.assert_array_equal(found.numpy(), ops.cast(expected, "bfloat16").numpy())


def test_an_array_becomes_a_tensor_by_one_copy(backend):
    """Of its own: what happens to the array afterwards does not show. In a graph it is a constant of the graph."""
    for array in (
        np.zeros((2, 3), "float32"),
        np.asfortranarray(np.zeros((300, 200), "float64")),
        np.zeros((), "int8"),
    ):
        found = backend.convert(array, array.dtype.name)
        array[...] = 1
        assert found.shape == array.shape
        np.testing.assert_array_equal(found, 0)
    constant = tf.function(lambda: backend.convert(np.zeros(1000, "float32"), "float32")).get_concrete_function()
    assert not constant.captured_inputs
