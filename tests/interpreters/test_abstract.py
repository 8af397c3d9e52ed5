"""Shape inference by running things on the symbolic backend."""

import numpy as np
import pytest

from polykeras import ops, random
from polykeras.errors import ShapeError, TraceError
from polykeras.graph import KerasTensor
from polykeras.interpreters.abstract import infer
from polykeras.variable import Variable


def shape_of(f, *shapes, dtype="float32"):
    spec = infer(f, *[KerasTensor(s, dtype) for s in shapes])
    return spec.shape


def test_unknown_sizes_pass_through():
    kernel = np.ones((3, 3, 2, 4), "float32")
    assert shape_of(lambda x: ops.conv(x, kernel, strides=2, padding="same"), (None, 8, None, 2)) == (None, 4, None, 4)
    assert shape_of(lambda x: ops.reshape(x, (-1, 6)), (None, 3)) == (None, 6)
    assert shape_of(lambda x, y: ops.matmul(x, y), (None, 3), (3, 5)) == (None, 5)
    assert shape_of(lambda x: ops.concatenate([x, ops.zeros((x.shape[0], 2))], axis=1), (None, 3)) == (None, 5)


def test_nothing_is_computed():
    v = Variable(np.ones((10, 2), "float32"))
    assert shape_of(lambda x: ops.take(v, x, axis=0), (None, 7), dtype="int32") == (None, 7, 2)
    generator = random.SeedGenerator(1)
    before = generator.state.numpy()
    assert shape_of(lambda x: random.dropout(x, 0.5, seed=generator), (None, 3)) == (None, 3)
    np.testing.assert_array_equal(generator.state.numpy(), before)


def test_control_flow_has_shapes():
    assert shape_of(lambda x: ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x), (None, 3)) == (None, 3)
    assert shape_of(lambda x: ops.scan(lambda c, r: (c + r, c), x[0], x)[1], (5, 3)) == (5, 3)
    assert shape_of(lambda x: ops.grad(lambda y: ops.sum(y))(x), (None, 3)) == (None, 3)


def test_values_are_refused():
    with pytest.raises(TraceError, match=r"ops\.cond"):
        infer(lambda x: x if x[0, 0] > 0 else -x, KerasTensor((2, 2)))


def test_wrong_shapes_are_found():
    with pytest.raises(ShapeError, match="matmul"):
        infer(lambda x: ops.matmul(x, np.ones((4, 2), "float32")), KerasTensor((None, 3)))
