"""The base class of Keras 1.2.2's optimizers.

An optimizer says, in `get_updates`, what becomes of the parameters and of its own variables, in symbolic tensors: once,
when it meets the parameters. Each step computes all new values from those before it, then assigns them.

Today's optimizers assign step by step and have numbers as hyperparameters; here these are variables, subclasses define
`get_updates`, and `K.function` takes what it returns. So the formulas' parts are shared, not the classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import optimizers as modern
from polykeras.errors import ArgumentError, did_you_mean
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.optimizers import clipping
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.backend.evaluation import compute, nodes_for
from polykeras.v1.backend.variables import ReadVariable
from polykeras.variable import Variable


def clip_norm(g: Tensor, c: float, n: Tensor) -> Tensor:
    """`g` scaled by ``c / n`` where the norm `n` is at least `c`."""
    return K.switch(K.greater_equal(n, c), g * c / n, g) if c > 0 else g


class _Gradients:
    """In place of a loss: the gradients are handed in by each step."""

    def __init__(self, tensors: list[KerasTensor]) -> None:
        self.tensors = tensors


class Optimizer(modern.Optimizer):
    """Base class.

    A subclass defines ``get_updates(self, params, constraints, loss)``: a list of pairs of a variable and its new value.

    Args:
        clipnorm: the norm of all gradients together is scaled down to it.
        clipvalue: gradients are kept between minus it and it.
    """

    hyperparameters: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        unknown = [k for k in kwargs if k not in ("clipnorm", "clipvalue")]
        if unknown:
            hints = "".join(did_you_mean(k, ["clipnorm", "clipvalue", *self.hyperparameters]) for k in unknown)
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) {', '.join(unknown)}.{hints}")
        self.name = type(self).__name__.lower()
        for name, value in kwargs.items():
            setattr(self, name, value)
        self.updates: list[Any] = []
        self.weights: list[Variable] = []
        self.built = False
        self._trainable_variables: list[Variable] = []
        self._gradients: list[KerasTensor] = []
        self._own: list[Variable] = []
        self._unset: list[Any] | None = None

    clipnorm: float | None = None
    clipvalue: float | None = None
    iterations: Any = None
    loss_scale_factor = None

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """Pairs of a variable and its new value."""
        raise ArgumentError(f"{type(self).__name__} defines no get_updates(self, params, constraints, loss).")

    def get_gradients(self, loss: Any, params: Any) -> list[Tensor]:
        """The gradients of the loss, clipped."""
        given = list(loss.tensors) if isinstance(loss, _Gradients) else K.gradients(loss, params)
        if self.clipnorm is not None and self.clipnorm > 0:
            given = clipping.clip(given, None, None, self.clipnorm)
        if self.clipvalue is not None and self.clipvalue > 0:
            given = clipping.clip(given, None, self.clipvalue, None)
        return given

    # ---- what training calls ------------------------------------------------------------------------------------

    def build(self, variables: Sequence[Variable]) -> None:
        """Ask for the updates of these parameters."""
        if self.built:
            return
        self._trainable_variables = list(variables)
        self._gradients = [KerasTensor(v.shape, v.dtype, f"gradient_{i}") for i, v in enumerate(variables)]
        constraints = {v: v.constraint for v in variables if v.constraint is not None}
        updates = self.get_updates(list(variables), constraints, _Gradients(self._gradients))
        self.updates = [u for u in updates if isinstance(u, tuple)]
        read = [n.operation.variable for n in nodes_for(new for _, new in self.updates if type(new) is KerasTensor)
                if isinstance(n.operation, ReadVariable)]  # fmt: skip
        trained = {id(v) for v in variables}
        mine = [v for v in [*read, *(v for v, _ in self.updates), *self._hyper()] if id(v) not in trained]
        self._own = list({id(v): v for v in mine}.values())
        if variables:
            for v in self._own:
                v.move(variables[0].backend)
        self.built = True
        if self._unset is not None:
            self.set_weights(self._unset)
            self._unset = None

    def _hyper(self) -> list[Variable]:
        return [v for v in vars(self).values() if isinstance(v, Variable)]

    @property
    def variables(self) -> list[Variable]:
        """The optimizer's own variables, hyperparameters among them."""
        return list(self._own) if self.built else self._hyper()

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """One step."""
        if not self.built:
            self.build(list(trainable_variables or ()))
        values = {id(x): g for x, g in zip(self._gradients, grads, strict=True)}
        new = compute([value for _, value in self.updates], values)
        for (variable, _), value in zip(self.updates, new, strict=True):
            variable.assign(value)

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss as it is."""
        return loss

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Nothing is left to do at the end of training."""

    @property
    def learning_rate(self) -> Any:
        """The variable `lr`."""
        return vars(self).get("lr")

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        K.set_value(vars(self)["lr"], value)

    # ---- state and configuration --------------------------------------------------------------------------------

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the state, given as `get_weights` gives it; before the first step, then."""
        if not self.built:
            self._unset = list(weights)
            return
        if len(weights) != len(self.weights):
            raise ArgumentError(f"{self.name}: {len(self.weights)} state arrays were wanted, got {len(weights)}.")
        for variable, value in zip(self.weights, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ArgumentError(
                    f"{self.name}: a state of shape {variable.shape} was wanted, got {np.shape(value)}."
                )
        K.batch_set_value(list(zip(self.weights, weights, strict=True)))

    def get_weights(self) -> list[Any]:
        """The state: what is kept of each parameter, and counts."""
        return K.batch_get_value(self.weights)

    def get_config(self) -> dict[str, Any]:
        """The hyperparameters, and what gradients are clipped to."""
        clips = {n: getattr(self, n) for n in ("clipnorm", "clipvalue") if getattr(self, n) is not None}
        return {n: _number(getattr(self, n)) for n in self.hyperparameters} | clips

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Optimizer:
        """The optimizer that `get_config` described."""
        return cls(**config)

    # ---- what the optimizers below share ------------------------------------------------------------------------

    def _hold(self, **numbers: float) -> None:
        """Make variables of hyperparameters, so that they can be set while training."""
        for name, value in numbers.items():
            setattr(self, name, K.variable(value, name=name))

    def _decayed(self) -> tuple[Any, list[Any]]:
        """The learning rate of this step, and the update of the step count, if there is a decay."""
        if not self.initial_decay:
            return self.lr, []
        return self.lr * (1.0 / (1.0 + self.decay * self.iterations)), [K.update_add(self.iterations, 1)]

    def _kept(self, params: Any) -> list[Variable]:
        return [K.zeros(K.get_variable_shape(p)) for p in params]


def _number(value: Any) -> Any:
    return float(K.get_value(value)) if isinstance(value, Variable) else value


def projected(p: Any, new: Any, constraints: Any) -> tuple[Any, Any]:
    """The update of a parameter, within its constraint."""
    return K.update(p, constraints[p](new) if p in constraints else new)
