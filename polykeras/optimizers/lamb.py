"""`Lamb`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.moments import bias, move_average, norm
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Lamb(Optimizer):
    """`Adam`'s steps, each scaled to the norm of its variable, for large batches.

    With Adam's step u, ``w = w - learning_rate * |w| / |u| * u``; where a norm is 0, the ratio is 1. You et al. 2019,
    arXiv:1904.00962, algorithm 2, with weight decay as all optimizers here have it.

    Args:
        beta_1, beta_2: how slowly the averages of the gradients and of their squares move.
        epsilon: added to the root.

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
        """Make room for the averages."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i, dtype = self._get_variable_index(variable), variable.dtype
        m = move_average(self._momentums[i], gradient, self.beta_1)
        v = move_average(self._velocities[i], ops.square(gradient), self.beta_2)
        m = ops.divide(m, self.step_scalar("first", dtype, lambda t: bias(self.beta_1, t)))
        v = ops.divide(v, self.step_scalar("second", dtype, lambda t: bias(self.beta_2, t)))
        step = ops.divide(m, ops.add(ops.sqrt(v), self.epsilon))
        own, change = norm(variable.value), norm(step)
        both = ops.logical_and(ops.greater(own, 0), ops.greater(change, 0))
        ratio = ops.where(both, ops.divide(own, ops.where(both, change, 1.0)), 1.0)
        size = ops.multiply(ops.cast(ratio, dtype), learning_rate)
        variable.assign(ops.subtract(variable.value, ops.multiply(step, size)))
