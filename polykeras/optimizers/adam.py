"""`Adam`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.moments import adam_correction, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
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

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
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
        m = move_average(self._momentums[i], gradient, self.beta_1)
        v = move_average(self._velocities[i], ops.square(gradient), self.beta_2)
        if self.amsgrad:
            v = ops.maximum(self._velocity_hats[i].value, v)
            self._velocity_hats[i].assign(v)
        size = self.step_scalar(
            "adam",
            variable.dtype,
            lambda t: ops.multiply(adam_correction(self.beta_1, self.beta_2, t), learning_rate),
        )
        root = ops.add(ops.sqrt(v), self.epsilon)
        variable.assign(ops.add_quotient(variable.value, m, root, self.descent(size, variable.dtype)))
