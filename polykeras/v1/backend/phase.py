"""The learning phase: whether what is computed is part of training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.layers.base.nested_calls import calls
from polykeras.v1.backend import common
from polykeras.v1.backend.variables import running
from polykeras.variable import Variable

_phase: list[Any] = [None, None]  # the symbolic tensor, the number that was set


class _Phase(Operation):
    """The node of a graph that says whether the model is training."""

    def __call__(self) -> Any:
        return phase_now()


class _PhaseChoice(Operation):
    """One of two tensors, by the learning phase."""

    def __call__(self, phase: Any, x: Any, alt: Any) -> Any:
        return x if int(phase) else alt


def learning_phase() -> Any:
    """0 when testing, 1 when training: a number while something runs or after `set_learning_phase`, else symbolic."""
    if _phase[1] is not None or running():
        return phase_now()
    if _phase[0] is None:
        _phase[0] = KerasTensor((), "uint8", "keras_learning_phase")
        Node(_Phase("keras_learning_phase"), (), {}, _phase[0])
    return _phase[0]


def set_learning_phase(value: int) -> None:
    """Fix the learning phase at 0 or 1."""
    if value not in (0, 1):
        raise ArgumentError(f"set_learning_phase: 0 or 1 was wanted, got {value!r}.")
    _phase[1] = int(value)


def clear_session() -> None:
    """Count names afresh, and let the learning phase depend on the step again."""
    common.reset_uids()
    _phase[:] = [None, None]


def in_train_phase(x: Any, alt: Any) -> Any:
    """`x` when training, else `alt`. Either may be a function without arguments."""
    phase = learning_phase()
    if isinstance(phase, int):
        return called(x if phase else alt)
    x, alt = called(x), called(alt)
    tensor = KerasTensor(x.shape, x.dtype)
    Node(_PhaseChoice(common.unique("in_train_phase")), (phase, plain(x), plain(alt)), {}, tensor)
    return tensor


def in_test_phase(x: Any, alt: Any) -> Any:
    """`x` when testing, else `alt`. Either may be a function without arguments."""
    return in_train_phase(alt, x)


def called(x: Any) -> Any:
    """`x`, or what it returns, if it is a function."""
    return x() if callable(x) and not hasattr(x, "shape") else x


def plain(x: Any) -> Any:
    """`x`, or the value of it, if it is a variable."""
    return x.value if isinstance(x, Variable) else x


# ---- for those who run graphs ------------------------------------------------------------------------------------


def is_phase(x: Any) -> bool:
    """Whether `x` is the symbolic learning phase."""
    return type(x) is KerasTensor and x.node is not None and type(x.node.operation) is _Phase


def fixed() -> int | None:
    """What `set_learning_phase` fixed, or None."""
    return _phase[1]  # type: ignore[no-any-return]


def phase_now() -> int:
    """What was set, or else what the outermost call of a layer or of a function says."""
    return int(bool(calls.training)) if _phase[1] is None else _phase[1]


@contextmanager
def in_phase(training: bool | None) -> Iterator[None]:
    """Inside, layers are told that it is training, or not; None leaves it to the layers."""
    before = calls.training
    calls.training = training
    try:
        yield
    finally:
        calls.training = before
