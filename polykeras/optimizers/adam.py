"""`Adam`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.optimizer import Optimizer
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Adam(Optimizer):
    """Steps from moving averages of the gradients and of their squares, both corrected for having started at zero.

    ``w = w - a * m / (sqrt(v) + epsilon)`` with ``a = learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)``. Kingma and
    Ba 2014, arXiv:1412.6980, in the form before its section 2.1, so that `epsilon` is the paper's "epsilon hat".

    Args:
        beta_1, beta_2: how slowly the averages of the gradients and of their squares move.
        epsilon: added to the root.
        amsgrad: divide by the largest average of squares so far; Reddi et al. 2018.

    The others are those of `Optimizer`.
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
        name: str | None = None,
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
        """Make room for the averages."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        self._velocity_hats = self.add_optimizer_variables(variables, "velocity_hat") if self.amsgrad else []

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        m, v = self._momentums[i].value, self._velocities[i].value
        m = ops.add(m, ops.multiply(ops.subtract(gradient, m), 1 - self.beta_1))
        v = ops.add(v, ops.multiply(ops.subtract(ops.square(gradient), v), 1 - self.beta_2))
        largest = ops.maximum(self._velocity_hats[i].value, v) if self.amsgrad else v
        size = self.shared(("adam", variable.dtype), lambda: self._step_size(variable.dtype, learning_rate))
        step = ops.divide(ops.multiply(m, size), ops.add(ops.sqrt(largest), self.epsilon))
        value = ops.subtract(variable.value, step)
        self._momentums[i].assign(m)
        self._velocities[i].assign(v)
        if self.amsgrad:
            self._velocity_hats[i].assign(largest)
        variable.assign(value)

    def _step_size(self, dtype: str, learning_rate: Tensor) -> Tensor:
        """The learning rate times both corrections; 1 - beta_2 needs more digits than half precision has."""
        working = "float64" if dtype == "float64" else "float32"
        t = ops.cast(ops.add(self.iterations, 1), working)
        correction = ops.divide(
            ops.sqrt(ops.subtract(1.0, ops.power(self.beta_2, t))), ops.subtract(1.0, ops.power(self.beta_1, t))
        )
        size = ops.multiply(correction, learning_rate)
        return size if working == dtype else ops.cast(size, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon, "amsgrad": self.amsgrad}
        return {**super().get_config(), **own}
