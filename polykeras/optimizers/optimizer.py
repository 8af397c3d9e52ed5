"""`Optimizer`: from gradients to new values of variables.

A subclass says how one variable changes:

    class Plain(Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            variable.assign(ops.subtract(variable.value, ops.multiply(gradient, learning_rate)))

and, if it remembers anything per variable, makes room for it in `build` with `add_optimizer_variables`. Everything
here runs on any backend, eagerly or inside compiled steps.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from polykeras import dtypes, initializers, ops
from polykeras.errors import ArgumentError, ShapeError, did_you_mean
from polykeras.graph.names import unique_name
from polykeras.optimizers import averaging, clipping
from polykeras.optimizers.accumulation import accumulate
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from polykeras.optimizers.state import OptimizerState
from polykeras.optimizers.weight_decay import WeightDecay
from polykeras.typing import Tensor
from polykeras.variable import StatelessScope, Variable


class Optimizer(OptimizerState):
    """Base class of all optimizers.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments. A compiled step calls such a
            function once, when it is traced.
        weight_decay: the fraction of each variable, times the learning rate, that is taken off before its update.
            Loshchilov and Hutter 2017, arXiv:1711.05101.
        clipnorm: the norm that each gradient is scaled down to.
        clipvalue: the absolute value that elements of gradients are clipped to.
        global_clipnorm: the norm that all gradients together are scaled down to. Only one of the three may be given.
        use_ema: keep exponential moving averages of the variables.
        ema_momentum: average = ema_momentum * average + (1 - ema_momentum) * variable.
        ema_overwrite_frequency: the variables become their averages every so many steps; None: only in
            `finalize_variable_values`.
        loss_scale_factor: gradients are divided by it, for a loss that `scale_loss` multiplied.
        gradient_accumulation_steps: variables change every so many steps, by the mean of the gradients since.
        name: by default made from the class's name.
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
        label = type(self).__name__
        if kwargs:
            hints = "".join(did_you_mean(k, _known_arguments(type(self))) for k in kwargs)
            raise ArgumentError(f"{label}: unknown argument(s) {', '.join(kwargs)}.{hints}")
        clipping.check(label, clipnorm, clipvalue, global_clipnorm)
        averaging.check(label, use_ema, ema_momentum, ema_overwrite_frequency)
        if gradient_accumulation_steps is not None and not gradient_accumulation_steps >= 2:
            raise ArgumentError(
                f"{label}: gradient_accumulation_steps must be an int of at least 2, or None, "
                f"got {gradient_accumulation_steps!r}."
            )
        super().__init__(name or unique_name(label))
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
        self._trainable_variables: list[Variable] = []
        self._positions: dict[int, int] = {}  # of the trainable variables, by id
        self._averages: list[Variable] = []
        self._accumulators: list[Variable] = []
        self._decay = WeightDecay()
        self._shared: dict[Hashable, Any] | None = None  # what the update steps of one `apply` have in common
        rate = self._accepted_rate(learning_rate)
        self._iterations = self.add_variable((), dtype="int32", name="iteration")
        if isinstance(rate, float):
            rate = self.add_variable((), initializers.Constant(rate), dtypes.floatx(), name="learning_rate")
        self._learning_rate = rate

    # ---- to override -------------------------------------------------------------------------------------------

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Assign the variable its new value. Gradient and learning rate have the variable's dtype."""
        raise ArgumentError(f"{type(self).__name__} defines no update_step(self, gradient, variable, learning_rate).")

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the optimizer's own variables for these; they go where these are."""
        if self.built:
            return
        self._trainable_variables = list(variables)
        self._number()
        for own in self._variables:
            if self._trainable_variables:
                own.move(self._trainable_variables[0].backend)
        if self.use_ema:
            self._averages = self.add_optimizer_variables(self._trainable_variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulators = self.add_optimizer_variables(self._trainable_variables, "gradient_accumulator")
        self.built = True

    def _number(self) -> None:
        self._positions = {id(v): i for i, v in enumerate(self._trainable_variables)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state of the optimizer that this one is a copy of; its variables are copies too."""
        self.__dict__.update(state)
        self._number()

    def _get_variable_index(self, variable: Variable) -> int:
        """Where `variable` stands among those that the optimizer was built for."""
        return self._positions[id(variable)]

    # ---- learning rate and step count --------------------------------------------------------------------------

    @property
    def iterations(self) -> Any:
        """Number of updates made."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations.value, self.gradient_accumulation_steps)
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate now: the variable that holds it, or what the schedule or function gives.

        It can be set to a number, which also changes what compiled steps do, to a schedule or to a function.
        """
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self.iterations)
        return self._learning_rate if isinstance(self._learning_rate, Variable) else self._learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        held, value = self._learning_rate, self._accepted_rate(value)
        if not isinstance(value, float):
            self._variables = [v for v in self._variables if v is not held]
            self._learning_rate = value
        elif isinstance(held, Variable):
            held.assign(value)
        else:
            raise ArgumentError(
                f"{self.name}: the learning rate follows {held!r} and cannot be set to the number {value!r}; make the "
                "optimizer with a number if it is to be set."
            )

    def _accepted_rate(self, value: Any) -> Any:
        """`value` as a float, a schedule or a function."""
        if isinstance(value, dict):
            from polykeras.optimizers import schedules

            value = schedules.deserialize(value)
        if isinstance(value, LearningRateSchedule) or (callable(value) and not hasattr(value, "shape")):
            return value
        if isinstance(value, (int, float, np.generic)) and not isinstance(value, bool):
            return float(value)
        if getattr(value, "shape", None) == ():
            return float(ops.convert_to_numpy(value))
        raise ArgumentError(
            f"{type(self).__name__}: learning_rate must be a number, a LearningRateSchedule or a function without "
            f"arguments, got {value!r}."
        )

    def _rate_in(self, dtype: str) -> Tensor:
        """The learning rate now, in `dtype`; computed once for all variables of a step."""
        rate = self.shared("rate", lambda: ops.convert_to_tensor(self.learning_rate))
        return self.shared(("rate", dtype), lambda: rate if ops.dtype(rate) == dtype else ops.cast(rate, dtype))

    def descent(self, rate: Tensor, dtype: str) -> Tensor:
        """``-rate`` in `dtype`; computed once for all variables of a step."""
        return self.shared(("descent", dtype), lambda: ops.negative(rate))

    def step_scalar(self, key: Hashable, dtype: str, compute: Callable[[Tensor], Tensor]) -> Tensor:
        """``compute(t)`` in `dtype`, t being the number of this update, from 1; done once for all variables of a step.

        In half precision `compute` gets float32: powers of numbers close to 1 need more digits than that has.
        """

        def value() -> Tensor:
            working = "float64" if dtype == "float64" else "float32"
            result = compute(ops.cast(ops.add(self.iterations, 1), working))
            return result if ops.dtype(result) == dtype else ops.cast(result, dtype)

        return self.shared((key, dtype), value)

    def shared(self, key: Hashable, compute: Callable[[], Tensor]) -> Tensor:
        """``compute()``, done once for all the variables that change in one call of `apply`."""
        if self._shared is None:
            return compute()
        if key not in self._shared:
            self._shared[key] = compute()
        return self._shared[key]

    # ---- updates -----------------------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """`apply` for pairs of gradient and variable; returns the step count."""
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self._iterations

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Change the variables, by default those that the optimizer was built for, by one gradient each.

        A gradient of None leaves its variable as it is. Raises `ArgumentError` for a wrong number of gradients, for
        None only, and for variables that the optimizer was not built for; `ShapeError` for a gradient of another shape
        than its variable's.
        """
        variables = list(self._trainable_variables if trainable_variables is None else trainable_variables)
        if not self.built:
            self.build(variables)
        gradients, variables = self._present(list(grads), variables)
        if self.loss_scale_factor is not None:
            gradients = [ops.divide(g, self.loss_scale_factor) for g in gradients]
        if self.gradient_accumulation_steps:
            accumulate(self, gradients, variables, self._accumulators, self.gradient_accumulation_steps)
        else:
            self._update(gradients, variables)
        if self.use_ema:
            averaging.update(self, self._trainable_variables, self._averages)
        for v in variables:
            if v.constraint is not None:
                v.assign(v.constraint(v.value))
        self._iterations.assign_add(1)

    def _check_known(self, gradients: Sequence[Any], variables: Sequence[Variable]) -> None:
        """Raise `ArgumentError` unless there is a gradient for each of the variables, and all of them are known."""
        if len(gradients) != len(variables):
            raise ArgumentError(f"{self.name}: {len(gradients)} gradients for {len(variables)} variables.")
        for v in variables:
            if id(v) not in self._positions:
                raise ArgumentError(
                    f"{self.name}: the variable {v.path!r} is not among the {len(self._positions)} that the optimizer "
                    "was built for. Call build() with all variables first, or use a new optimizer."
                )

    def _present(self, gradients: list[Any], variables: list[Variable]) -> tuple[list[Tensor], list[Variable]]:
        """The gradients that are not None, in the dtypes of their variables, and these."""
        self._check_known(gradients, variables)
        found: list[Tensor] = []
        for g, v in zip(gradients, variables):
            if g is None:
                continue
            g = ops.convert_to_tensor(g, v.dtype)
            if tuple(g.shape) != v.shape:
                raise ShapeError(f"{self.name}: gradient of shape {tuple(g.shape)} for {v.path!r} of shape {v.shape}.")
            found.append(g)
        if len(found) == len(variables):
            return found, variables
        missing = ", ".join(v.path for g, v in zip(gradients, variables) if g is None)
        if not found:
            raise ArgumentError(f"{self.name}: there is no gradient for any of the variables: {missing}.")
        warnings.warn(f"{self.name}: no gradients for {missing}.", UserWarning, stacklevel=3)
        return found, [v for g, v in zip(gradients, variables) if g is not None]

    def _update(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        """One update by these gradients: clipping, weight decay, and each variable's step."""
        gradients = clipping.clip(gradients, self.clipnorm, self.clipvalue, self.global_clipnorm)
        self._shared = {}
        try:
            self._apply_weight_decay(variables)
            for g, v in zip(gradients, variables):
                self.update_step(g, v, self._rate_in(v.dtype))
        finally:
            self._shared = None

    def _apply_weight_decay(self, variables: Sequence[Variable]) -> None:
        if self.weight_decay is not None:
            self._decay.apply(variables, self.weight_decay, self._rate_in)

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """`apply` as a pure function of values: ``trainable_variables, optimizer_variables`` after the step."""
        if not self.built:
            raise ArgumentError(f"{self.name}: call build(variables) before stateless_apply().")
        for what, given, own in (
            ("optimizer_variables", optimizer_variables, self.variables),
            ("trainable_variables", trainable_variables, self._trainable_variables),
        ):
            if len(given) != len(own):
                raise ArgumentError(f"{self.name}: {what} must hold {len(own)} values, got {len(given)}.")
        trained, own = self._trainable_variables, self.variables
        with StatelessScope([*zip(trained, trainable_variables), *zip(own, optimizer_variables)]) as scope:
            self.apply(grads)
            return [scope.value_of(v) for v in trained], [scope.value_of(v) for v in own]

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss to differentiate: times `loss_scale_factor` if there is one."""
        return loss if self.loss_scale_factor is None else ops.multiply(loss, self.loss_scale_factor)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Do not decay these variables, nor those in whose path one of the regular expressions is found."""
        self._decay.exclude(var_list, var_names)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """At the end of training: the variables become their moving averages, if these are kept."""
        if self.use_ema:
            for v in var_list:
                if id(v) in self._positions:
                    v.assign(self._averages[self._get_variable_index(v)].value)

    # ---- for subclasses of users -------------------------------------------------------------------------------

    def assign(self, variable: Variable, value: Any) -> None:
        """``variable.assign(value)``."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """``variable.assign_add(value)``."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """``variable.assign_sub(value)``."""
        variable.assign_sub(value)

    # ---- configuration ----------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        rate = self._learning_rate
        if isinstance(rate, Variable):
            described: Any = float(rate.numpy())
        else:
            from polykeras import saving

            described = saving.serialize_keras_object(rate)
        own = getattr(type(self).__init__, "own_arguments", ())
        return {
            "name": self.name,
            "learning_rate": described,
            **{name: getattr(self, name) for name in (*shared_defaults(), *own)},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
        """The optimizer that `get_config` described."""
        rate = config.get("learning_rate")
        if isinstance(rate, dict):
            from polykeras import saving

            config = {**config, "learning_rate": saving.deserialize_keras_object(rate, custom_objects)}
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def shared_defaults() -> dict[str, Any]:
    """The arguments that all optimizers have beside learning rate and name, with their defaults."""
    parameters = inspect.signature(Optimizer).parameters
    return {name: p.default for name, p in parameters.items() if name not in ("learning_rate", "name", "kwargs")}


def _known_arguments(cls: type[Optimizer]) -> list[str]:
    return [name for name in inspect.signature(cls).parameters if name != "kwargs"]
