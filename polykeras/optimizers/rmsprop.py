"""RMSprop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.optimizer import Optimizer
from polykeras.variable import Variable


class RMSprop(Optimizer):
    """The gradient divided by the root of a moving average of its square. Hinton 2012, lecture 6.

    With `centered`, the average of the gradient, squared, is taken off first.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = "rmsprop",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build(self, variables: Sequence[Variable]) -> None:
        """One velocity for each weight; momenta and averages if they are used."""
        if self.built:
            return
        super().build(variables)
        self._velocities = self.slots(variables, "velocity")
        self._momentums = self.slots(variables, "momentum") if self.momentum else []
        self._gradients = self.slots(variables, "average_gradient") if self.centered else []

    def _average(self, slot: Variable, value: Any) -> Any:
        new = ops.add(ops.multiply(slot.value, self.rho), ops.multiply(value, 1 - self.rho))
        slot.assign(new)
        return new

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One weight."""
        velocity = self._average(self.slot(self._velocities, variable), ops.square(gradient))
        if self.centered:
            center = self._average(self.slot(self._gradients, variable), gradient)
            velocity = ops.subtract(velocity, ops.square(center))
        root = ops.sqrt(ops.add(velocity, self.epsilon))
        change = ops.divide(ops.multiply(gradient, learning_rate), root)
        if self.momentum:
            slot = self.slot(self._momentums, variable)
            change = ops.add(ops.multiply(slot.value, self.momentum), change)
            slot.assign(change)
        variable.assign(ops.subtract(variable.value, change))

    def get_config(self) -> dict[str, Any]:
        """See `Optimizer`."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
