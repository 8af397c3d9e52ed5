"""What layers with a kernel `W` and a bias `b` share."""

from __future__ import annotations

from functools import partial
from typing import Any

from polykeras.layers.base.biased import with_bias
from polykeras.layers.configuration import known_size
from polykeras.typing import Tensor
from polykeras.v1.engine.base_layer import Layer
from polykeras.variable import Variable


def with_input(kwargs: dict[str, Any], *sizes: int | None) -> dict[str, Any]:
    """Keywords with the ``input_shape`` that ``input_dim`` (the last of `sizes`) and ``input_length`` stand for."""
    if sizes[-1] and not {"input_shape", "batch_input_shape"} & set(kwargs):
        return {**kwargs, "input_shape": sizes}
    return kwargs


class AffineLayer(Layer):
    """A layer that makes weights by the arguments ``init``, ``W_regularizer``, ``b_constraint`` and so on.

    What computes with a kernel and a bias in a layer of today finds `W` and `b` here: its own attribute `bias` is an
    argument in Keras 1.
    """

    init: Any
    activation: Any
    bias: Any  # whether there is a bias
    W: Variable
    b: Variable | None = None

    def _kernel(self, shape: Any, prefix: str = "W", name: str | None = None, ordering: str | None = None) -> Variable:
        """A new kernel, with the penalties and constraints whose arguments begin with `prefix`."""
        initializer = self.init if ordering is None else partial(self.init, dim_ordering=ordering)
        return self.add_weight(
            shape,
            initializer,
            name=f"{self.name}_{name or prefix}",
            regularizer=getattr(self, f"{prefix}_regularizer", None),
            constraint=getattr(self, f"{prefix}_constraint", None),
        )

    def _bias(self, shape: Any, name: str = "b", initializer: Any = "zero") -> Variable | None:
        """A new bias; None if the layer has none."""
        if not getattr(self, "bias", True):
            return None
        return self.add_weight(
            shape,
            initializer,
            name=f"{self.name}_{name}",
            regularizer=getattr(self, "b_regularizer", None),
            constraint=getattr(self, "b_constraint", None),
        )

    def low_rank_value(self) -> Tensor:
        """The kernel that today's layer computes with."""
        return self.W.value

    def finish(self, x: Tensor, axis: int = -1) -> Tensor:
        """``activation(x + b)``; today's layer ends with it."""
        return self.activation(with_bias(x, self.b, axis))

    _known = known_size
