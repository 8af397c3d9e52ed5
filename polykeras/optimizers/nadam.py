"""`Nadam`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes, initializers, ops
from polykeras.optimizers.moments import bias, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Nadam(Optimizer):
    """`Adam` with Nesterov momentum: the step looks ahead along the average of the gradients.

    With ``u_t = beta_1 * (1 - 0.96^t / 2)`` and U the product of all ``u`` until t,
    ``m' = u_(t+1) * m / (1 - U * u_(t+1)) + (1 - u_t) * gradient / (1 - U)`` and
    ``w = w - learning_rate * m' / (sqrt(v / (1 - beta_2^t)) + epsilon)``. Dozat 2015, "Incorporating Nesterov Momentum
    into Adam", algorithm 8 of its report.

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
        """Make room for the averages and the product."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        dtype = variables[0].dtype if variables else dtypes.floatx()
        self._product = self.add_variable((), initializers.Ones(), dtype, name="u_product")
        if variables:
            self._product.move(variables[0].backend)

    def _update(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        # The product is for all variables, so it moves once a step.
        product = self.step_scalar(
            "product",
            self._product.dtype,
            lambda t: ops.multiply(self._share(t), ops.cast(self._product.value, ops.dtype(t))),
        )
        self._product.assign(product)
        super()._update(gradients, variables)

    def _share(self, t: Tensor) -> Tensor:
        return ops.multiply(ops.subtract(1.0, ops.multiply(ops.power(0.96, t), 0.5)), self.beta_1)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i, dtype = self._get_variable_index(variable), variable.dtype
        m = move_average(self._momentums[i], gradient, self.beta_1)
        v = move_average(self._velocities[i], ops.square(gradient), self.beta_2)
        ahead = self.step_scalar("ahead", dtype, self._weight_of_average)
        now = self.step_scalar("now", dtype, self._weight_of_gradient)
        filled = self.step_scalar("filled", dtype, lambda t: bias(self.beta_2, t))
        looking_ahead = ops.add(ops.multiply(m, ahead), ops.multiply(gradient, now))
        root = ops.sqrt(ops.divide(v, filled))
        step = ops.divide(ops.multiply(looking_ahead, learning_rate), ops.add(root, self.epsilon))
        variable.assign(ops.subtract(variable.value, step))

    def _weight_of_average(self, t: Tensor) -> Tensor:
        following = self._share(ops.add(t, 1))
        product = ops.cast(self._product.value, ops.dtype(t))
        return ops.divide(following, ops.subtract(1.0, ops.multiply(product, following)))

    def _weight_of_gradient(self, t: Tensor) -> Tensor:
        product = ops.cast(self._product.value, ops.dtype(t))
        return ops.divide(ops.subtract(1.0, self._share(t)), ops.subtract(1.0, product))
