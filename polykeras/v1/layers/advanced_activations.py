"""Activation functions with arguments, some of which are learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import layers as modern
from polykeras import ops
from polykeras.layers.activations.prelu import axes_to_share, learnt_shape
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import Layer
from polykeras.variable import Variable


class LeakyReLU(Adapted, modern.LeakyReLU):
    """`alpha` times what is negative."""

    keeps_masks = True

    def __init__(self, alpha: float = 0.3, **kwargs: Any) -> None:
        super().__init__(today={"negative_slope": alpha}, **kwargs)
        self.alpha = alpha


class ELU(Adapted, modern.ELU):
    """``alpha * (exp(x) - 1)`` of what is negative."""

    keeps_masks = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(today={"alpha": alpha}, **kwargs)


class ThresholdedReLU(Layer):
    """`x` where it is above `theta`, else 0. Today's `ReLU` lets `theta` itself pass."""

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = theta
        self.supports_masking = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return ops.threshold(x, self.theta, 0.0)


class _Learned(Layer):
    """With arguments for each element of a sample, shared along some axes."""

    def _take(self, values: dict[str, Any]) -> None:
        adopt(self, values)
        self.shared_axes = axes_to_share(type(self), values["shared_axes"])
        self.supports_masking = True

    def _argument(self, input_shape: Any, name: str, initializer: Any) -> Variable:
        return self.add_weight(learnt_shape(self, input_shape), initializer, name=f"{self.name}_{name}")


class PReLU(_Learned, Adapted, modern.PReLU):
    """A learned factor of what is negative. He et al. 2015, arXiv:1502.01852."""

    def __init__(self, init: Any = "zero", weights: Any = None, shared_axes: Any = None, **kwargs: Any) -> None:
        super().__init__(today={}, **kwargs)
        self._take(locals())

    def build(self, input_shape: Any) -> None:
        """Make the factors."""
        self.alphas = self.alpha = self._argument(input_shape, "alphas", self.init)
        self.built = True


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
