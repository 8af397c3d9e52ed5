"""Penalties on weights and activations."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import deserialize_keras_object as deserialize
from polykeras.saving.serialization import serialize_keras_object as serialize


class Regularizer:
    """A function from a tensor to a scalar penalty."""

    def __call__(self, x: Any) -> Any:
        """The penalty."""
        raise TypeError(f"{type(self).__name__} defines no __call__(self, x).")

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal one."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """The one that `get_config` described."""
        return cls(**config)


def _checked(name: str, value: float | None, default: float) -> float:
    value = default if value is None else float(value)
    if not value >= 0 or value == float("inf"):
        raise ArgumentError(f"{name} must be a finite number not below 0, got {value}.")
    return value


class L1L2(Regularizer):
    """``l1 * sum(|x|) + l2 * sum(x²)``."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _checked("l1", l1, 0.0)
        self.l2 = _checked("l2", l2, 0.0)

    def __call__(self, x: Any) -> Any:
        penalty = None
        if self.l1:
            penalty = ops.multiply(ops.sum(ops.abs(x)), self.l1)
        if self.l2:
            squares = ops.multiply(ops.sum(ops.square(x)), self.l2)
            penalty = squares if penalty is None else ops.add(penalty, squares)
        return ops.multiply(ops.sum(x), 0.0) if penalty is None else penalty

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


class L1(L1L2):
    """``l1 * sum(|x|)``."""

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=_checked("l1", l1, 0.01))

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


class L2(L1L2):
    """``l2 * sum(x²)``."""

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=_checked("l2", l2, 0.01))

    def get_config(self) -> dict[str, Any]:
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """Penalises the cosine between different rows (or columns) of a matrix: the mean of its absolute value, times `factor`."""

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ArgumentError(f"OrthogonalRegularizer: mode must be 'rows' or 'columns', got {mode!r}.")
        self.factor = _checked("factor", factor, 0.01)
        self.mode = mode

    def __call__(self, x: Any) -> Any:
        if len(x.shape) != 2:
            raise ShapeError(f"OrthogonalRegularizer takes matrices, got shape {tuple(x.shape)}.")
        rows = x if self.mode == "rows" else ops.transpose(x)
        norms = ops.sqrt(ops.maximum(ops.sum(ops.square(rows), axis=1, keepdims=True), 1e-12))
        rows = ops.divide(rows, norms)
        count = int(rows.shape[0])
        cosines = ops.multiply(ops.matmul(rows, ops.transpose(rows)), ops.subtract(1.0, ops.eye(count)))
        pairs = max(count * (count - 1.0) / 2.0, 1.0)
        return ops.multiply(ops.divide(ops.sum(ops.abs(cosines)), 2.0 * pairs), self.factor)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "mode": self.mode}


_TABLE = table_of(L1, L2, L1L2, OrthogonalRegularizer, l1=L1, l2=L2, l1_l2=L1L2, l1l2=L1L2, orthogonal=OrthogonalRegularizer)


def get(identifier: Any) -> Any:
    """The regularizer that a name, configuration, class or object stands for; None stays None."""
    return look_up(identifier, _TABLE, "regularizer")


__all__ = ["L1", "L1L2", "L2", "OrthogonalRegularizer", "Regularizer", "deserialize", "get", "serialize"]
