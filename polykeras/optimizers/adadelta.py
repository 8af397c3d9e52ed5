"""`Adadelta`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.moments import move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Adadelta(Optimizer):
    """Steps in the proportion of past steps to past gradients, each by the root of a moving average of its squares.

    ``w = w - learning_rate * gradient * sqrt(mean step² + epsilon) / sqrt(mean gradient² + epsilon)``, the gradient
    being among those averaged, its step not yet. Zeiler 2012, arXiv:1212.5701, whose learning rate is 1.

    Args:
        rho: how slowly the averages move.
        epsilon: added under the roots.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(self, learning_rate: Any = 0.001, rho: float = 0.95, epsilon: float = 1e-7, **shared: Any) -> None:
        super().__init__(learning_rate, **shared)
        self.rho = rho
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the averages."""
        if self.built:
            return
        super().build(variables)
        names = ["accumulated_grad", "accumulated_delta_var"]
        self._gradients, self._steps = self.add_optimizer_variables(variables, names)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        gradients = move_average(self._gradients[i], ops.square(gradient), self.rho)
        step = ops.divide(ops.multiply(self._root(self._steps[i].value), gradient), self._root(gradients))
        move_average(self._steps[i], ops.square(step), self.rho)
        variable.assign(ops.subtract(variable.value, ops.multiply(step, learning_rate)))

    def _root(self, squares: Tensor) -> Tensor:
        return ops.sqrt(ops.add(squares, self.epsilon))
