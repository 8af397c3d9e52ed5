"""`Lion`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.moments import averaged, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Lion(Optimizer):
    """Steps of one size in every direction: the sign of a moving average of the gradients.

    ``w = w - learning_rate * sign(beta_1 * m + (1 - beta_1) * gradient)``, then
    ``m = beta_2 * m + (1 - beta_2) * gradient``. Chen et al. 2023, arXiv:2302.06675, algorithm 2.

    Args:
        beta_1: the share of the average in the step; above 0, at most 1.
        beta_2: how slowly the average moves.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(self, learning_rate: Any = 0.001, beta_1: float = 0.9, beta_2: float = 0.99, **shared: Any) -> None:
        super().__init__(learning_rate, **shared)
        if not 0 < beta_1 <= 1:
            raise ArgumentError(f"Lion: beta_1 must be above 0 and at most 1, got {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the averages."""
        if self.built:
            return
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        own = self._momentums[self._get_variable_index(variable)]
        direction = ops.sign(averaged(own.value, gradient, self.beta_1))
        move_average(own, gradient, self.beta_2)
        variable.assign(ops.subtract(variable.value, ops.multiply(direction, learning_rate)))
