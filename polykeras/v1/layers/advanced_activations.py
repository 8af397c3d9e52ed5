"""Activation functions with arguments, some of which are learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import Layer
from polykeras.variable import Variable


class _Activation(Layer):
    """Keeps masks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True


class LeakyReLU(_Activation):
    """`alpha` times what is negative."""

    def __init__(self, alpha: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return K.relu(x, alpha=self.alpha)


class ELU(_Activation):
    """``alpha * (exp(x) - 1)`` of what is negative."""

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return K.elu(x, self.alpha)


class ThresholdedReLU(_Activation):
    """`x` where it is above `theta`, else 0."""

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = theta

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return x * K.cast(K.greater(x, self.theta), K.dtype(x))


class _Learned(_Activation):
    """With arguments for each element of a sample, shared along some axes."""

    shared_axes: Any

    def _take(self, values: dict[str, Any]) -> None:
        adopt(self, values)
        axes = values["shared_axes"]
        self.shared_axes = None if axes is None else list(axes) if isinstance(axes, (list, tuple)) else [axes]

    def _argument(self, input_shape: Any, name: str, initializer: Any) -> Variable:
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        return self.add_weight(tuple(shape), initializer, name=f"{self.name}_{name}")


class PReLU(_Learned):
    """A learned factor of what is negative. He et al. 2015, arXiv:1502.01852."""

    def __init__(self, init: Any = "zero", weights: Any = None, shared_axes: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(locals())

    def build(self, input_shape: Any) -> None:
        """Make the factors."""
        self.alphas = self._argument(input_shape, "alphas", self.init)
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return K.relu(x) + self.alphas.value * (x - K.abs(x)) * 0.5


class ParametricSoftplus(_Learned):
    """``alpha * log(1 + exp(beta * x))`` with learned factors."""

    def __init__(
        self,
        alpha_init: Any = 0.2,
        beta_init: Any = 5.0,
        weights: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(locals())

    def build(self, input_shape: Any) -> None:
        """Make the factors."""
        self.alphas = self._argument(input_shape, "alphas", _full(self.alpha_init))
        self.betas = self._argument(input_shape, "betas", _full(self.beta_init))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return K.softplus(self.betas.value * x) * self.alphas.value


def _full(value: Any) -> Any:
    def initializer(shape: Any, name: str | None = None) -> Any:
        return K.variable(np.broadcast_to(np.asarray(value, "float32"), shape), name=name)

    return initializer


class SReLU(_Learned):
    """Three straight pieces with learned joints and slopes. Jin et al. 2015, arXiv:1512.07030."""

    def __init__(
        self,
        t_left_init: Any = "zero",
        a_left_init: Any = "glorot_uniform",
        t_right_init: Any = "glorot_uniform",
        a_right_init: Any = "one",
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(locals())

    def build(self, input_shape: Any) -> None:
        """Make joints and slopes."""
        self.t_left = self._argument(input_shape, "t_left", self.t_left_init)
        self.a_left = self._argument(input_shape, "a_left", self.a_left_init)
        self.t_right = self._argument(input_shape, "t_right", self.t_right_init)
        self.a_right = self._argument(input_shape, "a_right", self.a_right_init)
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        left = self.t_left.value
        width = K.abs(self.t_right)  # the right joint is never left of the left one
        middle = left + K.relu(x - left, self.a_left.value, width)
        return middle + K.relu(x - (left + width)) * self.a_right.value


__all__ = ["ELU", "LeakyReLU", "PReLU", "ParametricSoftplus", "SReLU", "ThresholdedReLU"]
