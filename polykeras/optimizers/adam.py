"""Adam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.optimizer import Optimizer
from polykeras.variable import Variable


class Adam(Optimizer):
    """Moving averages of the gradient and its square, corrected for their start at zero.

    Kingma and Ba 2014, arXiv:1412.6980, in the form before section 2.1; with `amsgrad`, the largest average of the
    square so far is used: Reddi et al. 2018.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = "adam",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    def build(self, variables: Sequence[Variable]) -> None:
        """Two averages for each weight, and the largest one with amsgrad."""
        if self.built:
            return
        super().build(variables)
        self._momentums = self.slots(variables, "momentum")
        self._velocities = self.slots(variables, "velocity")
        self._largest = self.slots(variables, "velocity_hat") if self.amsgrad else []

    def begin_step(self, rates: dict[str, Any]) -> None:
        """The corrected learning rate: the same for all weights."""
        self._corrected = {}
        for dtype, rate in rates.items():
            # float32 at least: half precision cannot count far
            working = dtype if dtype in ("float32", "float64") else "float32"
            t = ops.cast(ops.add(self.iterations.value, 1), working)
            root = ops.sqrt(ops.subtract(1.0, ops.power(self.beta_2, t)))
            factor = ops.divide(root, ops.subtract(1.0, ops.power(self.beta_1, t)))
            self._corrected[dtype] = ops.multiply(rate, ops.cast(factor, dtype))

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One weight."""
        m, v = self.slot(self._momentums, variable), self.slot(self._velocities, variable)
        momentum = ops.add(m.value, ops.multiply(ops.subtract(gradient, m.value), 1 - self.beta_1))
        velocity = ops.add(v.value, ops.multiply(ops.subtract(ops.square(gradient), v.value), 1 - self.beta_2))
        m.assign(momentum)
        v.assign(velocity)
        if self.amsgrad:
            largest = self.slot(self._largest, variable)
            velocity = ops.maximum(largest.value, velocity)
            largest.assign(velocity)
        change = ops.divide(
            ops.multiply(momentum, self._corrected[variable.dtype]), ops.add(ops.sqrt(velocity), self.epsilon)
        )
        variable.assign(ops.subtract(variable.value, change))

    def get_config(self) -> dict[str, Any]:
        """See `Optimizer`."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
