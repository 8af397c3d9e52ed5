"""Variables and stateless scopes."""

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.variable import StatelessScope, Variable


def test_assign_keeps_shape_and_dtype():
    v = Variable([1.0, 2.0], name="w")
    v.assign([3, 4])
    assert v.numpy().tolist() == [3, 4]
    assert v.dtype == "float32"
    v.assign_add(1)
    v.assign_sub([1.0, 2.0])
    assert v.numpy().tolist() == [3, 3]
    with pytest.raises(ShapeError, match=r"'w' has shape \(2,\)"):
        v.assign([1.0])


def test_initializer_functions_need_a_shape():
    assert Variable(lambda shape, dtype: np.zeros(shape, dtype), shape=(2, 3)).shape == (2, 3)
    with pytest.raises(ArgumentError, match="needs a shape"):
        Variable(lambda shape, dtype: np.zeros(shape, dtype))


def test_the_caller_s_array_is_copied():
    a = np.ones(2, "float32")
    v = Variable(a)
    a[:] = 5
    assert v.numpy().tolist() == [1, 1]


def test_scope_swaps_values_and_catches_assignments():
    v, w = Variable(1.0), Variable(2.0)
    with StatelessScope([(v, ops.convert_to_tensor(10.0))]) as scope:
        assert float(v.value) == 10
        assert float(w.value) == 2
        w.assign(v.value + 1)
        assert float(w.value) == 11
        with StatelessScope([(v, ops.convert_to_tensor(20.0))]):
            assert float(v.value) == 20
            assert float(w.value) == 11
        assert float(v.value) == 10
    assert float(scope.value_of(w)) == 11
    assert (float(v.value), float(w.value)) == (1, 2)


def test_scope_ends_on_errors():
    v = Variable(1.0)
    with pytest.raises(RuntimeError), StatelessScope([(v, ops.convert_to_tensor(2.0))]):
        raise RuntimeError
    assert float(v.value) == 1
