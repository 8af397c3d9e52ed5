"""`MultiOptimizer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.optimizer_map import OptimizerMap, check_usable
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.variable import Variable


class MultiOptimizer(Optimizer):
    """Several optimizers, each for some of the variables.

    Args:
        optimizer_map: an `OptimizerMap`, or a function from a variable to its optimizer.
        loss_scale_factor: replaces those of the optimizers.
        name: by default made from the class's name.

    It has no learning rate; they have. `optimizers` lists them.
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        if not callable(optimizer_map):
            raise ArgumentError(
                f"MultiOptimizer: optimizer_map must be an OptimizerMap or a function, got {optimizer_map!r}."
            )
        self._inner: list[Optimizer] = []
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        self._map = optimizer_map
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._include(optimizer)

    def _include(self, optimizer: Any) -> int:
        """Its place in `optimizers`, where it is put if it is not there yet."""
        check_usable("MultiOptimizer", optimizer)
        for i, known in enumerate(self._inner):
            if known is optimizer:
                return i
        optimizer.loss_scale_factor = self.loss_scale_factor
        self._inner.append(optimizer)
        return len(self._inner) - 1

    def build(self, variables: Sequence[Variable]) -> None:
        """Find the optimizer of each variable, and build them."""
        if self.built:
            return
        self._places = [self._include(self._map(v)) for v in variables]
        super().build(variables)
        for optimizer, own in zip(self._inner, self._split(variables)):
            if own:
                optimizer.build(own)

    def _split(self, variables: Sequence[Variable], values: Sequence[Any] | None = None) -> list[list[Any]]:
        """The variables, or values that belong to them, by optimizer."""
        groups: list[list[Any]] = [[] for _ in self._inner]
        for v, value in zip(variables, variables if values is None else values, strict=True):
            groups[self._places[self._get_variable_index(v)]].append(value)
        return groups

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers that share the work."""
        return list(self._inner)

    @property
    def variables(self) -> list[Variable]:
        """Its own, then those of the optimizers, one after the other."""
        return [*self._variables, *(v for optimizer in self._inner for v in optimizer.variables)]

    @property
    def learning_rate(self) -> Any:
        """Raises `AttributeError`: each of the optimizers has its own."""
        raise AttributeError(f"{self.name} has no learning rate of its own; those in .optimizers have.")

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(f"{self.name} has no learning rate of its own; set those in .optimizers.")

    @property
    def loss_scale_factor(self) -> float | None:
        """The factor of all of the optimizers."""
        return self._factor

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> None:
        self._factor = value
        for optimizer in self._inner:
            optimizer.loss_scale_factor = value

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """A step of each optimizer whose variables are given; see `Optimizer.apply`."""
        variables = list(self._trainable_variables if trainable_variables is None else trainable_variables)
        if not self.built:
            self.build(variables)
        self._check_known(list(grads), variables)
        for optimizer, own, gradients in zip(self._inner, self._split(variables), self._split(variables, grads)):
            if own:
                optimizer.apply(gradients, own)
        self._iterations.assign_add(1)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """See `Optimizer`; decay is that of the optimizers."""
        for optimizer in self._inner:
            optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """See `Optimizer`."""
        for optimizer, own in zip(self._inner, self._split(var_list)):
            if own:
                optimizer.finalize_variable_values(own)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "optimizer_map": serialize_keras_object(self._map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
        """The optimizer that `get_config` described."""
        return cls(**{**config, "optimizer_map": deserialize_keras_object(config["optimizer_map"], custom_objects)})
