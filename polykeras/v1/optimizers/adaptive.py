"""Optimizers that keep moving averages of the gradients: `Adam`, `Adamax`, `Nadam`."""

from __future__ import annotations

from typing import Any

from polykeras.optimizers.moments import adam_correction, averaged, bias
from polykeras.v1 import backend as K
from polykeras.v1.optimizers.optimizer import Optimizer, projected


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

    def _averages(self, g: Any, m: Any, v: Any) -> tuple[Any, Any]:
        """The next averages of a gradient and of its square."""
        return averaged(m.value, g, self.beta_1), averaged(v.value, K.square(g), self.beta_2)


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
        rate = lr * adam_correction(self.beta_1, self.beta_2, t)
        for p, g, m, v in rows:
            new_m, new_v = self._averages(g, m, v)
            updates += [K.update(m, new_m), K.update(v, new_v)]
            updates.append(projected(p, p - rate * new_m / (K.sqrt(new_v) + self.epsilon), constraints))
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
        rate = lr / bias(self.beta_1, t)
        for p, g, m, u in rows:
            new_m, new_u = averaged(m.value, g, self.beta_1), K.maximum(self.beta_2 * u, K.abs(g))
            updates += [K.update(m, new_m), K.update(u, new_u)]
            updates.append(projected(p, p - rate * new_m / (new_u + self.epsilon), constraints))
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
            new_m, new_v = self._averages(g, m, v)
            direction = (1.0 - now) * g / (1.0 - schedule) + then * new_m / (1.0 - following)
            spread = K.sqrt(new_v / bias(self.beta_2, t)) + self.epsilon
            updates += [K.update(m, new_m), K.update(v, new_v)]
            updates.append(projected(p, p - lr * direction / spread, constraints))
        return updates
