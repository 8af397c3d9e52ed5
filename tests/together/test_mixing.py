"""Tensors of one backend while another is the default, and of two at once."""

import numpy as np
import pytest

from polykeras import ops, plugins
from polykeras.errors import MixedBackendsError
from polykeras.scope import backend_scope, current_backend

BACKENDS = sorted(name for name in plugins.names() if not plugins.load(name).capabilities.slow)


@pytest.mark.parametrize("default", BACKENDS)
@pytest.mark.parametrize("home", [name for name in BACKENDS if not plugins.load(name).host_native])
def test_a_tensor_s_backend_runs_the_op_whatever_the_default(home, default):
    backend = plugins.load(home)
    x = backend.convert(np.arange(12, dtype="float32").reshape(1, 4, 3), "float32")
    labels = backend.convert(np.array([2, 0]), "int32")
    with backend_scope(default):
        results = [
            ops.one_hot(labels, 3),
            ops.take_along_axis(x, backend.convert([[[0, 1, 2]]], "int32"), axis=1),
            ops.max_pool(x, 2, data_format="channels_last"),
            ops.average_pool(x, 3, 2, "same", data_format="channels_last"),
            ops.isfinite(labels),
            ops.add(x, [1.0, 2.0, 3.0]),
            ops.grad(lambda t: ops.sum(ops.softmax(ops.relu(t)) * 2))(x),
        ]
        assert current_backend().name == default
    assert all(backend.is_tensor_type(type(r)) for r in results)


@pytest.mark.parametrize("first", BACKENDS)
@pytest.mark.parametrize("second", BACKENDS)
def test_tensors_of_two_backends_are_refused_by_name(first, second):
    a, b = plugins.load(first), plugins.load(second)
    if a is b or a.host_native or b.host_native:
        return  # host arrays join either
    with pytest.raises(MixedBackendsError, match=f"{first}.*{second}"):
        ops.add(a.convert([1.0], "float32"), b.convert([2.0], "float32"))
