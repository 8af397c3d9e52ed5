"""`LossScaleOptimizer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import initializers, ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.branches import update_if
from polykeras.optimizers.optimizer import Optimizer, shared_defaults
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.typing import Tensor
from polykeras.variable import Variable


class LossScaleOptimizer(Optimizer):
    """Another optimizer, with a loss that is multiplied by a large number and gradients that are divided by it.

    So small gradients do not underflow in float16. When a gradient is not finite, the step is left out and the number
    is halved; after so many steps without that, it is doubled. Micikevicius et al. 2017, arXiv:1710.03740, section 3.2.

    Args:
        inner_optimizer: what makes the steps; has all other settings. Its `loss_scale_factor` is set to None.
        initial_scale: the number to start from.
        dynamic_growth_steps: it is doubled after so many finite steps.
        name: by default made from the class's name.
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(inner_optimizer, Optimizer):
            raise ArgumentError(f"LossScaleOptimizer: inner_optimizer must be an Optimizer, got {inner_optimizer!r}.")
        defaults = {**shared_defaults(), "dynamic": True}
        for key, value in kwargs.items():  # configurations of older versions hold them all
            if key not in defaults:
                raise ArgumentError(f"LossScaleOptimizer: unknown argument {key!r}.")
            if value != defaults[key]:
                raise ArgumentError(f"LossScaleOptimizer: {key} is to be set on the inner optimizer, got {value!r}.")
        super().__init__(0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None  # or the gradients would be divided twice

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the count and the scale, and build the inner optimizer."""
        if self.built:
            return
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), initializers.Constant(self.initial_scale), "float32", name="dynamic_scale"
        )
        self.inner_optimizer.build(variables)
        super().build(variables)

    @property
    def variables(self) -> list[Variable]:
        """Its own, then those of the inner optimizer."""
        return [*self._variables, *self.inner_optimizer.variables]

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """A step of the inner optimizer if all gradients are finite; see `Optimizer.apply`."""
        variables = list(self._trainable_variables if trainable_variables is None else trainable_variables)
        if not self.built:
            self.build(variables)
        finite = self.check_finite(grads)
        state = {id(v): v for v in (*self._trainable_variables, *self.variables)}

        def advance() -> None:
            scale = self.dynamic_scale.value
            unscaled = [g if g is None else ops.divide(g, ops.cast(scale, ops.dtype(g))) for g in grads]
            self.inner_optimizer.apply(unscaled, variables)
            count = ops.add(self.step_counter.value, 1)
            grow = ops.equal(count, self.dynamic_growth_steps)
            self.step_counter.assign(ops.where(grow, 0, count))
            self.dynamic_scale.assign(ops.where(grow, ops.multiply(scale, 2.0), scale))

        def retreat() -> None:
            self.step_counter.assign(ops.zeros_like(self.step_counter.value))
            self.dynamic_scale.assign(ops.multiply(self.dynamic_scale.value, 0.5))

        update_if(finite, advance, retreat, list(state.values()))

    def check_finite(self, grads: Sequence[Any]) -> Tensor:
        """Whether all elements of all gradients are finite, as a boolean scalar."""
        checks = [ops.all(ops.isfinite(g)) for g in grads if g is not None]
        return ops.all(ops.stack(checks)) if checks else ops.convert_to_tensor(True)

    @property
    def learning_rate(self) -> Any:
        """That of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    @property
    def iterations(self) -> Any:
        """Number of steps that the inner optimizer has made."""
        return self.inner_optimizer.iterations

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss to differentiate."""
        scale = self.dynamic_scale.value if self.built else self.initial_scale
        return ops.multiply(loss, scale)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """See `Optimizer`; decay is the inner optimizer's."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """See `Optimizer`."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
        """The optimizer that `get_config` described."""
        inner = deserialize_keras_object(config["inner_optimizer"], custom_objects)
        return cls(**{**config, "inner_optimizer": inner})
