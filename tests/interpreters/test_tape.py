"""Differentiation: what is particular to the tape. The rules themselves are tested by the conformance suite."""

import gc
import weakref

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import DtypeError, ShapeError
from polykeras.gradients.table import RULES
from polykeras.interpreters import tape
from polykeras.ops.registry import REGISTRY
from polykeras.scope import current_backend


def test_every_differentiable_primitive_has_a_rule_and_every_rule_an_op():
    wanted = {op.name for op in REGISTRY.values() if op.primitive and op.differentiable and op.tensors}
    assert wanted - set(RULES) == set()
    assert set(RULES) - set(REGISTRY) == set()
    for name, by_argument in RULES.items():
        assert set(by_argument) <= {p.name for p in REGISTRY[name].tensors}


def test_gradients_of_a_small_network():
    x = np.linspace(-1, 1, 6, dtype="float64").reshape(2, 3)

    def f(w):
        return ops.sum(ops.square(ops.tanh(ops.matmul(x, w))))

    w = np.linspace(0.1, 1.2, 12, dtype="float64").reshape(3, 4)
    gradient = ops.grad(f)(w)
    for i, j in [(0, 0), (1, 2), (2, 3)]:
        step = np.zeros_like(w)
        step[i, j] = 1e-6
        assert gradient[i, j] == pytest.approx((f(w + step) - f(w - step)) / 2e-6, rel=1e-6)


def test_second_and_third_derivatives():
    def cube(x):
        return ops.sum(x * x * x)

    def first(x):
        return ops.sum(ops.grad(cube)(x))

    def second(x):
        return ops.sum(ops.grad(first)(x))

    x = np.float64([1.0, 2.0])
    assert ops.grad(first)(x).tolist() == [6, 12]
    assert ops.grad(second)(x).tolist() == [6, 6]


def test_inner_derivative_of_a_product_with_the_outer_variable():
    # d/dx (x * d/dy (x y)) = d/dx (x * x) = 2x: the inner tape must not mistake x for a constant.
    def outer(x):
        return x * ops.grad(lambda y: x * y)(np.float64(1.0))

    assert float(ops.grad(outer)(np.float64(3.0))) == 6


def test_structures_aux_and_unused_arguments():
    def f(p, q, scale):
        return ops.sum(p["a"] * scale), {"a": p["a"]}

    parameters = {"a": np.float32([1, 2]), "b": np.float32([3])}
    (value, aux), (gp, gq) = ops.value_and_grad(f, argnums=(0, 1), has_aux=True)(parameters, np.float32([7]), 3.0)
    assert float(value) == 9
    assert aux["a"].tolist() == [1, 2]
    assert gp["a"].tolist() == [3, 3]
    assert gp["b"].tolist() == [0]
    assert gq.tolist() == [0]


def test_vjp_of_several_outputs():
    (a, b), pull = ops.vjp(lambda x: (x * 2, ops.sum(x)), np.float32([1, 2]))
    assert a.tolist() == [2, 4]
    assert float(b) == 3
    (g,) = pull((np.float32([1, 0]), np.float32(10)))
    assert g.tolist() == [12, 10]


def test_stop_gradient():
    assert ops.grad(lambda x: ops.sum(x * ops.stop_gradient(x)))(np.float32([3])).tolist() == [3]


def test_python_decides_on_values_when_nothing_is_compiled():
    assert ops.grad(lambda x: x * 2 if x > 0 else x * 3)(np.float32(-1)) == 3


def test_refusals():
    with pytest.raises(ShapeError, match="scalar"):
        ops.grad(lambda x: x)(np.float32([1, 2]))
    with pytest.raises(DtypeError, match="int32"):
        ops.grad(lambda x: ops.sum(x))(np.int32([1, 2]))


def test_the_tape_keeps_only_what_its_rules_read():
    backend = current_backend()
    alive = []

    def f(xs):
        y = ops.add(xs[0], 1.0)  # nobody reads it on the way back
        alive.append(weakref.ref(y.value))
        z = ops.subtract(y, 3.0)
        del y
        gc.collect()
        assert alive[0]() is None
        return ops.sum(z)

    tape.value_and_grad(backend, f)([np.ones(1000, "float32")])
