"""Differentiation as such: `value_and_grad`, `grad`, `vjp`, `stop_gradient`, nested and in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes, ops
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, ShapeError
from polykeras.scope import backend_scope
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.generation import generated
from polykeras_conformance.test_values import owns

pytestmark = pytest.mark.level("gradients")


def _numpy(x: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(x), "float64")


def _loss(x: Any) -> Any:
    return ops.sum(ops.multiply(ops.square(x), ops.convert_to_tensor([1.0, 2.0])))


def test_value_and_grad(backend: Backend) -> None:
    """The value and the gradient, plain tensors of the backend."""
    value, g = ops.value_and_grad(_loss)(ops.convert_to_tensor([3.0, 4.0]))
    assert owns(backend, value) and owns(backend, g)
    assert_close("value", _numpy(value), 41.0, "float32")
    assert_close("gradient", _numpy(g), [6.0, 16.0], "float32")
    assert_close("grad", _numpy(ops.grad(_loss)([3.0, 4.0])), [6.0, 16.0], "float32")


def test_protocol(backend: Backend) -> None:
    """The backend's own method: a list of tensors in, a list of gradients out, further arguments passed through."""
    xs = [backend.convert([1.0, 2.0], "float32"), backend.convert(3.0, "float32")]

    def f(xs: Any, scale: Any, shift: float) -> Any:
        return ops.add(ops.multiply(ops.sum(ops.multiply(xs[0], xs[1])), scale), shift)

    value, grads = backend.value_and_grad(f)(xs, backend.convert(2.0, "float32"), 1.0)
    assert_close("value", _numpy(value), 19.0, "float32")
    assert isinstance(grads, list) and len(grads) == 2
    assert_close("first gradient", _numpy(grads[0]), [6.0, 6.0], "float32")
    assert_close("second gradient", _numpy(grads[1]), 6.0, "float32")


def test_has_aux(backend: Backend) -> None:
    """What the function returns beside its value comes out as plain tensors, any tree of them."""

    def f(x: Any) -> Any:
        y = ops.exp(x)
        return ops.sum(y), {"y": y, "rest": (ops.stop_gradient(y), [x], None)}

    x = ops.convert_to_tensor([0.0, 1.0])
    for run in (ops.value_and_grad(f, has_aux=True), lambda x: ops.grad(f, has_aux=True)(x)[::-1]):
        result = run(x)
        aux = result[0][1] if isinstance(result[0], tuple) else result[0]
        assert set(aux) == {"y", "rest"} and aux["rest"][2] is None
        for leaf in (aux["y"], aux["rest"][0], aux["rest"][1][0]):
            assert owns(backend, leaf), f"aux holds a {type(leaf)}"
        assert_close("aux", _numpy(aux["y"]), np.exp([0.0, 1.0]), "float32")
        assert_close("gradient", _numpy(result[1]), np.exp([0.0, 1.0]), "float32")


def test_unused(backend: Backend) -> None:
    """The gradient by what the function does not read is zeros, of its shape and dtype; of a constant, all are."""
    x, y = ops.ones((2,)), ops.ones((2, 3), "float64")
    gx, gy = ops.grad(lambda x, y: ops.sum(x), argnums=(0, 1))(x, y)
    assert_equal("gradient by what is read", _numpy(gx), [1, 1])
    assert ops.dtype(gy) == "float64", ops.dtype(gy)
    assert_equal("gradient by what is not", _numpy(gy), np.zeros((2, 3)))
    assert_equal("gradient of a constant", _numpy(ops.grad(lambda x: ops.convert_to_tensor(3.0))(x)), [0, 0])
    through_bools = ops.grad(lambda x: ops.sum(ops.cast(ops.greater(x, 0.0), "float32")))(x)
    assert_equal("gradient through a comparison", _numpy(through_bools), [0, 0])


def test_trees_and_argnums(backend: Backend) -> None:
    """Arguments may be trees; gradients have the structure of their arguments; keywords are passed on."""

    def f(a: Any, params: Any, scale: float = 1.0) -> Any:
        inner = ops.add(ops.sum(params["w"][0]), ops.multiply(params["b"], 3.0))
        return ops.multiply(ops.multiply(inner, a), scale)

    params = {"w": [ops.ones((2,))], "b": ops.convert_to_tensor(2.0)}
    value, g = ops.value_and_grad(f, argnums=1)(5.0, params, scale=2.0)
    assert_close("value", _numpy(value), 80.0, "float32")
    assert_close("gradient by w", _numpy(g["w"][0]), [10.0, 10.0], "float32")
    assert_close("gradient by b", _numpy(g["b"]), 30.0, "float32")
    both = ops.grad(f, argnums=(1, 0))(5.0, params)
    assert isinstance(both, tuple) and set(both[0]) == {"w", "b"}
    assert_close("gradient by a", _numpy(both[1]), 8.0, "float32")


def test_shared(backend: Backend) -> None:
    """A tensor that is read in several places, or given twice, gets the sum of what each place says."""
    x = ops.convert_to_tensor([2.0, 3.0])
    g = ops.grad(lambda x: ops.sum(ops.add(ops.multiply(x, x), ops.multiply(ops.exp(x), x))))(x)
    assert_close("gradient", _numpy(g), [4 + 3 * np.exp(2.0), 6 + 4 * np.exp(3.0)], "float32")
    first, second = ops.grad(lambda a, b: ops.sum(ops.multiply(a, ops.square(b))), argnums=(0, 1))(x, x)
    assert_close("the same tensor as first argument", _numpy(first), [4.0, 9.0], "float32")
    assert_close("and as second", _numpy(second), [8.0, 18.0], "float32")


@dataclass(frozen=True)
class Dtype:
    """A floating dtype."""

    id: str


def floating_dtypes(backend: Backend) -> list[Dtype]:
    """Those that the backend holds."""
    return [Dtype(d) for d in dtypes.FLOATING if d in backend.dtypes]


@generated(floating_dtypes)
def test_gradient_dtype(backend: Backend, case: Dtype) -> None:
    """A gradient has the dtype of what it is by, also through casts to other dtypes and back."""
    x = backend.convert([0.5, 2.0], case.id)
    for other in dtypes.FLOATING:
        if other in backend.dtypes:
            value, g = ops.value_and_grad(lambda x, other=other: ops.sum(ops.square(ops.cast(x, other))))(x)
            assert backend.dtype_name(value) == other
            assert backend.dtype_name(g) == case.id, f"gradient by {case.id} through {other}: {backend.dtype_name(g)}"
            assert_equal(f"gradient by {case.id} through {other}", _numpy(g), [1.0, 4.0])


def test_stop_gradient(backend: Backend) -> None:
    """A stopped tensor counts as a constant, and has its value."""
    x = ops.convert_to_tensor([2.0, 3.0])
    value, g = ops.value_and_grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(ops.square(x)))))(x)
    assert_close("value", _numpy(value), 35.0, "float32")
    assert_close("gradient", _numpy(g), [4.0, 9.0], "float32")
    inner = ops.grad(lambda x: ops.sum(ops.stop_gradient(ops.grad(_loss)(x))))(x)
    assert_equal("gradient of a stopped gradient", _numpy(inner), [0, 0])


def test_vjp(backend: Backend) -> None:
    """A pullback can be called with several cotangents; results may be trees."""
    x, w = ops.convert_to_tensor([1.0, 2.0]), ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    (y, parts), pull = ops.vjp(lambda x, w: (ops.matmul(x, w), {"s": ops.sum(x)}), x, w)
    assert_close("result", _numpy(y), [7.0, 10.0], "float32")
    assert_close("result in a tree", _numpy(parts["s"]), 3.0, "float32")
    for cotangent, gx, gw in (
        ([1.0, 0.0], [1.0 + 5, 3.0 + 5], [[1, 0], [2, 0]]),
        ([0.0, 2.0], [4.0 + 5, 8.0 + 5], [[0, 2], [0, 4]]),
    ):
        found = pull((ops.convert_to_tensor(cotangent), {"s": ops.convert_to_tensor(5.0)}))
        assert isinstance(found, tuple) and len(found) == 2
        assert_close("gradient by x", _numpy(found[0]), gx, "float32")
        assert_close("gradient by w", _numpy(found[1]), gw, "float32")


def test_nested(backend: Backend) -> None:
    """Gradients of gradients, to the third order; of an inner one that holds an outer variable constant."""

    def cube(x: Any) -> Any:
        return ops.multiply(ops.multiply(x, x), x)

    x = ops.convert_to_tensor(2.0)
    first = ops.grad(cube)
    second = ops.grad(first)
    third = ops.grad(second)
    for order, (f, expected) in enumerate(((first, 12.0), (second, 12.0), (third, 6.0)), 1):
        assert_close(f"derivative of order {order}", _numpy(f(x)), expected, "float32")
    # d/dx of x * (d/dy (x * y²) at y = x) = d/dx of 2 x³: levels must not be confused.
    mixed = ops.grad(lambda x: ops.multiply(x, ops.grad(lambda y: ops.multiply(x, ops.square(y)))(x)))
    assert_close("derivative of x times an inner derivative", _numpy(mixed(x)), 6 * 4.0, "float32")


def test_jvp(backend: Backend) -> None:
    """The derivative along tangents, of trees; integer results have zero tangents; it can be differentiated."""
    x, w = ops.convert_to_tensor([1.0, 2.0]), ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    dx, dw = ops.convert_to_tensor([0.5, -1.0]), ops.zeros((2, 2))

    def f(x: Any, w: Any) -> Any:
        return {"y": ops.matmul(ops.exp(x), w), "which": ops.argmax(x)}

    out, tangents = ops.jvp(f, (x, w), (dx, dw))
    e = np.exp([1.0, 2.0])
    assert_close("result", _numpy(out["y"]), e @ [[1, 2], [3, 4]], "float32")
    assert_close("tangent", _numpy(tangents["y"]), (e * [0.5, -1.0]) @ [[1, 2], [3, 4]], "float32")
    assert int(_numpy(tangents["which"])) == 0 and int(_numpy(out["which"])) == 1
    value, tangent, aux = ops.jvp(lambda x: (ops.sum(ops.square(x)), ops.sin(x)), [x], [dx], has_aux=True)
    assert_close("result beside aux", _numpy(value), 5.0, "float32")
    assert_close("tangent beside aux", _numpy(tangent), -3.0, "float32")
    assert_close("aux", _numpy(aux), np.sin([1.0, 2.0]), "float32")
    # The Hessian times a vector: forward over reverse, and reverse over forward.
    forward = ops.jvp(ops.grad(lambda x: ops.sum(ops.power(x, 3))), (x,), (dx,))[1]
    backward = ops.grad(lambda x: ops.jvp(lambda x: ops.sum(ops.power(x, 3)), (x,), (dx,))[1])(x)
    for g in (forward, backward):
        assert_close("Hessian times a vector", _numpy(g), [3.0, -12.0], "float32")


def test_jvp_refuses(backend: Backend) -> None:
    """Tangents that do not fit the primals are refused with what was wanted."""
    x = ops.ones((2,))
    with pytest.raises(ArgumentError, match=r"jvp.*lists or tuples"):
        ops.jvp(ops.sin, x, x)
    with pytest.raises(ArgumentError, match=r"jvp.*nest"):
        ops.jvp(ops.sin, (x,), (x, x))
    with pytest.raises(ShapeError, match=r"jvp.*\(2,\).*\(3,\)"):
        ops.jvp(ops.sin, (x,), (ops.ones((3,)),))


@ops.custom_gradient
def _log1p_exp(x: Any) -> Any:
    e = ops.exp(x)

    def gradient(*args: Any, upstream: Any = None) -> Any:
        if upstream is None:
            (upstream,) = args
        return ops.multiply(upstream, ops.subtract(1.0, ops.divide(1.0, ops.add(1.0, e))))

    return ops.log(ops.add(1.0, e)), gradient


def test_custom_gradient(backend: Backend) -> None:
    """The gradient is what the function says, where the plain one would be NaN; of any order."""
    x = ops.convert_to_tensor([0.0, 1.0, 100.0])
    s = 1 / (1 + np.exp(-np.array([0.0, 1.0])))
    assert np.isinf(_numpy(_log1p_exp(x))[2])
    g = ops.grad(lambda x: ops.sum(ops.multiply(_log1p_exp(x), 2.0)))(x)
    assert owns(backend, g)
    assert_close("gradient", _numpy(g), [2 * s[0], 2 * s[1], 2.0], "float32")
    second = ops.grad(lambda x: ops.sum(ops.grad(lambda x: ops.sum(_log1p_exp(x)))(x)))(x[:2])
    assert_close("second derivative", _numpy(second), s * (1 - s), "float32")


def test_custom_gradient_of_trees(backend: Backend) -> None:
    """Several arguments, a tree of outputs, one constant argument, None for no gradient, and a required `upstream`."""

    @ops.custom_gradient
    def f(params: Any, n: Any, scale: float = 1.0) -> Any:
        out = {"sum": ops.sum(params["a"]), "b": ops.multiply(params["b"], scale)}
        return out, lambda g: (ops.multiply(ops.ones((2,)), ops.multiply(g["sum"], 7.0)), None)

    params = {"a": ops.ones((2,)), "b": ops.convert_to_tensor(3.0)}

    def total(params: Any) -> Any:
        out = f(params, ops.convert_to_tensor(2), scale=2.0)
        return ops.add(ops.multiply(out["sum"], 3.0), out["b"])

    value, g = ops.value_and_grad(total)(params)
    assert_close("value", _numpy(value), 12.0, "float32")
    assert_close("gradient by a", _numpy(g["a"]), [21.0, 21.0], "float32")
    assert_close("gradient by b", _numpy(g["b"]), 0.0, "float32")

    @ops.custom_gradient
    def doubled(x: Any) -> Any:
        def gradient(*args: Any, upstream: Any) -> Any:
            return ops.multiply(upstream, args[0])

        return ops.multiply(x, 2.0), gradient

    g = ops.grad(lambda x: ops.sum(doubled(x)))(ops.convert_to_tensor([5.0, 6.0]))
    assert_close("gradient of a function with upstream", _numpy(g), [5.0, 6.0], "float32")


def test_custom_gradient_refuses(backend: Backend) -> None:
    """A function that returns no gradient function, or gradients that do not fit, are refused."""
    x = ops.ones((2,))
    with pytest.raises(ArgumentError, match=r"custom_gradient.*grad_fn"):
        ops.custom_gradient(ops.sin)(x)
    for wrong in (lambda g: (g, g), lambda g: ops.ones((3,))):
        with pytest.raises((ArgumentError, ShapeError), match="custom_gradient"):
            ops.grad(lambda x, wrong=wrong: ops.sum(ops.custom_gradient(lambda x: (ops.sin(x), wrong))(x)))(x)


@pytest.mark.level("compile")
def test_custom_gradient_compiled(backend: Backend) -> None:
    """In a compiled step too."""
    step = backend.compile(lambda x: ops.grad(lambda x: ops.sum(_log1p_exp(x)))(x))
    for x in ([0.0, 100.0], [1.0, 200.0]):
        found = _numpy(step(backend.convert(x, "float32")))
        assert_close("gradient in a compiled step", found, 1 / (1 + np.exp(-np.array(x))), "float32")


def test_after_an_error(backend: Backend) -> None:
    """An error in the function comes out as it is, and the next differentiation is not disturbed."""

    def broken(x: Any) -> Any:
        raise KeyError(str(ops.shape(ops.exp(x))))

    for _ in range(2):
        with pytest.raises(KeyError, match="2"):
            ops.grad(broken)(ops.ones((2,)))
        assert_close("gradient afterwards", _numpy(ops.grad(_loss)([3.0, 4.0])), [6.0, 16.0], "float32")


def test_threads(backend: Backend) -> None:
    """Threads that differentiate at the same time do not see each other's tapes."""

    def run(n: int) -> np.ndarray:
        with backend_scope(backend):
            w = ops.convert_to_tensor(np.full((2, 3), n, "float32"))
            return _numpy(ops.grad(lambda w: ops.sum(ops.tanh(ops.multiply(w, w))))(w))

    alone = [run(n) for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for n, found in enumerate(pool.map(run, [n % 4 for n in range(48)])):
            assert_equal(f"gradient in a thread, case {n % 4}", found, alone[n % 4])
