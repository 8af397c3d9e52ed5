"""What an op refuses, it refuses on every backend alike: the same class of error, with the op's name in the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from polykeras_conformance.refusals.row import Refusal
from polykeras_conformance.tables import numbered, rows

pytestmark = pytest.mark.level("core")


def refusals(backend: Backend) -> list[Refusal]:
    """The table; an id that occurs twice is numbered."""
    table = rows("polykeras_conformance.refusals")
    return [replace(row, id=name) for row, name in zip(table, numbered([row.id for row in table]), strict=True)]


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
