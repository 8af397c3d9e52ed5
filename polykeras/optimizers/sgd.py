"""`SGD`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class SGD(Optimizer):
    """Gradient descent, with momentum if wanted.

    ``velocity = momentum * velocity - learning_rate * gradient``, then ``w = w + velocity``; with `nesterov`,
    ``w = w + momentum * velocity - learning_rate * gradient``. Sutskever et al. 2013.

    Args:
        momentum: from 0 to 1; 0 for plain descent, which keeps no state.
        nesterov: look ahead along the velocity.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        if not 0 <= momentum <= 1:
            raise ArgumentError(f"SGD: momentum must be from 0 to 1, got {momentum!r}.")
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the velocities, if there is momentum."""
        if self.built:
            return
        super().build(variables)
        self.momentums = self.add_optimizer_variables(variables, "momentum") if self.momentum else []

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        down = self.descent(learning_rate, variable.dtype)
        if not self.momentum:
            variable.assign(ops.add_scaled(variable.value, gradient, down))
            return
        velocity = self.momentums[self._get_variable_index(variable)]
        step = ops.multiply(gradient, down)
        moved = ops.add_scaled(step, velocity.value, self.momentum)
        ahead = ops.add_scaled(step, moved, self.momentum) if self.nesterov else moved
        value = ops.add(variable.value, ahead)
        velocity.assign(moved)
        variable.assign(value)
