"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer
from polykeras.variable import Variable


class SGD(Optimizer):
    """``w -= learning_rate * g``, with momentum if asked for.

    ``m = momentum * m - learning_rate * g``, then ``w += m``; with `nesterov`,
    ``w += momentum * m - learning_rate * g``. Sutskever et al. 2013.
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = "SGD",
        **kwargs: Any,
    ) -> None:
        if not 0 <= momentum <= 1:
            raise ArgumentError(f"SGD: momentum must lie in [0, 1], got {momentum}.")
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables: Sequence[Variable]) -> None:
        """One momentum for each weight, if there is momentum."""
        if self.built:
            return
        super().build(variables)
        self.momentums = self.slots(variables, "momentum") if self.momentum else []

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One weight."""
        change = ops.multiply(gradient, learning_rate)
        if not self.momentum:
            variable.assign(ops.subtract(variable.value, change))
            return
        slot = self.slot(self.momentums, variable)
        momentum = ops.subtract(ops.multiply(slot.value, self.momentum), change)
        slot.assign(momentum)
        if self.nesterov:
            momentum = ops.subtract(ops.multiply(momentum, self.momentum), change)
        variable.assign(ops.add(variable.value, momentum))

    def get_config(self) -> dict[str, Any]:
        """See `Optimizer`."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
