"""Layers whose outputs are weighted sums of all inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import layers as modern
from polykeras import ops
from polykeras.layers.base.biased import with_bias
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.affine import AffineLayer, with_input
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import InputSpec


class Dense(AffineLayer, Adapted, modern.Dense):
    """``activation(x W + b)``.

    Args:
        output_dim: number of outputs.
        init: how `W` starts.
        activation: a name or a function.
        weights: values to start with.
        W_regularizer, b_regularizer, activity_regularizer: penalties.
        W_constraint, b_constraint: what the weights are projected to.
        bias: whether there is a `b`.
        input_dim: number of inputs, for the first layer of a model.
    """

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(today={"units": output_dim}, **with_input(kwargs, input_dim))
        adopt(self, locals())

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        self.input_dim = self._known(input_shape)
        self.W = self._kernel((self.input_dim, self.output_dim))
        self.b = self._bias((self.output_dim,))
        self.built = True


class TimeDistributedDense(Dense):
    """`Dense` at each step of ``(samples, steps, features)``. For the arguments see `Dense`."""

    keeps_masks = True

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(output_dim, **with_input(kwargs, input_length, input_dim))
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        given = self.input_dim
        super().build(input_shape)
        self.input_dim = given


class MaxoutDense(AffineLayer):
    """The largest of `nb_feature` linear functions. For the other arguments see `Dense`. Goodfellow et al. 2013."""

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_dim))
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        self.W = self._kernel((self.nb_feature, self._known(input_shape), self.output_dim))
        self.b = self._bias((self.nb_feature, self.output_dim))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The largest function's value."""
        return ops.max(with_bias(K.dot(x, self.W), self.b), axis=1)


class Highway(AffineLayer):
    """``t * activation(x W + b) + (1 - t) * x`` with a gate t of its own. Srivastava et al. 2015, arXiv:1505.00387.

    For the arguments see `Dense`; `transform_bias` is what the gate's bias starts with.
    """

    def __init__(
        self,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        self._transform_bias = float(kwargs.pop("transform_bias", 1.0))
        super().__init__(**with_input(kwargs, input_dim))
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the weights of the function and of the gate."""
        n = self._known(input_shape)
        self.W = self._kernel((n, n))
        self.W_carry = self.add_weight((n, n), self.init, name=f"{self.name}_W_carry")
        self.b, self.b_carry = self._bias((n,)), None
        if self.bias:
            start = self._transform_bias

            def full(shape: Any, name: str | None = None) -> Any:
                return K.variable(np.full(shape, start), name=name)

            self.b_carry = self.add_weight((n,), full, name=f"{self.name}_b_carry")
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The mixture of the function's value and the input."""
        gate = ops.sigmoid(with_bias(K.dot(x, self.W_carry), self.b_carry))
        return self.finish(K.dot(x, self.W)) * gate + (1 - gate) * x
