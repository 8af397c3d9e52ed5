"""What an op refuses, it refuses on every backend alike: the same class of error, with the op's name in the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, DtypeError, MixedBackendsError, PolykerasError, ShapeError
from polykeras.ops import dispatch
from polykeras.ops.registry import REGISTRY
from polykeras.tree import map_structure
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("core")

LAST = {"data_format": "channels_last"}


def x(*shape: int, dtype: str = "float32") -> np.ndarray:
    """A tensor of that shape."""
    return np.ones(shape, dtype)


@dataclass(frozen=True)
class Refusal:
    """A call, and the class of error that it raises."""

    id: str
    op: str
    args: tuple[Any, ...]
    error: type[PolykerasError]
    options: dict[str, Any]


def refusal(name: str, error: type[PolykerasError], op: str, *args: Any, **options: Any) -> Refusal:
    """``op(*args, **options)`` raises `error`."""
    return Refusal(f"{op}-{name}", op, args, error, options)


SHAPES = [
    refusal("shapes", ShapeError, "add", x(2, 3), x(4)),
    refusal("shapes", ShapeError, "maximum", x(2, 3), x(2)),
    refusal("shapes", ShapeError, "equal", x(2), x(3)),
    refusal("shapes", ShapeError, "where", x(2, dtype="bool"), x(3), x(3)),
    refusal("shapes", ShapeError, "logical_and", x(2, dtype="bool"), x(3, dtype="bool")),
    refusal("inner-sizes", ShapeError, "matmul", x(2, 3), x(2, 3)),
    refusal("batch-sizes", ShapeError, "matmul", x(2, 2, 3), x(3, 3, 2)),
    refusal("0-d", ShapeError, "matmul", x(), x(2)),
    refusal("size", ShapeError, "reshape", x(2, 3), (4, 2)),
    refusal("no-rest", ShapeError, "reshape", x(2, 3), (4, -1)),
    refusal("two-rests", ArgumentError, "reshape", x(2, 3), (-1, -1)),
    refusal("shape", ShapeError, "broadcast_to", x(2), (3,)),
    refusal("to-smaller", ShapeError, "broadcast_to", x(2, 2), (2, 1)),
    refusal("not-of-size-1", ShapeError, "squeeze", x(2, 1), axis=0),
    refusal("sizes-beside-axis", ShapeError, "concatenate", [x(2, 3), x(2, 2)]),
    refusal("ranks", ShapeError, "concatenate", [x(2, 3), x(2)]),
    refusal("shapes", ShapeError, "stack", [x(2), x(3)]),
    refusal("too-large", ShapeError, "slice", x(3), x(1, dtype="int32"), (4,)),
    refusal("too-few-starts", ArgumentError, "slice", x(3, 3), x(1, dtype="int32"), (1, 1)),
    refusal("too-large", ShapeError, "slice_update", x(3), x(1, dtype="int32"), x(4)),
    refusal("indices", ShapeError, "scatter_add", x(3, 2), x(2, dtype="int32"), 0, 4),
    refusal("ranks", ShapeError, "take_along_axis", x(2, 3), x(2, dtype="int32"), 1),
    refusal("sizes", ShapeError, "contract", "ij,jk->ik", [x(2, 3), x(4, 2)]),
    refusal("sizes", ShapeError, "einsum", "ij,jk->ik", x(2, 3), x(4, 2)),
    refusal("sizes-of-one-letter", ShapeError, "einsum", "ii->i", x(2, 3)),
    refusal("axes", ShapeError, "tensordot", x(2, 3), x(4, 5), axes=1),
    refusal("targets", ShapeError, "categorical_crossentropy", x(2), x(2, 3)),
    refusal("targets", ShapeError, "sparse_categorical_crossentropy", x(2, 3, dtype="int32"), x(2, 3)),
    refusal("targets", ShapeError, "binary_crossentropy", x(2), x(2, 1)),
]

AXES = [
    refusal("axis", ArgumentError, "sum", x(2, 3), axis=2),
    refusal("negative-axis", ArgumentError, "sum", x(2, 3), axis=-3),
    refusal("axis-twice", ArgumentError, "sum", x(2, 3), axis=(0, -2)),
    refusal("axis", ArgumentError, "mean", x(2, 3), axis=2),
    refusal("axis", ArgumentError, "any", x(2, dtype="bool"), axis=1),
    refusal("axis", ArgumentError, "argmax", x(2, 3), axis=2),
    refusal("of-nothing", ShapeError, "amax", x(0, 2), axis=0),
    refusal("of-nothing", ShapeError, "argmin", x(0)),
    refusal("axis", ArgumentError, "cumulative_sum", x(2), 1),
    refusal("axis", ArgumentError, "sort", x(2), axis=1),
    refusal("0-d", ArgumentError, "argsort", x()),
    refusal("axis", ArgumentError, "softmax", x(2, 3), axis=2),
    refusal("axis", ArgumentError, "concatenate", [x(2), x(2)], axis=1),
    refusal("axis", ArgumentError, "stack", [x(2)], axis=2),
    refusal("axis", ArgumentError, "expand_dims", x(2), 3),
    refusal("axis", ArgumentError, "squeeze", x(2, 1), axis=2),
    refusal("axis-missing", ArgumentError, "transpose", x(2, 3), (0,)),
    refusal("axis-twice", ArgumentError, "transpose", x(2, 3), (0, 0)),
    refusal("axis", ArgumentError, "flip", x(2), axis=1),
    refusal("axis", ArgumentError, "gather", x(2), x(1, dtype="int32"), 1),
    refusal("axis", ArgumentError, "split", x(2), 2, axis=1),
    refusal("axis", ArgumentError, "batch_normalization", x(2, 3), x(3), x(3), 2),
]

ARGUMENTS = [
    refusal("no-tensors", ArgumentError, "concatenate", []),
    refusal("no-tensors", ArgumentError, "stack", []),
    refusal("number", ArgumentError, "concatenate", 3),
    refusal("sections", ArgumentError, "split", x(5), 2),
    refusal("count", ArgumentError, "unstack", x(3), num=2),
    refusal("negative", ArgumentError, "pad_constant", x(2), ((-1, 0),), 0.0),
    refusal("axes", ArgumentError, "pad_constant", x(2), ((1, 1), (1, 1)), 0.0),
    refusal("mode", ArgumentError, "pad", x(2), 1, mode="cubic"),
    refusal("value-without-constant", ArgumentError, "pad", x(3), 1, mode="reflect", constant_values=1.0),
    refusal("k-too-large", ArgumentError, "top_k", x(2), 3),
    refusal("k-negative", ArgumentError, "top_k", x(2), -1),
    refusal("index", ArgumentError, "get_item", x(2), 2),
    refusal("too-many", ArgumentError, "get_item", x(2), (0, 0)),
    refusal("sparse", ArgumentError, "one_hot", x(2, dtype="int32"), 3, sparse=True),
    refusal("terms", ArgumentError, "einsum", "ij,jk->ik", x(2, 3)),
    refusal("ranks", ArgumentError, "einsum", "ij->i", x(2, 3, 4)),
    refusal("output", ArgumentError, "einsum", "ij->k", x(2, 3)),
    refusal("negative-size", ArgumentError, "fill", (-1, 2), 0, "float32"),
    refusal("step-zero", ArgumentError, "range", 0, 3, 0, "int32"),
    refusal("no-windows", ArgumentError, "sliding_windows", x(3), (0,), (0,), (1,), (1,)),
    refusal("window-too-large", ShapeError, "sliding_windows", x(3), (0,), (4,), (1,), (1,)),
    refusal("ranks", ShapeError, "conv", x(1, 5, 5, 2), x(3, 2, 4), **LAST),
    refusal("channels", ShapeError, "conv", x(1, 5, 3), x(3, 2, 4), **LAST),
    refusal("filters-of-groups", ShapeError, "conv", x(1, 5, 4), x(3, 2, 3), **LAST),
    refusal("kernel-too-large", ShapeError, "conv", x(1, 2, 2), x(3, 2, 4), **LAST),
    refusal("padding", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), padding="full", **LAST),
    refusal("strides", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), strides=0, **LAST),
    refusal("strides-per-axis", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), strides=(1, 1), **LAST),
    refusal("format", ArgumentError, "conv", x(1, 5, 2), x(3, 2, 4), data_format="first"),
    refusal("rank", ArgumentError, "max_pool", x(2, 3), 2, **LAST),
    refusal("size", ArgumentError, "max_pool", x(1, 4, 2), 0, **LAST),
    refusal("window-too-large", ShapeError, "average_pool", x(1, 2, 2), 3, **LAST),
    refusal("padding", ArgumentError, "average_pool", x(1, 4, 2), 2, padding="full", **LAST),
]

DTYPES = [
    refusal("bools", DtypeError, "subtract", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("bools", DtypeError, "negative", x(2, dtype="bool")),
    refusal("bools", DtypeError, "sign", x(2, dtype="bool")),
    refusal("bools", DtypeError, "relu", x(2, dtype="bool")),
    refusal("floats", DtypeError, "bitwise_and", x(2), x(2)),
    refusal("bools", DtypeError, "left_shift", x(2, dtype="bool"), x(2, dtype="bool")),
    refusal("float-index", DtypeError, "gather", x(2), x(1), 0),
    refusal("float-index", DtypeError, "take", x(2), [0.5]),
    refusal("float-index", DtypeError, "one_hot", x(2), 3),
    refusal("float-index", DtypeError, "get_item", x(2), [0.5]),
    refusal("mask", DtypeError, "get_item", x(2), x(2, dtype="bool")),
    refusal("int-dtype", DtypeError, "random_uniform", x(2, dtype="int32"), (3,), "int32"),
    refusal("number-too-large", DtypeError, "add", x(2, dtype="uint8"), 300),
    refusal("negative-number", DtypeError, "multiply", x(2, dtype="uint8"), -1),
]

HOST = [
    refusal("strings", DtypeError, "add", x(2), ["a", "b"]),
    refusal("one-string", DtypeError, "exp", "a"),
    refusal("object", DtypeError, "exp", object()),
    refusal("nothing", DtypeError, "add", x(2), None),
    refusal("object-array", DtypeError, "multiply", x(2), np.array([1, None], dtype=object)),
    refusal("string-array", DtypeError, "sum", np.array(["a", "b"])),
    refusal("dates", DtypeError, "add", x(2), np.array(["2020-01-01", "2021-01-01"], "datetime64[D]")),
    refusal("ragged", ArgumentError, "add", x(2), [[1.0, 2.0], [3.0]]),
    refusal("ragged", ArgumentError, "sum", [[1], [2, 3]]),
    refusal("masked-array", DtypeError, "sum", np.ma.masked_array([1.0, 2.0], [True, False])),
    refusal("masked-array", DtypeError, "add", x(2), np.ma.masked_array([1.0, 2.0], [True, False])),
]

TABLE = [*SHAPES, *AXES, *ARGUMENTS, *DTYPES, *HOST]


def refusals(backend: Backend) -> list[Refusal]:
    """The table."""
    return TABLE


@generated(refusals)
def test_refusal(backend: Backend, case: Refusal) -> None:
    """The class of error is the one in the table; the message says which op, in a sentence."""

    def tensor(v: Any) -> Any:
        if type(v) is np.ndarray and v.dtype.name in backend.dtypes:
            return backend.convert(v, v.dtype.name)
        return v

    args, options = map_structure(tensor, (case.args, case.options))
    try:
        result = REGISTRY[case.op].call(*args, **options)
    except PolykerasError as error:
        what = f"{case.id} on {backend.name} raises {type(error).__name__}: {error}"
        assert isinstance(error, case.error), f"{what}; expected {case.error.__name__}"
        assert case.op in str(error), f"{what}; the message should name the op {case.op!r}"
        return
    except Exception as error:
        raise AssertionError(
            f"{case.id} on {backend.name} raises {type(error).__name__}: {error}; expected {case.error.__name__}"
        ) from error
    raise AssertionError(f"{case.id} on {backend.name} gives {result!r}; expected {case.error.__name__}")


# ---- errors that are no op's -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A call that is refused, and what its message says."""

    id: str
    call: Callable[[], Any]
    error: type[PolykerasError]
    says: str


MISTAKES = [
    Mistake("convert-ragged", lambda: ops.convert_to_tensor([[1], [2, 3]]), ArgumentError, "ragged"),
    Mistake("convert-strings", lambda: ops.convert_to_tensor(["a"]), DtypeError, "numbers"),
    Mistake("convert-none", lambda: ops.convert_to_tensor(None), DtypeError, "NoneType"),
    Mistake("convert-masked", lambda: ops.convert_to_tensor(np.ma.masked_array([1.0], [True])), DtypeError, "masked"),
    Mistake("convert-objects", lambda: ops.convert_to_tensor(np.array([1, None])), DtypeError, "object"),
    Mistake("unknown-dtype", lambda: ops.cast(ops.ones((2,)), "float31"), DtypeError, "float32"),
    Mistake("unknown-dtype-of-zeros", lambda: ops.zeros((2,), "int33"), DtypeError, "int32"),
    Mistake("negative-size", lambda: ops.zeros((-1,)), ArgumentError, "negative"),
    Mistake("negative-count", lambda: ops.linspace(0.0, 1.0, -1), ArgumentError, "num"),
    Mistake("gradient-by-ints", lambda: ops.grad(ops.sum)(ops.ones((2,), "int32")), DtypeError, "int32"),
    Mistake("gradient-of-a-vector", lambda: ops.grad(ops.exp)(ops.ones((2,))), ShapeError, "scalar"),
]


def mistakes(backend: Backend) -> list[Mistake]:
    """The table."""
    gradients = "gradients" in backend.capabilities.levels
    return [m for m in MISTAKES if gradients or not m.id.startswith("gradient")]


@generated(mistakes)
def test_mistake(backend: Backend, case: Mistake) -> None:
    """The error has the class in the table, and says the word."""
    with pytest.raises(case.error, match=case.says):
        case.call()


class _ForeignTensor:
    """A tensor of a backend that nobody has."""

    shape = (2,)
    dtype = "float32"


class _Foreign(Backend):
    name = "foreign"
    tensor_types = (_ForeignTensor,)
    dtypes = {"float32": "float32"}

    def convert(self, value: Any, dtype: str) -> Any:
        return _ForeignTensor()

    def to_numpy(self, x: Any) -> Any:
        return np.ones(2, "float32")


def test_tensors_of_two_backends(backend: Backend) -> None:
    """An op on tensors of two backends is refused and both are named. (ndarrays, NumPy's tensors, join any backend.)"""
    if backend.host_native:
        pytest.skip("host arrays join whichever backend they meet")
    dispatch.OWNERS[_ForeignTensor] = _Foreign()
    try:
        mine = backend.convert(np.ones(2), "float32")
        for pair in ((mine, _ForeignTensor()), (_ForeignTensor(), mine)):
            with pytest.raises(MixedBackendsError, match="add") as caught:
                ops.add(*pair)
            assert "foreign" in str(caught.value) and backend.name in str(caught.value)
    finally:
        del dispatch.OWNERS[_ForeignTensor]
