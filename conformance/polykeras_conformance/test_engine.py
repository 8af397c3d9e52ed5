"""Tensors in and out, Python's operators, variables, threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import Variable, dtypes, ops, plugins
from polykeras.backend import Backend
from polykeras.ops.dispatch import owner_of
from polykeras.scope import backend_scope
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.generation import generated
from polykeras_conformance.test_values import owns

pytestmark = pytest.mark.level("core")


@dataclass(frozen=True)
class Dtype:
    """One dtype."""

    id: str


def held_dtypes(backend: Backend) -> list[Dtype]:
    """The real dtypes that the backend holds."""
    return [Dtype(d) for d in (*dtypes.BOOL, *dtypes.INTEGER, *dtypes.FLOATING) if d in backend.dtypes]


def _extreme_values(dtype: str) -> np.ndarray:
    native = dtypes.numpy_dtype(dtype)
    if dtype == "bool":
        return np.array([True, False, True])
    if dtype in dtypes.INTEGER:
        limits = np.iinfo(native)
        return np.array([limits.min, limits.max, 1], native)
    return np.array([0.1, -0.0, np.inf, -np.inf, np.nan, 1e4, 2.0**-14], native)


@generated(held_dtypes)
def test_round_trip(backend: Backend, case: Dtype) -> None:
    """What goes in comes out, to the last bit: extremes, 0-d, empty, several axes."""
    values = _extreme_values(case.id)
    for array in (values, values[:1].reshape(()), values[:0].reshape(0, 3), np.tile(values, (2, 1))):
        x = backend.convert(array, case.id)
        what = f"{case.id} of shape {array.shape} on {backend.name}"
        assert owns(backend, x), f"{what}: convert gives {type(x)}"
        assert backend.dtype_name(x) == case.id, f"{what}: dtype {backend.dtype_name(x)}"
        assert tuple(backend.shape(x)) == array.shape, f"{what}: shape {backend.shape(x)}"
        back = backend.to_numpy(x)
        assert isinstance(back, np.ndarray) and back.dtype == array.dtype, f"{what}: to_numpy gives {back!r}"
        assert back.shape == array.shape and back.tobytes() == array.tobytes(), f"{what}: {array} came back as {back}"


@generated(held_dtypes)
def test_convert_casts(backend: Backend, case: Dtype) -> None:
    """`convert` takes Python numbers, lists and arrays of other dtypes, and gives the dtype asked for."""
    arrays = (np.array([1, 0], "int64"), np.array(1.0, "float32"), np.float64(1))
    for value in (1, True, 1.0, [1, 0], [[1.0], [0.0]], *arrays):
        x = backend.convert(value, case.id)
        expected = np.asarray(value).astype(dtypes.numpy_dtype(case.id))
        assert backend.dtype_name(x) == case.id, f"convert({value!r}, {case.id}) has dtype {backend.dtype_name(x)}"
        assert_equal(f"convert({value!r}, {case.id})", backend.to_numpy(x), expected)


def test_convert_copies(backend: Backend) -> None:
    """A tensor does not follow later changes of the array that it was made from."""
    for dtype in ("float32", "int32", "float64", "bool"):
        source = np.zeros((2, 3), dtype)
        x = backend.convert(source, dtype)
        y = ops.convert_to_tensor(source)
        variable = Variable(source)
        source[:] = 1
        assert not np.any(backend.to_numpy(x)), f"a {dtype} tensor shares memory with the array it was made from"
        assert not np.any(backend.to_numpy(y)), f"convert_to_tensor shares the memory of a {dtype} array"
        assert not np.any(variable.numpy()), f"a variable shares the memory of a {dtype} array"


def test_convert_any_layout(backend: Backend) -> None:
    """Arrays may be transposed, strided, backwards, read-only or of the other byte order."""
    base = np.arange(24.0, dtype="float32").reshape(4, 6)
    read_only = base.copy()
    read_only.flags.writeable = False
    swapped = base.astype(base.dtype.newbyteorder())
    views = (base.T, base[::2, ::-3], np.broadcast_to(base[0], (3, 6)), np.asfortranarray(base))
    for array in (*views, read_only, swapped):
        x = backend.convert(array, "float32")
        assert_equal("converted array", backend.to_numpy(x), array)
        assert_equal("sum of it", backend.to_numpy(ops.sum(x, axis=0)), array.sum(0))


def test_convert_to_tensor(backend: Backend) -> None:
    """Lists of ints become int32 (int64 if they do not fit), of floats the default float; arrays keep their dtype."""
    for value, dtype in (
        (3, "int32"), (2.5, "float32"), (True, "bool"), ([1, 2], "int32"), ([2**40], "int64"), ([1, 2.5], "float32"),
        ([[True], [False]], "bool"), (range(3), "int32"), ((1, 2), "int32"), (np.zeros(2), "float64"),
        (np.zeros(2, "int8"), "int8"), (np.float16(1), "float16"), ([np.float64(1)], "float64"), ([], "float32"),
    ):  # fmt: skip
        if dtype not in backend.dtypes:
            continue
        x = ops.convert_to_tensor(value)
        assert owns(backend, x) and ops.dtype(x) == dtype, f"convert_to_tensor({value!r}) has dtype {ops.dtype(x)}"
        assert_equal(f"convert_to_tensor({value!r})", ops.convert_to_numpy(x), np.asarray(value))
        assert ops.shape(x) == np.shape(value) and ops.is_tensor(x)
        assert ops.dtype(ops.convert_to_tensor(value, "float64")) == "float64"
    parts = [ops.ones((2,)), ops.zeros((2,))]
    assert_equal("a list of tensors", ops.convert_to_numpy(ops.convert_to_tensor(parts)), [[1, 1], [0, 0]])
    assert_equal("a tensor beside a number", ops.convert_to_numpy(ops.convert_to_tensor([ops.ones(()), 2.0])), [1, 2])
    assert ops.convert_to_tensor(parts[0]) is parts[0] or backend.host_native


def test_creation(backend: Backend) -> None:
    """The functions that make tensors from sizes, against NumPy's."""
    for name, found, expected in (
        ("zeros", ops.zeros((2, 3)), np.zeros((2, 3))),
        ("ones", ops.ones((3,), "int32"), np.ones(3, "int32")),
        ("full", ops.full((2,), 7, "int8"), np.full(2, 7)),
        ("full of a tensor", ops.full((2, 2), ops.convert_to_tensor([1.0, 2.0])), [[1, 2], [1, 2]]),
        ("full_like", ops.full_like(ops.zeros((2,)), 3), [3, 3]),
        ("arange", ops.arange(5), np.arange(5)),
        ("arange by a step", ops.arange(5, 0, -2), [5, 3, 1]),
        ("arange of floats", ops.arange(0.0, 1.0, 0.25), [0, 0.25, 0.5, 0.75]),
        ("linspace", ops.linspace(0.0, 1.0, 5), np.linspace(0, 1, 5)),
        ("linspace, open", ops.linspace(0.0, 1.0, 4, endpoint=False), [0, 0.25, 0.5, 0.75]),
        ("linspace of one", ops.linspace(2.0, 3.0, 1), [2]),
        ("linspace of vectors", ops.linspace([0.0, 1.0], [1.0, 3.0], 3), np.linspace([0, 1], [1, 3], 3)),
        ("eye", ops.eye(3), np.eye(3)),
        ("eye above", ops.eye(2, 3, 1), np.eye(2, 3, 1)),
        ("identity", ops.identity(2, "int32"), np.eye(2)),
        ("tri", ops.tri(3, 4, -1), np.tri(3, 4, -1)),
    ):
        assert owns(backend, found), f"{name} gives {type(found)}"
        assert_close(name, np.asarray(ops.convert_to_numpy(found), "float64"), expected, "float32")
    assert ops.dtype(ops.zeros((1,))) == "float32" and ops.dtype(ops.arange(3)) == "int32"


def test_python_operators(backend: Backend) -> None:
    """Tensors have Python's operators, so that code written for arrays runs on them."""
    a, b = np.array([[1.0, -2.0], [3.0, 0.5]], "float32"), np.array([[2.0, 4.0], [-1.0, 2.0]], "float32")
    x, y = backend.convert(a, "float32"), backend.convert(b, "float32")
    for name, found, expected in (
        ("x + y", x + y, a + b), ("x - y", x - y, a - b), ("x * y", x * y, a * b), ("x / y", x / y, a / b),
        ("x @ y", x @ y, a @ b), ("-x", -x, -a), ("abs(x)", abs(x), abs(a)), ("x ** 2", x**2, a**2),
        ("2 - x", 2 - x, 2 - a), ("1 / x", 1 / x, 1 / a), ("2 * x + 1", 2 * x + 1, 2 * a + 1),
        ("x < y", x < y, a < b), ("x >= y", x >= y, a >= b), ("x == x", x == x, a == a),
        ("x[0]", x[0], a[0]), ("x[:, 1]", x[:, 1], a[:, 1]), ("x[..., None]", x[..., None], a[..., None]),
    ):  # fmt: skip
        assert owns(backend, found), f"{name} gives {type(found)}"
        assert_close(name, np.asarray(backend.to_numpy(found), "float64"), expected, "float32")
    assert len(x) == 2 and float(x[0, 0]) == 1.0 and int(backend.convert(3, "int32")) == 3 and bool(x[0, 0] > 0)


def test_host_data_joins(backend: Backend) -> None:
    """Numbers, lists and arrays on either side of a tensor become tensors of its backend, whatever the default is."""
    x = backend.convert([1.0, 2.0], "float32")
    for other in (1.0, 1, [1.0, 1.0], (1, 1), np.ones(2, "float32"), np.float32(1)):
        for result in (ops.add(x, other), ops.add(other, x)):
            assert owns(backend, result), f"add of {other!r} gives {type(result)}"
            assert_equal(f"add of {other!r}", backend.to_numpy(result), [2.0, 3.0])
    if not backend.host_native:
        with backend_scope("numpy"):
            assert owner_of(ops.add(x, [1.0, 1.0])) is backend
            assert isinstance(ops.add([1.0], [1.0]), np.ndarray)


def test_variables(backend: Backend) -> None:
    """A variable's value can be replaced; a tensor that was read before stays what it was."""
    variable = Variable(np.array([1.0, 2.0], "float32"))
    before = ops.multiply(variable, 1.0)
    read = variable.value
    variable.assign([5.0, 6.0])
    variable.assign_add(ops.ones((2,)))
    variable.assign_sub(np.array([0.5, 0.0], "float32"))
    assert_equal("variable", variable.numpy(), [5.5, 7.0])
    assert_equal("what was computed before", backend.to_numpy(before), [1.0, 2.0])
    assert_equal("what was read before", backend.to_numpy(read), [1.0, 2.0])
    assert_equal("an op on it", backend.to_numpy(ops.sum(variable)), 12.5)


# ---- threads ---------------------------------------------------------------------------------------------------------


def _work(n: int) -> np.ndarray:
    x = ops.reshape(ops.arange(12, dtype="float32"), (3, 4))
    y = ops.softmax(ops.matmul(x, ops.multiply(ops.ones((4, 2)), float(n) / 100)))
    return np.asarray(ops.convert_to_numpy(ops.concatenate([y, ops.exp(ops.negative(y))], axis=1)))


def test_threads_share_a_backend(backend: Backend) -> None:
    """Threads that compute at the same time get what they would get alone."""
    alone = [_work(n) for n in range(8)]

    def run(n: int) -> np.ndarray:
        with backend_scope(backend):
            return _work(n)

    with ThreadPoolExecutor(4) as pool:
        for n, found in enumerate(pool.map(run, [n % 8 for n in range(64)])):
            assert_equal(f"work {n % 8} in a thread", found, alone[n % 8])


def test_threads_with_other_defaults(backend: Backend) -> None:
    """Each thread has its own default backend: one on this one and one on NumPy do not disturb each other."""
    numpy = plugins.load("numpy")
    barrier = threading.Barrier(2)
    found: dict[str, Any] = {}

    def run(name: str, chosen: Backend, check: Callable[[Any], bool]) -> None:
        with backend_scope(chosen):
            for _ in range(20):
                barrier.wait(timeout=30)
                x = ops.exp([0.0, 1.0])
                barrier.wait(timeout=30)
                found[name] = check(x) and check(ops.zeros((2,)))

    threads = [
        threading.Thread(target=run, args=("mine", backend, lambda x: owns(backend, x))),
        threading.Thread(target=run, args=("numpy", numpy, lambda x: isinstance(x, (np.ndarray, np.generic)))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {"mine": True, "numpy": True}


def test_scopes_end(backend: Backend) -> None:
    """`backend_scope` ends with its block, also when the block fails, and nests."""
    from polykeras.scope import current_backend

    outside = current_backend()
    with pytest.raises(ZeroDivisionError), backend_scope("numpy"):
        with backend_scope(backend):
            assert current_backend() is backend
        assert current_backend().name == "numpy"
        raise ZeroDivisionError
    assert current_backend() is outside


def test_synchronize(backend: Backend) -> None:
    """Waiting for results is possible for any tree."""
    backend.synchronize({"x": ops.exp(ops.zeros((3,))), "y": [ops.ones(()), None]})
