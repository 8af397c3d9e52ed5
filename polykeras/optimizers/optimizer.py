"""`Optimizer`: from gradients to new weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.optimizers.schedules import LearningRateSchedule
from polykeras.saving.lookup import snake_case
from polykeras.variable import StatelessScope, Variable


class Optimizer:
    """Base class of optimizers.

    A subclass makes its variables in ``build(self, variables)`` with `add_variable_from_reference`, and computes one
    weight's change in ``update_step(self, gradient, variable, learning_rate)`` with `assign`. What is read during an
    update are the values from before it.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments.
        weight_decay: weights lose this fraction, times the learning rate, at each step. Loshchilov and Hutter 2019.
        clipnorm: each gradient's norm is at most this; clipvalue: each element; global_clipnorm: the norm of them all.
        use_ema: keep moving averages of the weights, with `ema_momentum`; every `ema_overwrite_frequency` steps (None:
            only by `finalize_variable_values`) the weights become their averages.
        loss_scale_factor: the loss is multiplied by it, and the gradients are divided by it, for half precision.
        gradient_accumulation_steps: weights change once in so many steps, by the mean of the gradients.
        name: for the paths of the variables.
    """

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) {', '.join(kwargs)}.")
        if sum(v is not None for v in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ArgumentError(f"{type(self).__name__}: give at most one of clipnorm, clipvalue and global_clipnorm.")
        for label, value in (("clipnorm", clipnorm), ("clipvalue", clipvalue), ("global_clipnorm", global_clipnorm)):
            if value is not None and not value > 0:
                raise ArgumentError(f"{type(self).__name__}: {label} must be positive, got {value}.")
        if use_ema and not 0 <= ema_momentum <= 1:
            raise ArgumentError(f"{type(self).__name__}: ema_momentum must lie in [0, 1], got {ema_momentum}.")
        if gradient_accumulation_steps is not None and gradient_accumulation_steps < 2:
            raise ArgumentError(
                f"{type(self).__name__}: gradient_accumulation_steps must be at least 2, got {gradient_accumulation_steps}."
            )
        self.name = name or snake_case(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.built = False
        self._given_rate = learning_rate
        self._undecayed: set[int] = set()
        self._undecayed_names: tuple[str, ...] = ()
        self._slots: list[Variable] = []
        self._trainable: list[Variable] = []
        self._position: dict[int, int] = {}
        self._iterations: Variable | None = None
        self._rate: Variable | None = None
        if not isinstance(learning_rate, LearningRateSchedule) and not callable(learning_rate):
            self._given_rate = float(learning_rate)

    # ---- variables ---------------------------------------------------------------------------------------------

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the optimizer's variables for these weights. A subclass calls this first."""
        self._make_counters()
        self._trainable = list(variables)
        self._position = {id(v): i for i, v in enumerate(variables)}
        if self.use_ema:
            self._averages = [self.add_variable_from_reference(v, "average", v.value) for v in variables]
        if self.gradient_accumulation_steps:
            self._accumulators = [self.add_variable_from_reference(v, "gradient_accumulator") for v in variables]
        self._undecayed |= {
            id(v) for v in variables if any(part in v.path for part in self._undecayed_names)
        }
        self.built = True

    def _make_counters(self) -> None:
        if self._iterations is None:
            self._iterations = Variable(np.int32(0), dtype="int32", trainable=False, name="iteration")
            self._iterations.path = f"{self.name}/iteration"
            if isinstance(self._given_rate, float):
                self._rate = Variable(self._given_rate, dtype=dtypes.floatx(), trainable=False, name="learning_rate")
                self._rate.path = f"{self.name}/learning_rate"

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A variable of the shape and dtype of a weight; zeros, or the given values."""
        reference = reference_variable
        start = ops.zeros(reference.shape, reference.dtype) if isinstance(initializer, str) else initializer
        slot = Variable(start, dtype=reference.dtype, trainable=False, name=name or "slot")
        slot.path = f"{self.name}/{reference.path.replace('/', '_')}_{slot.name}"
        self._slots.append(slot)
        return slot

    def slots(self, variables: Sequence[Variable], name: str) -> list[Variable]:
        """One zero variable for each weight."""
        return [self.add_variable_from_reference(v, name) for v in variables]

    @property
    def variables(self) -> list[Variable]:
        """All state: the number of steps, the learning rate, then the slots."""
        self._make_counters()
        counters = [v for v in (self._iterations, self._rate) if v is not None]
        return counters + self._slots

    @property
    def iterations(self) -> Variable:
        """How many steps were made."""
        self._make_counters()
        assert self._iterations is not None
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the next step; it can be set to a number, a schedule or a function."""
        if isinstance(self._given_rate, LearningRateSchedule):
            return self._given_rate(self.iterations.value)
        if callable(self._given_rate):
            return self._given_rate()
        self._make_counters()
        assert self._rate is not None
        return self._rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, LearningRateSchedule) or (callable(value) and not hasattr(value, "shape")):
            if self._rate is not None:
                raise ArgumentError(
                    f"{type(self).__name__}: the learning rate of an optimizer in use cannot become a schedule. "
                    "Make a new optimizer."
                )
            self._given_rate = value
            return
        if not isinstance(self._given_rate, float):
            raise ArgumentError(f"{type(self).__name__}: its learning rate follows a schedule and cannot be set.")
        self._given_rate = float(value)
        if self._rate is not None:
            self._rate.assign(self._given_rate)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave these weights, or those with one of these words in their path, out of weight decay."""
        self._undecayed |= {id(v) for v in var_list or ()}
        self._undecayed_names += tuple(var_names or ())

    # ---- steps -------------------------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """One step with pairs of gradient and weight."""
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self.iterations

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """One step: change the weights (by default those the optimizer was built with) by their gradients."""
        if trainable_variables is not None and not self.built:
            self.build(list(trainable_variables))
        variables = self._trainable if trainable_variables is None else list(trainable_variables)
        if len(grads) != len(variables):
            raise ArgumentError(f"{self.name}: {len(grads)} gradients for {len(variables)} weights.")
        pairs = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        if not pairs and variables:
            raise ArgumentError(f"{self.name}: there is no gradient for any of the weights.")
        for g, v in pairs:
            if id(v) not in self._position:
                raise ArgumentError(
                    f"{self.name} was not built for the weight {v.path!r}; it knows {[w.path for w in self._trainable]}."
                )
            if tuple(g.shape) != v.shape:
                raise ShapeError(f"{self.name}: gradient of shape {tuple(g.shape)} for {v.path!r} of shape {v.shape}.")
        if self.loss_scale_factor:
            pairs = [(ops.divide(g, self.loss_scale_factor), v) for g, v in pairs]
        if self.gradient_accumulation_steps:
            self._accumulate(pairs)
        else:
            self._step(pairs)
        self.iterations.assign(ops.add(self.iterations.value, 1))

    def _step(self, pairs: list[tuple[Any, Variable]]) -> None:
        pairs = self._clip(pairs)
        rate = ops.convert_to_tensor(self.learning_rate)
        rates = {dtype: ops.cast(rate, dtype) for dtype in {v.dtype for _, v in pairs}}
        if self.weight_decay:
            for _, v in pairs:
                if id(v) not in self._undecayed:
                    v.assign(ops.subtract(v.value, ops.multiply(v.value, ops.multiply(rates[v.dtype], self.weight_decay))))
        self.begin_step(rates)
        for g, v in pairs:
            self.update_step(ops.cast(g, v.dtype), v, rates[v.dtype])
        for _, v in pairs:
            if v.constraint is not None:
                v.assign(v.constraint(v.value))
        if self.use_ema:
            self._update_averages([v for _, v in pairs])

    def begin_step(self, rates: dict[str, Any]) -> None:
        """Compute what all weights share in this step; `rates` holds the learning rate by dtype."""

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one weight and its slots."""
        raise ArgumentError(f"Optimizer {type(self).__name__} defines no update_step().")

    def slot(self, slots: Sequence[Variable], variable: Variable) -> Variable:
        """The one of `slots` that belongs to `variable`."""
        return slots[self._position[id(variable)]]

    @staticmethod
    def assign(variable: Variable, value: Any) -> None:
        """Give a variable a new value."""
        variable.assign(value)

    def _clip(self, pairs: list[tuple[Any, Variable]]) -> list[tuple[Any, Variable]]:
        if self.clipvalue is not None:
            return [(ops.clip(g, -self.clipvalue, self.clipvalue), v) for g, v in pairs]
        if self.clipnorm is not None:
            return [(_scaled_to(g, ops.sum(ops.square(g)), self.clipnorm), v) for g, v in pairs]
        if self.global_clipnorm is not None:
            total: Any = 0.0
            for g, _ in pairs:
                total = ops.add(total, ops.cast(ops.sum(ops.square(g)), dtypes.floatx()))
            return [(_scaled_to(g, ops.cast(total, ops.dtype(g)), self.global_clipnorm), v) for g, v in pairs]
        return pairs

    def _accumulate(self, pairs: list[tuple[Any, Variable]]) -> None:
        """Add to the sums; in the last of so many steps, use their mean and start again."""
        every = self.gradient_accumulation_steps
        assert every is not None
        sums = [ops.add(self.slot(self._accumulators, v).value, ops.cast(g, v.dtype)) for g, v in pairs]
        due = ops.equal(ops.mod(ops.add(self.iterations.value, 1), every), 0)
        affected = [v for _, v in pairs] + self._slots
        before = [v.value for v in affected]

        def update() -> list[Any]:
            with StatelessScope(zip(affected, before, strict=True)) as scope:
                self._step([(ops.divide(s, float(every)), v) for s, (_, v) in zip(sums, pairs, strict=True)])
                for _, v in pairs:
                    accumulator = self.slot(self._accumulators, v)
                    accumulator.assign(ops.zeros_like(accumulator.value))
                return [scope.value_of(v) for v in affected]

        def wait() -> list[Any]:
            kept = {id(v): value for v, value in zip(affected, before, strict=True)}
            for s, (_, v) in zip(sums, pairs, strict=True):
                kept[id(self.slot(self._accumulators, v))] = s
            return [kept[id(v)] for v in affected]

        for v, value in zip(affected, ops.cond(due, update, wait), strict=True):
            v.assign(value)

    def _update_averages(self, variables: list[Variable]) -> None:
        first = ops.cast(ops.equal(self.iterations.value, 0), dtypes.floatx())
        momentum = ops.multiply(ops.subtract(1.0, first), self.ema_momentum)  # the first average is the value itself
        overwrite = None
        if self.ema_overwrite_frequency:
            overwrite = ops.equal(ops.mod(ops.add(self.iterations.value, 1), self.ema_overwrite_frequency), 0)
        for v in variables:
            average = self.slot(self._averages, v)
            kept = ops.cast(momentum, v.dtype)
            new = ops.add(ops.multiply(average.value, kept), ops.multiply(v.value, ops.subtract(1.0, kept)))
            average.assign(new)
            if overwrite is not None:
                v.assign(ops.where(overwrite, new, v.value))

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """With `use_ema`, replace the weights by their averages at the end of training."""
        if self.use_ema:
            for v in var_list:
                v.assign(self.slot(self._averages, v).value)

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the scale factor."""
        return ops.multiply(loss, self.loss_scale_factor) if self.loss_scale_factor else loss

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """The step as a pure function: ``trainable_variables, optimizer_variables`` after it, from the values before."""
        pairs = [
            *zip(self._trainable, trainable_variables, strict=True),
            *zip(self.variables, optimizer_variables, strict=True),
        ]
        with StatelessScope(pairs) as scope:
            self.apply(grads)
        return [scope.value_of(v) for v in self._trainable], [scope.value_of(v) for v in self.variables]

    # ---- configuration -----------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal optimizer, without its state."""
        rate = self._given_rate
        if isinstance(rate, float) and self._rate is not None:
            rate = float(self._rate.numpy())
        elif isinstance(rate, LearningRateSchedule):
            from polykeras.saving import serialize_keras_object

            rate = serialize_keras_object(rate)
        return {
            "name": self.name,
            "learning_rate": rate,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "clipvalue": self.clipvalue,
            "global_clipnorm": self.global_clipnorm,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
        """The optimizer that `get_config` described."""
        if isinstance(config.get("learning_rate"), dict):
            from polykeras.saving import deserialize_keras_object

            config = {**config, "learning_rate": deserialize_keras_object(config["learning_rate"], custom_objects)}
        return cls(**config)


def _scaled_to(gradient: Any, squares: Any, limit: float) -> Any:
    """`gradient` with the norm, the root of `squares`, brought down to `limit` if it is above."""
    norm = ops.sqrt(squares)
    return ops.multiply(gradient, ops.divide(limit, ops.maximum(norm, limit)))
