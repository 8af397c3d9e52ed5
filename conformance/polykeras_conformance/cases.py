"""From the registry to calls: every op, on each of its samples, in each dtype that it takes.

A `Call` holds host data only. `Call.on(backend)` makes its tensors; `Call.reference()` gives the same numbers as
float64, int64 and bool arrays, for the oracles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from functools import cache, cached_property
from typing import Any

import numpy as np

from polykeras import dtypes, ops  # noqa: F401  declares the ops
from polykeras.backend import Backend
from polykeras.errors import DtypeError
from polykeras.interpreters.abstract import SYMBOLIC, AbstractTensor, abstract_tree
from polykeras.ops.policies import FLOAT, FLOAT_OR_COMPLEX
from polykeras.ops.registry import REGISTRY, Op, Parameter
from polykeras.scope import backend_scope
from polykeras.tree import flatten
from polykeras_conformance.sampler import Sample, Sampler

FLOATS = ("float32", "float64", "float16", "bfloat16")
INTEGERS = ("int32", "int64", "int8", "uint8")
OTHER_INTEGERS = ("int16", "uint16", "uint32", "uint64")  # run where the op computes in integers, not in floats
GIVEN = "given"  # in place of a dtype, for a sample whose tensors, if any, have the dtypes they have


class Call:
    """An op with all its arguments by position, tensors as ndarrays of the dtypes they shall have."""

    def __init__(self, op: Op, index: int, sample: Sample, dtype: str) -> None:
        self.op = op
        self.index = index
        self.dtype = dtype
        self.grad = sample.grad and op.differentiable
        bound = op.bind(sample.args, sample.kwargs)
        self.arguments = _map_tensors(op, bound, lambda p, v: _typed(p, v, dtype))

    def tensors(self) -> list[tuple[int, int | None]]:
        """Where the call has arrays: argument, and position in it if it is a sequence."""
        found: list[tuple[int, int | None]] = []
        for p in self.op.tensors:
            value = self.arguments[p.index]
            pairs: Any = enumerate(value) if p.sequence else [(None, value)]
            found += [(p.index, i) for i, v in pairs if isinstance(v, np.ndarray)]
        return found

    def turned(self) -> Call:
        """The same call with other numbers: the elements of floating tensors in the opposite order."""
        other = copy(self)
        places = floating_tensors(self, (*dtypes.FLOATING, *dtypes.COMPLEX))
        other.arguments = tuple(replaced(self.arguments, places, [np.flip(at(self.arguments, p)) for p in places]))
        return other

    @property
    def id(self) -> str:
        """The name of the call in the ids of tests."""
        return f"{self.op.name}-{self.index}" + ("" if self.dtype == GIVEN else f"-{self.dtype}")

    def __repr__(self) -> str:
        return f"{self.op.name}({', '.join(map(_brief, self.arguments))})"

    def on(self, backend: Backend) -> tuple[Any, ...]:
        """The arguments with tensors of `backend`."""
        return _map_tensors(
            self.op, self.arguments, lambda _, v: backend.convert(v, v.dtype.name) if isinstance(v, np.ndarray) else v
        )

    def reference(self) -> tuple[Any, ...]:
        """The arguments with float64, complex128, int64 and bool arrays of the same values; for an op on floats, float64 ones.

        For an op whose results are exact and depend on the dtypes given, the arrays as they are.
        """
        if self.op.exact and self.dtype == GIVEN:
            return self.arguments
        return _map_tensors(self.op, self.arguments, _wide)

    @cached_property
    def expected(self) -> list[AbstractTensor]:
        """Shape and dtype of each result, by the symbolic backend."""
        abstracted = _map_tensors(
            self.op,
            self.arguments,
            lambda _, v: AbstractTensor(v.shape, v.dtype.name) if isinstance(v, np.ndarray) else v,
        )
        with backend_scope(SYMBOLIC):
            return flatten(abstract_tree(self.op.call(*spread(self.op, abstracted))))

    def run(self, arguments: Sequence[Any]) -> list[Any]:
        """The results of the op, as a flat list."""
        return flatten(self.op.call(*spread(self.op, arguments)))


@cache
def samples_of(op: Op) -> list[Sample]:
    """The samples of the op's declaration."""
    return [] if op.samples is None else list(op.samples(Sampler(op.name)))


@cache
def calls_of(op: Op) -> list[Call]:
    """All calls to test `op` with."""
    return [
        Call(op, index, sample, dtype)
        for index, sample in enumerate(samples_of(op))
        for dtype in _dtypes_of(op, index, sample)
    ]


def calls(
    backend: Backend, keep: Callable[[Call], bool] = lambda call: True, only: Sequence[str] | None = None
) -> list[Call]:
    """The calls of all ops (or those named in `only`) that `keep` accepts and whose dtypes `backend` can hold."""
    selected = [op for op in REGISTRY.values() if only is None or op.name in only]
    return [c for op in selected for c in calls_of(op) if keep(c) and _can_hold(backend, c)]


amount = "normal"
"""How much is run: ``"quick"``, ``"normal"`` or ``"thorough"``, by the options of those names. Thorough is every sample in
every dtype, which takes long where each op is compiled."""


def representative(backend: Backend, call: Call) -> bool:
    """Whether to run the call when not everything is run.

    What the backend itself supplies runs its first sample in every dtype, and the others in one. A composite that it
    does not override is made of such: its first sample runs in few dtypes, and the others when compiled.
    """
    if amount == "thorough" or call.dtype == GIVEN:
        return amount != "quick" or call.index == 0
    first = call.dtype == first_dtype(call.op, call.index)
    if amount == "quick":
        return call.index == 0 and first
    if supplied(backend, call.op):
        return call.index == 0 or first
    if call.index == 0:
        return first or call.dtype in ("bfloat16", "int32")
    return first and "compile" not in backend.capabilities.levels


def compiles_each_op(backend: Backend) -> bool:
    """Whether each op is compiled for each shape and dtype, which takes long, so that less is run, or more at once."""
    return backend.capabilities.compiled == "jit" and amount != "thorough"


def supplied(backend: Backend, op: Op) -> bool:
    """Whether the backend itself supplies what runs `op`: a kernel or an override."""
    return op.primitive or op.name in backend.overrides


@cache
def first_dtype(op: Op, index: int) -> str:
    """The first of the dtypes that a sample is run in."""
    return next(c.dtype for c in calls_of(op) if c.index == index)


def has_role(op: Op, role: str) -> bool:
    """Whether a parameter of `op` is annotated with that name of `polykeras.typing`."""
    return any(p.role == role for p in op.tensors)


def floating_tensors(call: Call, kinds: Sequence[str] = dtypes.FLOATING) -> list[tuple[int, int | None]]:
    """Where the call has floating tensors to differentiate by: argument, and position in it if it is a sequence."""
    promoted = {p.index for p in call.op.tensors if p.role == "Tensor"}
    return [place for place in call.tensors() if place[0] in promoted and at(call.arguments, place).dtype.name in kinds]


def at(arguments: Sequence[Any], place: tuple[int, int | None]) -> Any:
    """The argument, or element of an argument, in that place."""
    i, j = place
    return arguments[i] if j is None else arguments[i][j]


def replaced(arguments: Sequence[Any], places: Sequence[tuple[int, int | None]], values: Sequence[Any]) -> list[Any]:
    """The arguments with `values` in `places`."""
    inside = {i for i, j in places if j is not None}
    result = [list(a) if i in inside else a for i, a in enumerate(arguments)]
    for (i, j), value in zip(places, values, strict=True):
        if j is None:
            result[i] = value
        else:
            result[i][j] = value
    return result


# ---- dtypes ----------------------------------------------------------------------------------------------------------


def _dtypes_of(op: Op, index: int, sample: Sample) -> list[str]:
    """The dtypes to run the sample in: those that its values and the op's policy allow."""
    candidates = sample.dtypes or _candidates(op, sample)
    if candidates == (GIVEN,):
        return [GIVEN]
    if sample.dtypes is None and INTEGERS[0] in candidates and op.policy not in (FLOAT, FLOAT_OR_COMPLEX):
        candidates = (*candidates, *OTHER_INTEGERS)
    return [d for d in candidates if _takes(op, index, sample, d)]


def _candidates(op: Op, sample: Sample) -> tuple[str, ...]:
    bound = op.bind(sample.args, sample.kwargs)
    roles = {p.index: p for p in op.tensors}
    arrays = [
        np.asarray(v)
        for p in op.tensors
        if p.role == "Tensor"
        for v in (bound[p.index] if p.sequence else [bound[p.index]])
        if isinstance(v, (np.ndarray, list))
    ]
    kinds = {a.dtype.kind for a in arrays}
    if "c" in kinds:
        return dtypes.COMPLEX
    if not arrays:
        return (GIVEN,)
    if kinds == {"b"}:
        return ("bool",)
    if "f" not in kinds:
        return (*INTEGERS, "float32")
    finite = all(np.isfinite(a).all() for a in arrays)
    fractions = any(type(v) is float and v % 1 for i, v in enumerate(bound) if i not in roles)
    return (*FLOATS, *INTEGERS, "bool") if finite and not fractions else FLOATS


def _takes(op: Op, index: int, sample: Sample, dtype: str) -> bool:
    """Whether the op accepts the dtype. Any complaint but that about the dtype is left for the test to raise."""
    try:
        return bool(Call(op, index, sample, dtype).expected is not None)
    except DtypeError:
        return False
    except Exception:
        return True


def _can_hold(backend: Backend, call: Call) -> bool:
    needed = {v.dtype.name for v in flatten(call.arguments) if isinstance(v, np.ndarray)}
    with suppress(Exception):  # the test will say what is wrong
        needed |= {x.dtype for x in call.expected}
    return needed <= set(backend.dtypes)


def _typed(p: Parameter, value: Any, dtype: str) -> Any:
    """An argument in the role of a tensor with the dtype that it shall have; Python numbers and None stay."""
    if not isinstance(value, (np.ndarray, list)):
        return value
    array = np.asarray(value)
    if p.role in ("Index", "Key"):
        return array.astype("int32") if array.dtype == "int64" else array
    if p.role == "Mask" or array.dtype.kind == "b" or dtype == GIVEN:
        return array
    if array.dtype.kind == "c" and dtype not in dtypes.COMPLEX:
        array = array.real
    if dtype == "bool":
        return np.asarray(array > 0)
    if dtype in dtypes.UNSIGNED:
        array = np.abs(array)
    return np.asarray(array, dtypes.numpy_dtype(dtype))


def _wide(p: Parameter, value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    name = value.dtype.name
    if name in dtypes.COMPLEX:
        return value.astype("complex128")
    if name in dtypes.FLOATING or p.policy in (FLOAT, FLOAT_OR_COMPLEX):
        return value.astype("float64")
    return value if name == "bool" else value.astype("int64")


# ---- arguments -------------------------------------------------------------------------------------------------------


def _map_tensors(op: Op, arguments: Sequence[Any], f: Callable[[Parameter, Any], Any]) -> tuple[Any, ...]:
    result = list(arguments)
    for p in op.tensors:
        value = result[p.index]
        result[p.index] = [f(p, v) for v in value] if p.sequence else f(p, value)
    return tuple(result)


def _brief(value: Any) -> str:
    """An argument as a message shows it: small arrays with their values, others by shape."""
    if isinstance(value, np.ndarray):
        name = value.dtype.name
        return f"{value.tolist()} as {name}" if value.size <= 8 else f"{name} of shape {value.shape}"
    if isinstance(value, list):
        return f"[{', '.join(map(_brief, value))}]"
    return repr(value)


def spread(op: Op, arguments: Sequence[Any]) -> list[Any]:
    """The arguments as they are written in a call: a variadic one spread out."""
    variadic = {p.index for p in op.tensors if op.signature.parameters[p.name].kind.name == "VAR_POSITIONAL"}
    result: list[Any] = []
    for i, a in enumerate(arguments):
        result.extend(a) if i in variadic else result.append(a)
    return result
