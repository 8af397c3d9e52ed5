"""`Adamax`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.moments import bias, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Adamax(Optimizer):
    """`Adam` with the largest gradient, fading, in place of the root of the average of squares.

    ``u = max(beta_2 * u, |gradient|)``, then ``w = w - learning_rate / (1 - beta_1^t) * m / (u + epsilon)``, m being
    the moving average of the gradients. Kingma and Ba 2014, arXiv:1412.6980, section 7.1.

    Args:
        beta_1: how slowly the average of the gradients moves.
        beta_2: how slowly the largest gradient fades.
        epsilon: added to the divisor.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the averages and the largest gradients."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._norms = self.add_optimizer_variables(variables, ["momentum", "norm"])

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        m = move_average(self._momentums[i], gradient, self.beta_1)
        u = ops.maximum(ops.multiply(self._norms[i].value, self.beta_2), ops.abs(gradient))
        self._norms[i].assign(u)
        size = self.step_scalar("adamax", variable.dtype, lambda t: ops.divide(learning_rate, bias(self.beta_1, t)))
        step = ops.divide(ops.multiply(m, size), ops.add(u, self.epsilon))
        variable.assign(ops.subtract(variable.value, step))
