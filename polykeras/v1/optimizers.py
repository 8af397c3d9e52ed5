"""Keras 1.2.2's optimizers.

An optimizer says, in `get_updates`, what becomes of the parameters and of its own variables, in symbolic tensors: once,
when it meets the parameters. Each step computes all new values from those before it, then assigns them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import optimizers as modern
from polykeras.errors import ArgumentError, did_you_mean
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.backend.evaluation import compute, nodes_for
from polykeras.v1.backend.variables import ReadVariable
from polykeras.v1.utils.generic_utils import get_custom_objects, get_from_module
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
            norm = K.sqrt(sum(K.sum(K.square(g)) for g in given))
            given = [clip_norm(g, self.clipnorm, norm) for g in given]
        if self.clipvalue is not None and self.clipvalue > 0:
            given = [K.clip(g, -self.clipvalue, self.clipvalue) for g in given]
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


def _projected(p: Any, new: Any, constraints: Any) -> tuple[Any, Any]:
    return K.update(p, constraints[p](new) if p in constraints else new)


class SGD(Optimizer):
    """Gradient descent with momentum, Nesterov's if asked for."""

    hyperparameters = ("lr", "momentum", "decay", "nesterov")

    def __init__(
        self, lr: float = 0.01, momentum: float = 0.0, decay: float = 0.0, nesterov: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._hold(iterations=0.0, lr=lr, momentum=momentum, decay=decay)
        self.initial_decay, self.nesterov = decay, nesterov

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """``v = momentum * v - lr * g; p = p + v``."""
        gradients = self.get_gradients(loss, params)
        lr, updates = self._decayed()
        moments = self._kept(params)
        self.weights = [self.iterations, *moments]
        for p, g, m in zip(params, gradients, moments, strict=True):
            v = self.momentum * m - lr * g
            updates.append(K.update(m, v))
            updates.append(_projected(p, p + self.momentum * v - lr * g if self.nesterov else p + v, constraints))
        return updates


class RMSprop(Optimizer):
    """Gradients over the root of their moving mean square. Hinton, Coursera lecture 6e."""

    hyperparameters = ("lr", "rho", "decay", "epsilon")

    def __init__(
        self, lr: float = 0.001, rho: float = 0.9, epsilon: float = 1e-8, decay: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._hold(lr=lr, rho=rho, decay=decay, iterations=0.0)
        self.initial_decay, self.epsilon = decay, epsilon

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """``a = rho * a + (1 - rho) * g^2; p = p - lr * g / (sqrt(a) + epsilon)``."""
        gradients = self.get_gradients(loss, params)
        lr, updates = self._decayed()
        self.weights = self._kept(params)
        for p, g, a in zip(params, gradients, self.weights, strict=True):
            new = self.rho * a + (1.0 - self.rho) * K.square(g)
            updates.append(K.update(a, new))
            updates.append(_projected(p, p - lr * g / (K.sqrt(new) + self.epsilon), constraints))
        return updates


class Adagrad(Optimizer):
    """Gradients over the root of the sum of their squares. Duchi et al. 2011."""

    hyperparameters = ("lr", "decay", "epsilon")

    def __init__(self, lr: float = 0.01, epsilon: float = 1e-8, decay: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hold(lr=lr, decay=decay, iterations=0.0)
        self.initial_decay, self.epsilon = decay, epsilon

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """``a = a + g^2; p = p - lr * g / (sqrt(a) + epsilon)``."""
        gradients = self.get_gradients(loss, params)
        lr, updates = self._decayed()
        self.weights = self._kept(params)
        for p, g, a in zip(params, gradients, self.weights, strict=True):
            new = a + K.square(g)
            updates.append(K.update(a, new))
            updates.append(_projected(p, p - lr * g / (K.sqrt(new) + self.epsilon), constraints))
        return updates


class Adadelta(Optimizer):
    """Steps as large as earlier ones. Zeiler 2012, arXiv:1212.5701."""

    hyperparameters = ("lr", "rho", "decay", "epsilon")

    def __init__(
        self, lr: float = 1.0, rho: float = 0.95, epsilon: float = 1e-8, decay: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._hold(lr=lr, decay=decay, iterations=0.0)
        self.initial_decay, self.rho, self.epsilon = decay, rho, epsilon

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """Algorithm 1 of the paper."""
        gradients = self.get_gradients(loss, params)
        lr, updates = self._decayed()
        squares, steps = self._kept(params), self._kept(params)
        self.weights = squares + steps
        for p, g, a, d in zip(params, gradients, squares, steps, strict=True):
            new = self.rho * a + (1.0 - self.rho) * K.square(g)
            step = g * K.sqrt(d + self.epsilon) / K.sqrt(new + self.epsilon)
            updates.append(K.update(a, new))
            updates.append(_projected(p, p - lr * step, constraints))
            updates.append(K.update(d, self.rho * d + (1 - self.rho) * K.square(step)))
        return updates


class _Moments(Optimizer):
    """Two moving averages of each gradient, and a count of steps."""

    def __init__(self, lr: float, beta_1: float, beta_2: float, epsilon: float, decay: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._hold(iterations=0.0, lr=lr, beta_1=beta_1, beta_2=beta_2, decay=decay)
        self.initial_decay, self.epsilon = decay, epsilon

    def _begin(self, params: Any, loss: Any) -> tuple[Any, Any, list[Any], Any]:
        gradients = self.get_gradients(loss, params)
        lr, _ = self._decayed()
        ms, vs = self._kept(params), self._kept(params)
        self.weights = [self.iterations, *ms, *vs]
        return lr, self.iterations + 1, [K.update_add(self.iterations, 1)], zip(params, gradients, ms, vs, strict=True)

    def _average(self, m: Any, g: Any) -> Any:
        return self.beta_1 * m + (1.0 - self.beta_1) * g


class Adam(_Moments):
    """Kingma and Ba 2014, arXiv:1412.6980."""

    hyperparameters = ("lr", "beta_1", "beta_2", "decay", "epsilon")

    def __init__(
        self,
        lr: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        decay: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(lr, beta_1, beta_2, epsilon, decay, **kwargs)

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """The update of section 2 of the paper, in its more efficient order."""
        lr, t, updates, rows = self._begin(params, loss)
        rate = lr * K.sqrt(1.0 - K.pow(self.beta_2, t)) / (1.0 - K.pow(self.beta_1, t))
        for p, g, m, v in rows:
            new_m = self._average(m, g)
            new_v = self.beta_2 * v + (1.0 - self.beta_2) * K.square(g)
            updates += [K.update(m, new_m), K.update(v, new_v)]
            updates.append(_projected(p, p - rate * new_m / (K.sqrt(new_v) + self.epsilon), constraints))
        return updates


class Adamax(_Moments):
    """Adam by the infinity norm; section 7 of the Adam paper."""

    hyperparameters = ("lr", "beta_1", "beta_2", "decay", "epsilon")

    def __init__(
        self,
        lr: float = 0.002,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        decay: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(lr, beta_1, beta_2, epsilon, decay, **kwargs)

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """Algorithm 2 of the paper."""
        lr, t, updates, rows = self._begin(params, loss)
        rate = lr / (1.0 - K.pow(self.beta_1, t))
        for p, g, m, u in rows:
            new_m, new_u = self._average(m, g), K.maximum(self.beta_2 * u, K.abs(g))
            updates += [K.update(m, new_m), K.update(u, new_u)]
            updates.append(_projected(p, p - rate * new_m / (new_u + self.epsilon), constraints))
        return updates


class Nadam(_Moments):
    """Adam with Nesterov's momentum, whose schedule warms up. Dozat 2015."""

    hyperparameters = ("lr", "beta_1", "beta_2", "epsilon", "schedule_decay")

    def __init__(
        self,
        lr: float = 0.002,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        schedule_decay: float = 0.004,
        **kwargs: Any,
    ) -> None:
        super().__init__(lr, beta_1, beta_2, epsilon, 0.0, **kwargs)
        self.schedule_decay = schedule_decay
        self.m_schedule = K.variable(1.0, name="m_schedule")

    def get_updates(self, params: Any, constraints: Any, loss: Any) -> list[Any]:
        """The algorithm of the report."""
        lr, t, updates, rows = self._begin(params, loss)
        now, then = (self.beta_1 * (1.0 - 0.5 * K.pow(0.96, at * self.schedule_decay)) for at in (t, t + 1))
        schedule = self.m_schedule * now
        following = schedule * then
        updates.append(K.update(self.m_schedule, schedule))
        for p, g, m, v in rows:
            new_m = self._average(m, g)
            new_v = self.beta_2 * v + (1.0 - self.beta_2) * K.square(g)
            direction = (1.0 - now) * g / (1.0 - schedule) + then * new_m / (1.0 - following)
            spread = K.sqrt(new_v / (1.0 - K.pow(self.beta_2, t))) + self.epsilon
            updates += [K.update(m, new_m), K.update(v, new_v)]
            updates.append(_projected(p, p - lr * direction / spread, constraints))
        return updates


class TFOptimizer(Optimizer):
    """One of today's optimizers of polykeras, in the place where Keras 1 took one of TensorFlow's."""

    def __init__(self, optimizer: modern.Optimizer) -> None:
        super().__init__()
        if not isinstance(optimizer, modern.Optimizer):
            raise ArgumentError(f"TFOptimizer: an optimizer of polykeras was wanted, got {type(optimizer).__name__}.")
        self.optimizer = optimizer

    def build(self, variables: Sequence[Variable]) -> None:
        """Build the other optimizer."""
        self.optimizer.build(variables)
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """The other optimizer's."""
        return list(self.optimizer.variables)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """One step of the other optimizer."""
        self.optimizer.apply(grads, trainable_variables)

    def get_config(self) -> dict[str, Any]:
        """Refused, as in Keras 1."""
        raise ArgumentError("TFOptimizer has no configuration.")


sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam = SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam
_TABLE = {c.__name__.lower(): c for c in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam)}


def optimizer_from_config(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
    """The optimizer of ``{"class_name": ..., "config": ...}``."""
    name = config["class_name"]
    cls = {**get_custom_objects(), **(custom_objects or {})}.get(name) or _TABLE.get(name.lower())
    if cls is None:
        raise ArgumentError(f"There is no optimizer named {name!r}.{did_you_mean(name, _TABLE)}")
    found: Optimizer = cls.from_config(config["config"])
    return found


def get(identifier: Any, kwargs: dict[str, Any] | None = None) -> Any:
    """The optimizer that a name or a configuration stands for; one of polykeras' own is taken too."""
    if isinstance(identifier, modern.Optimizer) and not isinstance(identifier, Optimizer):
        return TFOptimizer(identifier)
    if isinstance(identifier, str):
        identifier = identifier.lower() if identifier not in get_custom_objects() else identifier
    return get_from_module(identifier, _TABLE, "optimizer", instantiate=True, kwargs=kwargs)
