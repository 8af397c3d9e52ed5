"""`Adafactor`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Adafactor(Optimizer):
    """Steps divided by the root of an average of squared gradients, of which it keeps row and column means only.

    For variables of at least two axes, the average is ``v = r * c / mean(r)``, r and c being moving averages of the
    means of ``gradient² + epsilon_1`` over the last axis and the one before; for others it is kept whole. With
    ``u = gradient / sqrt(v)``, ``w = w - rate * max(epsilon_2, rms(w)) * u / max(1, rms(u) / clip_threshold)``.
    Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 to 6.

    Args:
        learning_rate: rate is the smaller of it and ``1 / sqrt(t)``, t being the number of the update.
        beta_2_decay: the averages move by ``t ** beta_2_decay``.
        epsilon_1: added to the squared gradients.
        epsilon_2: smallest size of a variable, to which steps are relative.
        clip_threshold: largest size of u.
        relative_step: kept in the configuration. As in Keras 3, the rate is the same without it.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, **shared)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the averages. A variable without rows and columns has two numbers in their place, as in Keras."""
        if self.built:
            return
        super().build(variables)
        self._rows: list[Variable] = []
        self._columns: list[Variable] = []
        self._velocities: list[Variable] = []
        for v in variables:
            for own, shape in ((self._rows, v.shape[:-1]), (self._columns, (*v.shape[:-2], *v.shape[-1:]))):
                factored = len(v.shape) >= 2
                average = self.add_variable(
                    shape if factored else (), "zeros", v.dtype if factored else "int32", name=v.name
                )
                average.move(v.backend)
                own.append(average)
            self._velocities.append(self.add_variable_from_reference(v, "velocity"))

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        working = "float64" if variable.dtype == "float64" else "float32"  # the squares leave half precision's range
        g, w = ops.cast(gradient, working), ops.cast(variable.value, working)
        share = self.step_scalar("share", working, lambda t: ops.power(t, self.beta_2_decay))
        root = self.step_scalar("root", working, ops.rsqrt)
        rate = ops.minimum(ops.cast(learning_rate, working), root)
        # Where row and column had no gradient at all, the product of their means can underflow to 0.
        v = ops.maximum(self._average(variable, ops.add(ops.square(g), self.epsilon_1), share), self.epsilon_1)
        u = ops.divide(g, ops.sqrt(v))
        u = ops.divide(u, ops.maximum(ops.divide(_rms(u), self.clip_threshold), 1.0))
        size = ops.multiply(ops.maximum(_rms(w), self.epsilon_2), rate)
        variable.assign(ops.subtract(w, ops.multiply(u, size)))

    def _average(self, variable: Variable, squares: Tensor, share: Tensor) -> Tensor:
        """The moving average of the squares, this update's among them, in their dtype."""
        i = self._get_variable_index(variable)

        def moved(average: Variable, new: Tensor) -> Tensor:
            old = ops.cast(average.value, ops.dtype(new))
            value = ops.add(old, ops.multiply(ops.subtract(new, old), share))
            average.assign(value)
            return value

        if len(variable.shape) < 2:
            return moved(self._velocities[i], squares)
        rows = moved(self._rows[i], ops.mean(squares, axis=-1))
        columns = moved(self._columns[i], ops.mean(squares, axis=-2))
        rows = ops.divide(rows, ops.mean(rows, axis=-1, keepdims=True))
        v = ops.multiply(ops.expand_dims(rows, -1), ops.expand_dims(columns, -2))
        self._velocities[i].assign(v)
        return v


def _rms(x: Tensor) -> Tensor:
    return ops.sqrt(ops.mean(ops.square(x)))
