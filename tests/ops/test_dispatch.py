"""From an op call to a kernel."""

import threading

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import ArgumentError, DtypeError, PolykerasError, ShapeError
from polykeras.ops import rules, samples
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import REGISTRY, composite
from polykeras.typing import Tensor
from polykeras.variable import Variable


def test_host_data_become_tensors_of_the_default_backend():
    assert ops.add([1, 2], 1).dtype == np.int32
    assert ops.add([1.0, 2.0], 1).dtype == np.float32
    assert ops.exp(1).dtype == np.float32


def test_python_scalars_are_weak():
    half = np.ones(2, "float16")
    assert ops.multiply(half, 2.0).dtype == np.float16
    assert ops.multiply(2.0, half).dtype == np.float16
    assert ops.add(np.ones(2, "int8"), 1).dtype == np.int8
    assert ops.add(np.ones(2, "int8"), 1.5).dtype == np.float32


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(DtypeError, match="add: the number 300 does not fit uint8"):
        ops.add(np.ones(2, "uint8"), 300)


def test_variables_stand_for_their_values():
    v = Variable([1.0, 2.0])
    np.testing.assert_array_equal(ops.add(v, v), [2, 4])
    np.testing.assert_array_equal(v * 3 - 1, [2, 5])
    np.testing.assert_array_equal(ops.concatenate([v, [5.0]]), [1, 2, 5])


def test_keyword_arguments_and_defaults():
    x = np.ones((2, 3), "float32")
    assert ops.sum(x, keepdims=True, axis=1).shape == (2, 1)
    with pytest.raises(TypeError):
        ops.sum(x, axes=1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ops.add(np.ones(2), np.ones(3)), ShapeError, r"add: shapes \(2,\) and \(3,\) do not broadcast"),
        (lambda: ops.matmul(np.ones((2, 3)), np.ones((2, 3))), ShapeError, "matmul: the last axis"),
        (lambda: ops.sum(np.ones(2), axis=1), ArgumentError, "sum: axis 1 is out of range for a tensor of rank 1"),
        (lambda: ops.reshape(np.ones(4), (3, -1)), ShapeError, r"reshape: cannot reshape \(4,\)"),
        (lambda: ops.concatenate([]), ArgumentError, "concatenate: xs must hold at least one tensor"),
        (lambda: ops.add([[1, 2], [3]], 1), ArgumentError, "add: x1 is a ragged list"),
        (lambda: ops.exp(["a"]), DtypeError, "exp: x must hold numbers"),
        (lambda: ops.exp(np.array([None])), PolykerasError, "exp"),
        (lambda: ops.exp("text"), DtypeError, "exp: x must hold numbers"),
        (lambda: ops.take(np.ones(3), [0.5]), DtypeError, "expected integers"),
        (lambda: ops.bitwise_and(np.ones(2), 1), DtypeError, "bitwise_and: expected integers or bool"),
        (lambda: ops.subtract(True, False), DtypeError, "subtract: expected numbers, got bool"),
        (lambda: ops.max(np.ones((0, 2)), axis=0), ShapeError, "cannot reduce an axis of size 0"),
        (lambda: ops.einsum("ij,jk", np.ones((2, 3))), ArgumentError, "einsum"),
        (lambda: ops.conv(np.ones((1, 4, 3)), np.ones((3, 2, 4))), ShapeError, "conv: 3 input channels"),
    ],
)
def test_errors_name_the_op_and_what_was_wanted(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_an_op_declared_later_works_at_once():
    if "test_double" not in REGISTRY:

        @composite(FLOAT, samples=samples.unary)
        def test_double(x: Tensor) -> Tensor:
            """Twice x."""
            return ops.add(x, x)

    double = REGISTRY["test_double"].call
    try:
        np.testing.assert_array_equal(double(np.float32([1, 2])), [2, 4])
        assert ops.grad(lambda x: ops.sum(double(x)))(np.float32([1, 2])).tolist() == [2, 2]
    finally:
        del REGISTRY["test_double"]


def test_threads_compute_independently():
    failures = []

    def work(n):
        for _ in range(50):
            x = np.full(n, n, "float32")
            if float(ops.sum(ops.multiply(x, 2.0))) != 2.0 * n * n:
                failures.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2, 8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures


def test_broadcast_rule():
    assert rules.broadcast((3, 1), (4,)) == (3, 4)
    assert rules.broadcast((), (0, 2)) == (0, 2)
    with pytest.raises(ShapeError):
        rules.broadcast((2,), (3,))
