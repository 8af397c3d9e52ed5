"""`Ftrl`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import initializers, ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Ftrl(Optimizer):
    """Follow the regularized leader: the best weights for all gradients so far, many of them exactly 0.

    With n the sum of squared gradients and ``s = n ** -learning_rate_power / learning_rate``,
    ``z = z + gradient - (s - s before) * w``, then
    ``w = (clip(z, -l1, l1) - z) / (s + beta / learning_rate + 2 * l2)``. McMahan et al. 2013, "Ad Click Prediction: a
    View from the Trenches", algorithm 1; the shrinkage adds ``2 * l2_shrinkage * w`` to the gradient in z, not in n.

    Args:
        learning_rate_power: how the steps shrink as n grows; -0.5 for the root, 0 for steps of one size; not positive.
        initial_accumulator_value: where n starts; not negative.
        l1_regularization_strength, l2_regularization_strength: weights of the penalties; not negative.
        l2_shrinkage_regularization_strength: weight of a penalty on the size of the weights only; not negative.
        beta: added to the root of n.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        if not learning_rate_power <= 0:
            raise ArgumentError(f"Ftrl: learning_rate_power must not be positive, got {learning_rate_power!r}.")
        for name, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if not value >= 0:
                raise ArgumentError(f"Ftrl: {name} must not be negative, got {value!r}.")
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for n and z."""
        if self.built:
            return
        super().build(variables)
        starts = [initializers.Constant(self.initial_accumulator_value), "zeros"]
        self._sums, self._linears = self.add_optimizer_variables(variables, ["accumulator", "linear"], starts)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        before, z, w = self._sums[i].value, self._linears[i].value, variable.value
        total = ops.add(before, ops.square(gradient))
        power = -self.learning_rate_power
        grown, old = ops.power(total, power), ops.power(before, power)
        if self.l2_shrinkage_regularization_strength:
            shrinkage = ops.multiply(w, 2 * self.l2_shrinkage_regularization_strength)
            gradient = ops.add(gradient, shrinkage)
        moved = ops.multiply(ops.divide(ops.subtract(grown, old), learning_rate), w)
        z = ops.add(z, ops.subtract(gradient, moved))
        quadratic = ops.add(ops.divide(ops.add(grown, self.beta), learning_rate), 2 * self.l2_regularization_strength)
        l1 = self.l1_regularization_strength
        self._sums[i].assign(total)
        self._linears[i].assign(z)
        variable.assign(ops.divide(ops.subtract(ops.clip(z, -l1, l1), z), quadratic))
