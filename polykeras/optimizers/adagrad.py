"""`Adagrad`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import initializers, ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Adagrad(Optimizer):
    """Steps divided by the root of the sum of all squared gradients so far.

    ``accumulator = accumulator + gradient²``, then ``w = w - learning_rate * gradient / sqrt(accumulator + epsilon)``.
    Duchi et al. 2011, JMLR 12.

    Args:
        initial_accumulator_value: where the sums start; not negative.
        epsilon: added under the root.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        if not initial_accumulator_value >= 0:
            raise ArgumentError(
                f"Adagrad: initial_accumulator_value must not be negative, got {initial_accumulator_value!r}."
            )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the sums."""
        if self.built:
            return
        super().build(variables)
        start = initializers.Constant(self.initial_accumulator_value)
        self._sums = self.add_optimizer_variables(variables, "accumulator", start)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        own = self._sums[self._get_variable_index(variable)]
        total = ops.add(own.value, ops.square(gradient))
        own.assign(total)
        step = ops.divide(ops.multiply(gradient, learning_rate), ops.sqrt(ops.add(total, self.epsilon)))
        variable.assign(ops.subtract(variable.value, step))
