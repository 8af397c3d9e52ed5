"""Penalties by absolute value and by square."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.regularizers.regularizer import Regularizer, checked
from polykeras.typing import Tensor


class L1L2(Regularizer):
    """``l1 * sum(|x|) + l2 * sum(x²)``."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = checked(L1L2, "l1", l1, 0.0)
        self.l2 = checked(L1L2, "l2", l2, 0.0)

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty."""
        if not self.l1:
            return ops.multiply(ops.sum(ops.square(x)), self.l2)
        penalty = ops.multiply(ops.sum(ops.abs(x)), self.l1)
        return ops.add(penalty, ops.multiply(ops.sum(ops.square(x)), self.l2)) if self.l2 else penalty

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """``l1 * sum(|x|)``."""

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = checked(L1, "l1", l1, 0.01)

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty."""
        return ops.multiply(ops.sum(ops.abs(x)), self.l1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"l1": self.l1}


class L2(Regularizer):
    """``l2 * sum(x²)``."""

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = checked(L2, "l2", l2, 0.01)

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty."""
        return ops.multiply(ops.sum(ops.square(x)), self.l2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"l2": self.l2}
