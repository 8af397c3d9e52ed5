"""Every function of Keras 1.2.2's symbolic backend gives what NumPy gives, op by op and compiled."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from polykeras import config
from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1 import backend as K
from polykeras_conformance import symbolic_cases

REFERENCE = Path(__file__).parent.parent / "reference" / "keras1_api.json"
ELSEWHERE = {
    # in tests/together/test_symbolic_backend.py
    "batch_get_value", "batch_set_value", "count_params", "dropout", "dtype", "eval", "eye", "function", "Function",
    "get_value", "get_variable_shape", "int_shape", "moving_average_update", "ndim", "ones", "placeholder",
    "random_binomial", "random_normal", "random_normal_variable", "random_uniform", "random_uniform_variable",
    "set_learning_phase", "set_value", "update", "update_add", "update_sub", "variable", "zeros",
    # in this file and in test_backend.py
    "backend", "cast_to_floatx", "clear_session", "ctc_label_dense_to_sparse", "epsilon", "floatx", "get_session",
    "get_uid", "image_dim_ordering", "is_explicit_shape", "is_keras_tensor", "is_sparse", "legacy_weight_ordering",
    "manual_variable_initialization", "print_tensor", "reset_uids", "set_epsilon", "set_floatx",
    "set_image_dim_ordering", "set_legacy_weight_ordering", "set_session",
    # in test_theano_backend.py
    "ctc_cost", "ctc_create_skip_idxs", "ctc_interleave_blanks", "ctc_path_probs", "ctc_update_log_p",
    "pattern_broadcast",
}  # fmt: skip


@cache
def _results(known_sizes):
    return symbolic_cases.results(K, known_sizes)


@pytest.mark.parametrize("known_sizes", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", symbolic_cases.CASES)
def test_as_numpy(name, known_sizes):
    symbolic_cases.check(symbolic_cases.CASES[name], _results(known_sizes)[name])


def test_no_function_is_forgotten():
    names = json.loads(REFERENCE.read_text(encoding="utf-8"))
    public = {name.rpartition(".")[2] for name in names if name.startswith("keras.backend")}
    assert {case.function for case in symbolic_cases.CASES.values()} | ELSEWHERE == public


def test_shapes_of_what_has_unknown_sizes():
    x, w = K.placeholder(ndim=2), K.variable(np.ones((3, 2)))
    assert K.dot(x, w).shape == (None, 2)
    assert K.dot(x, K.placeholder(ndim=2)).shape == (None, None)
    assert (x + w).shape == (3, 2)
    assert K.batch_dot(K.placeholder(ndim=3), K.variable(np.ones((4, 3, 2)))).shape == (4, None, 2)
    assert K.reshape(x, (4, -1)).shape == (4, None)
    assert K.deconv2d(K.placeholder(ndim=4), K.ones((2, 2, 3, 2)), (None, 8, 8, 2), (2, 2), "same", "tf").shape == (
        None, 8, 8, 2,
    )  # fmt: skip
    assert K.int_shape(x) == K.get_variable_shape(x) == (None, None)


@pytest.mark.parametrize(
    "call",
    [
        lambda: K.dot(K.placeholder((None, 5)), K.ones((3, 2))),
        lambda: K.count_params(K.placeholder((None, 5))),
        lambda: K.rnn(lambda x, s: (x, s), K.placeholder(ndim=3), [], unroll=True),
        lambda: K.rnn(lambda x, s: (x, s), K.placeholder((1, None, 2)), [], mask=K.placeholder((1, None))),
    ],
)
def test_refusals_of_shapes(call):
    with pytest.raises(ShapeError):
        call()


def test_values_are_printed_when_they_are_computed(capsys):
    x = K.placeholder((2,))
    f = K.function([x], [K.print_tensor(x * 2.0, "twice: ")])
    assert capsys.readouterr().out == ""
    f([[1.0, 2.0]])
    with pytest.warns(RuntimeWarning, match="cannot be compiled"):
        f([[3.0, 4.0]])
    f([[5.0, 6.0]])
    assert capsys.readouterr().out == "twice: [2. 4.]\ntwice: [6. 8.]\ntwice: [10. 12.]\n"


def test_settings():
    before = K.epsilon(), K.floatx()
    try:
        K.set_epsilon(1e-3)
        K.set_floatx("float64")
        assert K.epsilon() == 1e-3
        assert K.variable(1.0).dtype == K.floatx() == "float64"
        assert K.cast_to_floatx([1]).dtype == "float64"
    finally:
        K.set_epsilon(before[0])
        K.set_floatx(before[1])
    assert K.backend() == config.backend()
    K.reset_uids()
    assert [K.get_uid("a"), K.get_uid("b"), K.get_uid("a")] == [1, 1, 2]
    K.set_legacy_weight_ordering(True)
    assert K.legacy_weight_ordering()
    K.set_legacy_weight_ordering(False)
    K.manual_variable_initialization(True)
    assert not K.is_sparse(K.placeholder((1,)))


def test_labels_within_their_lengths():
    indices, values, shape = K.ctc_label_dense_to_sparse(np.array([[1, 2, 0], [3, 0, 0]]), np.array([2, 1]))
    np.testing.assert_array_equal(indices, [[0, 0], [0, 1], [1, 0]])
    np.testing.assert_array_equal(values, [1, 2, 3])
    assert shape == (2, 3)


def test_sessions_are_refused():
    with pytest.raises(ArgumentError, match="use K"):
        K.get_session()
    with pytest.raises(ArgumentError, match="no TensorFlow session"):
        K.set_session(None)
