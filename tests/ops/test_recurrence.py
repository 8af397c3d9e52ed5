"""Whole-sequence recurrence, and the loop over a step of one's own."""

import numpy as np
import pytest

from polykeras import ops, plugins
from polykeras.interpreters import replay, tape
from polykeras.ops import recurrent_cells
from polykeras.ops.recurrence import rnn
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope

X = np.arange(1.0, 7.0, dtype="float32").reshape(2, 3, 1)
MASK = np.array([[0, 1, 0], [1, 1, 0]], bool)
START = np.full((2, 1), 10, "float32")


@pytest.fixture(autouse=True)
def on_numpy():
    """Make NumPy the default backend of the test."""
    with backend_scope("numpy"):
        yield


def total(x, states):
    return ops.add(x, states[0]), [ops.add(x, states[0])]


def test_rnn_keeps_all_outputs_or_the_last():
    last, outputs, states = rnn(total, X, [START])
    np.testing.assert_array_equal(outputs[..., 0], 10 + np.cumsum(X[..., 0], 1))
    np.testing.assert_array_equal(last, outputs[:, -1])
    np.testing.assert_array_equal(states[0], last)
    _, only, _ = rnn(total, X, [START], return_all_outputs=False)
    np.testing.assert_array_equal(only, outputs[:, -1:])


@pytest.mark.parametrize("unroll", [False, True])
def test_rnn_with_a_mask(unroll):
    _, outputs, states = rnn(total, X, [START], mask=MASK, unroll=unroll)
    assert outputs[..., 0].tolist() == [[0, 12, 12], [14, 19, 19]]
    assert states[0].tolist() == [[12], [19]]
    last, outputs, _ = rnn(total, X, [START], mask=MASK[..., None], zero_output_for_mask=True, unroll=unroll)
    assert outputs[..., 0].tolist() == [[0, 12, 0], [14, 19, 0]]
    assert last.tolist() == [[0], [0]]
    _, outputs, _ = rnn(total, X, [START], mask=MASK, go_backwards=True, unroll=unroll)
    assert outputs[..., 0].tolist() == [[0, 12, 12], [0, 15, 19]]


def test_rnn_with_lengths_constants_trees_and_time_first():
    def step(x, states):
        count, scale = states
        return {"y": ops.multiply(x["a"], scale), "z": (x["b"], count)}, [ops.add(count, 1)]

    inputs = {"a": X, "b": 2 * X}
    last, outputs, (count,) = rnn(
        step, inputs, [np.zeros((2, 1), "int32")], constants=[3.0], input_length=np.array([1, 3])
    )
    assert outputs["y"][..., 0].tolist() == [[3, 3, 3], [12, 15, 18]]
    assert outputs["z"][0][..., 0].tolist() == [[2, 2, 2], [8, 10, 12]]
    assert last["z"][1].tolist() == [[0], [2]]
    assert count.tolist() == [[1], [3]]
    turned = np.swapaxes(X, 0, 1)
    _, plain, _ = rnn(total, X, [START], mask=MASK)
    _, first, _ = rnn(total, turned, [START], mask=MASK.T, time_major=True)
    np.testing.assert_array_equal(first, np.swapaxes(plain, 0, 1))


def test_rnn_without_steps():
    last, outputs, states = rnn(total, X[:, :0], [START], go_backwards=True)
    assert outputs.shape == (2, 0, 1)
    assert last.tolist() == [[0], [0]]
    assert states[0].tolist() == START.tolist()


def test_rnn_is_differentiated_and_compiled():
    def loss(x):
        return ops.sum(
            rnn(lambda x, s: (ops.multiply(x, s[0]), [ops.multiply(x, s[0])]), x, [np.ones((2, 1), "float32")])[0]
        )

    expected = np.prod(X, 1, keepdims=True) / X
    np.testing.assert_allclose(ops.grad(loss)(X), expected)
    np.testing.assert_allclose(plugins.load("numpy").compile(ops.grad(loss))(X), expected)


def _operands(cell, steps=4, units=3):
    rng = np.random.default_rng(0)
    kind = recurrent_cells.CELLS[cell]
    shapes = [(steps, 2, kind.gates * units), *[(2, units)] * kind.states, (units, kind.gates * units)]
    shapes += [(3 * units,)] if cell == "gru" else []
    return [rng.normal(size=s) for s in shapes]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("cell", recurrent_cells.CELLS)
@pytest.mark.parametrize(
    "names", [("tanh", "sigmoid"), ("relu", "hard_sigmoid"), ("hard_sigmoid_v1", "tanh"), ("linear", "relu")]
)
def test_loops_by_hand_are_the_body(cell, names, masked):
    """NumPy's loops, there and back, against the bodies; relu and the hard sigmoids on both sides of their corners."""
    operands = [2 * x for x in _operands(cell)]
    mask = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], bool) if masked else None
    results = ops.recurrent_loop(operands, mask, cell, *names)
    plain = REGISTRY["recurrent_loop"].body(operands, mask, cell, *names)
    for a, b in zip(results, plain, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    states = recurrent_cells.CELLS[cell].states
    cotangents = [np.random.default_rng(i).normal(size=results[i].shape) for i in range(states)]
    arguments = (operands[1:], results, cotangents, tuple(range(states)), mask, cell, *names)
    back = ops.recurrent_loop_gradient(*arguments)
    _, pull = tape.vjp(
        plugins.load("numpy"),
        lambda *xs: REGISTRY["recurrent_loop"].body(list(xs), mask, cell, *names)[:states],
        operands,
    )
    by_the_tape = pull(tuple(cotangents))
    for a, b, c in zip(back, REGISTRY["recurrent_loop_gradient"].body(*arguments), by_the_tape, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
        np.testing.assert_allclose(a, c, atol=1e-12)


def test_a_sequence_is_one_node_of_the_tape():
    """The tape keeps what the loop made, and does not go through its steps."""
    shapes = [(2, 50, 3), (2, 4), (2, 4), (3, 16), (4, 16)]
    x, h, c, kernel, recurrent = (np.ones(s, "float32") for s in shapes)
    numpy = plugins.load("numpy")
    recorded = replay.compile_step(numpy, ops.grad(lambda k: ops.sum(ops.lstm(x, h, c, k, recurrent)[0])))
    recorded(kernel)
    ((program, *_),) = recorded.programs.values()
    assert len(program.__code__.co_varnames) < 50
