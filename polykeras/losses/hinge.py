"""The hinge losses, as classes."""

from __future__ import annotations

from typing import Any

from polykeras.losses.hinge_functions import categorical_hinge, hinge, squared_hinge
from polykeras.losses.wrapper import LossFunctionWrapper


class CategoricalHinge(LossFunctionWrapper):
    """``max(best wrong - right + 1, 0)`` for one-hot targets."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)


class Hinge(LossFunctionWrapper):
    """``mean(max(1 - y_true y_pred, 0))``, targets being -1 and 1."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(LossFunctionWrapper):
    """``mean(max(1 - y_true y_pred, 0)²)``, targets being -1 and 1."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)
