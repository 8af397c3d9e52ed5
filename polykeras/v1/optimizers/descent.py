"""Optimizers that keep at most running means of squares: `SGD`, `RMSprop`, `Adagrad`, `Adadelta`.

`RMSprop` and `Adagrad` add epsilon to the root; today's add it under the root.
"""

from __future__ import annotations

from typing import Any

from polykeras.optimizers.moments import averaged
from polykeras.v1 import backend as K
from polykeras.v1.optimizers.optimizer import Optimizer, projected


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
            updates.append(projected(p, p + self.momentum * v - lr * g if self.nesterov else p + v, constraints))
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
            new = averaged(a.value, K.square(g), self.rho)
            updates.append(K.update(a, new))
            updates.append(projected(p, p - lr * g / (K.sqrt(new) + self.epsilon), constraints))
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
            updates.append(projected(p, p - lr * g / (K.sqrt(new) + self.epsilon), constraints))
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
            new = averaged(a.value, K.square(g), self.rho)
            step = g * K.sqrt(d + self.epsilon) / K.sqrt(new + self.epsilon)
            updates.append(K.update(a, new))
            updates.append(projected(p, p - lr * step, constraints))
            updates.append(K.update(d, averaged(d.value, K.square(step), self.rho)))
        return updates
