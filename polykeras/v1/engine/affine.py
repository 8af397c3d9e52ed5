"""What layers with a kernel `W` and a bias `b` share."""

from __future__ import annotations

from functools import partial
from typing import Any

from polykeras.errors import ShapeError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import Layer
from polykeras.variable import Variable


def with_input(kwargs: dict[str, Any], *sizes: int | None) -> dict[str, Any]:
    """Keywords with the ``input_shape`` that ``input_dim`` (the last of `sizes`) and ``input_length`` stand for."""
    if sizes[-1] and not {"input_shape", "batch_input_shape"} & set(kwargs):
        return {**kwargs, "input_shape": sizes}
    return kwargs


class AffineLayer(Layer):
    """A layer that makes weights by the arguments ``init``, ``W_regularizer``, ``b_constraint`` and so on."""

    init: Any
    bias: bool
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

    def _known(self, input_shape: Any, axis: int = -1) -> int:
        """The size along `axis`. Raises `ShapeError` if it is not known."""
        if input_shape[axis] is None:
            raise ShapeError(
                f"Layer {self.name!r} needs to know the size along axis {axis} of its input, got shape "
                f"{tuple(input_shape)}."
            )
        return int(input_shape[axis])


def plus(x: Tensor, bias: Variable | None, shape: Any = None) -> Tensor:
    """`x` plus a bias, if there is one, in the shape that broadcasts."""
    if bias is None:
        return x
    return x + (bias.value if shape is None else K.reshape(bias, shape))
