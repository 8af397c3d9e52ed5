"""`ScheduleFreeAdamW`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.moments import averaged, bias, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable, stored_values


class ScheduleFreeAdamW(Optimizer):
    """`AdamW` whose weights are averaged in place of a learning rate that falls, so that the end need not be known.

    Steps move a sequence z, ``z = z - learning_rate * gradient / (sqrt(v / (1 - beta_2^t)) + epsilon)``; x is the mean
    of all z; gradients are taken at ``y = (1 - beta_1) * z + beta_1 * x``, which is what the variables hold. Defazio et
    al. 2024, arXiv:2405.15682, with equal weights for all steps.

    Args:
        beta_1: the share of the mean in y; above 0, since x is computed back from y and z.
        beta_2: how slowly the average of the squared gradients moves.
        epsilon: added to the root.
        warmup_steps: the learning rate rises linearly over so many updates.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        if not 0 < beta_1 <= 1:
            raise ArgumentError(f"ScheduleFreeAdamW: beta_1 must be above 0 and at most 1, got {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for z, which starts where the variables are, and v."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        with stored_values():
            for z, variable in zip(self._momentums, variables):
                z.assign(ops.copy(variable.value))

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i, dtype = self._get_variable_index(variable), variable.dtype
        v = move_average(self._velocities[i], ops.square(gradient), self.beta_2)
        filled = self.step_scalar("filled", dtype, lambda t: bias(self.beta_2, t))
        root = ops.add(ops.sqrt(ops.divide(v, filled)), self.epsilon)
        rate = self.step_scalar("warm", dtype, lambda t: self._warmed(learning_rate, t))
        before = self._momentums[i].value
        z = ops.subtract(before, ops.divide(ops.multiply(gradient, rate), root))
        x = ops.divide(ops.subtract(variable.value, ops.multiply(before, 1 - self.beta_1)), self.beta_1)
        x = ops.add(x, ops.multiply(ops.subtract(z, x), self.step_scalar("share", dtype, ops.reciprocal)))
        self._momentums[i].assign(z)
        variable.assign(averaged(x, z, self.beta_1))

    def _warmed(self, rate: Tensor, t: Tensor) -> Tensor:
        if not self.warmup_steps:
            return rate
        return ops.multiply(ops.minimum(ops.divide(t, float(self.warmup_steps)), 1.0), rate)
