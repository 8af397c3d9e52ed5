"""What is particular to PyTorch: its autograd graph, mutable tensors, unsigned integers, kernels that do not look at values,
and `torch.compile`."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
import torch

from polykeras import Variable, ops, plugins
from polykeras.scope import backend_scope


@pytest.fixture(autouse=True)
def backend():
    found = plugins.load("torch")
    with backend_scope(found):
        yield found


X, W = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), torch.tensor([0.5, -0.3, 0.2], dtype=torch.float64)


def _loss(w, x):
    return ops.sum(ops.multiply(ops.square(w), ops.power(x, 3)))


def _penalised(x):
    """Value and gradient of an inner differentiation, which closes over x."""
    value, gradient = ops.value_and_grad(lambda w: _loss(w, x))(W)
    return ops.add(ops.sum(ops.square(gradient)), ops.multiply(value, ops.sum(x)))


PENALISED_GRADIENT = 24 * W**2 * X**5 + (W**2 * X**3).sum() + 3 * W**2 * X**2 * X.sum()


# ---- gradients ---------------------------------------------------------------------------------------------------------


def _check_penalised_gradient(gradient):
    torch.testing.assert_close(gradient, PENALISED_GRADIENT)
    assert not gradient.requires_grad


def test_nested_differentiation(backend):
    compiled = backend.compile(ops.grad(_penalised))
    for _ in range(3):
        _check_penalised_gradient(ops.grad(_penalised)(X))
        _check_penalised_gradient(compiled(X))


def test_compiled_function_inside_a_differentiation(backend):
    inner = backend.compile(lambda x: ops.value_and_grad(lambda w: _loss(w, x))(W))

    def outer(x):
        value, gradient = inner(x)
        return ops.add(ops.sum(ops.square(gradient)), ops.multiply(value, ops.sum(x)))

    for _ in range(2):
        _check_penalised_gradient(ops.grad(outer)(X))
        assert not any(result.requires_grad for result in inner(X))


def test_results_come_detached_after_a_failed_differentiation(backend):
    def fails(x):
        raise ZeroDivisionError

    for differentiate in (ops.grad(fails), backend.compile(ops.grad(fails))):
        with pytest.raises(ZeroDivisionError):
            differentiate(X)
    value, gradient = ops.value_and_grad(lambda x: _loss(W, x))(X)
    assert not value.requires_grad and not gradient.requires_grad


def test_gradients_under_no_grad(backend):
    with torch.no_grad():
        for differentiate in (ops.grad(_penalised), backend.compile(ops.grad(_penalised))):
            _check_penalised_gradient(differentiate(X))


def test_callers_own_graph():
    """Parameters are tensors, and ops on them, gradients too, are part of the caller's graph."""
    p = torch.nn.Parameter(X.clone())
    ops.sum(ops.square(ops.grad(lambda x: _loss(W, x))(p))).backward()
    torch.testing.assert_close(p.grad, 36 * W**4 * X**3)
    assert ops.add(p, 1).requires_grad and type(ops.add(p, torch.ones(3))) is torch.Tensor
    variable = Variable(p)
    assert not variable.value.requires_grad and type(variable.value) is torch.Tensor


def test_pullback_may_be_called_again():
    result, pull = ops.vjp(lambda x: (ops.square(x), ops.argmax(x)), X)
    assert not result[0].requires_grad
    for scale in (1.0, 2.0):
        torch.testing.assert_close(pull((torch.full_like(X, scale), result[1]))[0], 2 * scale * X)


# ---- tensors -----------------------------------------------------------------------------------------------------------


def test_variables_share_memory_with_nobody(backend):
    source = torch.zeros(3)
    variable = Variable(source)
    source += 1
    backend.to_numpy(variable.value)[:] = 5
    variable.numpy()[:] = 5
    np.testing.assert_array_equal(variable.numpy(), 0)


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "uint64"])
def test_unsigned_integers(backend, dtype):
    top = np.iinfo(dtype).max
    a = np.array([0, 1, 7, top, top - 3, top // 2 + 1, 5], dtype)
    b = np.array([3, 0, 2, top, 2, top // 2 + 2, top], dtype)
    x, y = backend.convert(a, dtype), backend.convert(b, dtype)
    with np.errstate(all="ignore"):
        for name in ("add", "subtract", "multiply", "floor_divide", "mod", "maximum", "less", "bitwise_xor"):
            np.testing.assert_array_equal(backend.to_numpy(getattr(ops, name)(x, y)), getattr(np, name)(a, b), name)
        for name in ("negative", "sum", "prod", "max", "argmin", "argsort", "cumsum", "flip"):
            found = backend.to_numpy(getattr(ops, name)(x))
            np.testing.assert_array_equal(found, getattr(np, name)(a).astype(found.dtype), name)
    np.testing.assert_array_equal(backend.to_numpy(ops.right_shift(x, 3)), a >> np.array(3, dtype))
    np.testing.assert_array_equal(backend.to_numpy(ops.take(x, [1, -1, 9])), [1, 5, top])


# ---- kernels that may not look at values, as on a GPU --------------------------------------------------------------------


@pytest.fixture
def values_out_of_reach(monkeypatch):
    from polykeras_torch import indexing, neural, random

    for module in (indexing, neural, random):
        monkeypatch.setattr(module, "values_at_hand", lambda x: False)


_TABLE, _BAD = torch.arange(12.0).reshape(4, 3), torch.tensor([[0, -1, 3], [5, -4, 1]])
_LOOKING = {
    "gather": lambda: ops.take(_TABLE, _BAD, axis=0),
    "scatter_add": lambda: ops.segment_sum(_TABLE, torch.tensor([1, -1, 1, 7]), 3),
    "take_along_axis": lambda: ops.take_along_axis(_TABLE[:2], _BAD, axis=1),
    "slice": lambda: ops.slice(_TABLE, torch.tensor([3, -1]), (2, 2)),
    "slice_update": lambda: ops.slice_update(_TABLE, torch.tensor([3, 1]), torch.ones(2, 2)),
    "cross-entropy": lambda: ops.sparse_categorical_crossentropy(torch.tensor([0, 3, -1, 2]), _TABLE, from_logits=True),
}


@pytest.mark.parametrize("name", _LOOKING)
def test_results_are_the_same_without_looking(name, request):
    expected = _LOOKING[name]()
    request.getfixturevalue("values_out_of_reach")
    torch.testing.assert_close(_LOOKING[name](), expected, equal_nan=True)


def test_hashed_random_numbers(values_out_of_reach):
    keys = [torch.tensor([n, -n], dtype=torch.int32) for n in range(3)]
    first, second, again = (ops.random_uniform(keys[n], (20_000,), "float32") for n in (1, 2, 1))
    assert torch.equal(first, again) and first.min() >= 0 and first.max() < 1
    assert abs(float(torch.corrcoef(torch.stack([first, second]))[0, 1])) < 0.03
    np.testing.assert_allclose(np.quantile(first, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.02)
    normal = ops.random_normal(keys[2], (20_000,), "float64")
    np.testing.assert_allclose([normal.mean(), normal.std(), (normal**4).mean()], [0, 1, 3], atol=0.2)


# ---- torch.compile -------------------------------------------------------------------------------------------------------


def _step(x, key):
    def loss(x):
        kept = ops.multiply(x, ops.cast(ops.less(ops.random_uniform(key, (3,), "float64"), 2.0), "float64"))
        return ops.sum(ops.tanh(ops.take(kept, [0, -1])))

    return ops.value_and_grad(loss)(x)


KEY = torch.tensor([1, 2], dtype=torch.int32)


def test_programs_can_be_compiled_whole(backend, monkeypatch, recwarn):
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))  # all but the C++
    compiled = backend.compile(_step, jit=True)
    for _ in range(3):
        torch.testing.assert_close(compiled(X, KEY), _step(X, KEY))
    assert not [w for w in recwarn if "runs uncompiled" in str(w.message)]


def test_one_warning_where_the_compiler_does_not_work(backend, monkeypatch):
    def broken(program, **options):
        raise RuntimeError("no C++ compiler")

    monkeypatch.setattr(torch, "compile", broken)
    compiled = backend.compile(_step, jit=True)
    compiled(X, KEY)
    with pytest.warns(RuntimeWarning, match=r"runs uncompiled.*no C\+\+ compiler") as caught:
        for x in (X, X, X.clone(), X[None, 0].expand(3)):
            torch.testing.assert_close(compiled(x, KEY), _step(x, KEY))
    assert len(caught) == 1


def test_compiler_is_imported_when_asked_for():
    script = (
        "import sys; from polykeras import ops, plugins; b = plugins.load('torch'); x = b.convert([1.0], 'float32');"
        "f = b.compile(ops.grad(lambda x: ops.sum(ops.square(x)))); f(x); f(x); print('torch._dynamo' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
