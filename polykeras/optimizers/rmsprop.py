"""`RMSprop`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class RMSprop(Optimizer):
    """Steps divided by the root of a moving average of the squared gradients.

    ``velocity = rho * velocity + (1 - rho) * gradient²``, then
    ``w = w - learning_rate * gradient / sqrt(velocity + epsilon)``. Tieleman and Hinton 2012, Coursera lecture 6e;
    centered: Graves 2013, arXiv:1308.0850.

    Args:
        rho: how slowly the averages move.
        momentum: of the steps; 0 for none.
        epsilon: added under the root.
        centered: subtract the squared average of the gradients from the average of their squares.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the averages."""
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        self._momentums = self.add_optimizer_variables(variables, "momentum") if self.momentum > 0 else []
        self._means = self.add_optimizer_variables(variables, "average_gradient") if self.centered else []

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        decayed = ops.multiply(self._velocities[i].value, self.rho)
        squares = ops.add_product(decayed, gradient, gradient, 1 - self.rho)
        spread = squares
        if self.centered:
            mean = ops.add_scaled(ops.multiply(self._means[i].value, self.rho), gradient, 1 - self.rho)
            spread = ops.subtract(squares, ops.square(mean))
            self._means[i].assign(mean)
        root = ops.sqrt(ops.add(spread, self.epsilon))
        if self.momentum > 0:
            carried = ops.multiply(self._momentums[i].value, self.momentum)
            step = ops.add_quotient(carried, gradient, root, learning_rate)
            self._momentums[i].assign(step)
            value = ops.subtract(variable.value, step)
        else:
            value = ops.add_quotient(variable.value, gradient, root, self.descent(learning_rate, variable.dtype))
        self._velocities[i].assign(squares)
        variable.assign(value)
