"""What layers share whose outputs are ``activation(weighted sums + bias)``."""

from __future__ import annotations

from typing import Any

from polykeras import activations, constraints, initializers, ops, regularizers
from polykeras.layers.layer import Layer
from polykeras.logits import activated
from polykeras.typing import Tensor
from polykeras.variable import Variable


def keep_weight_options(layer: Any, name: str, initializer: Any, regularizer: Any, constraint: Any) -> None:
    """Set ``layer.{name}_initializer``, ``_regularizer`` and ``_constraint`` to the objects that are meant."""
    setattr(layer, f"{name}_initializer", initializers.get(initializer))
    setattr(layer, f"{name}_regularizer", regularizers.get(regularizer))
    setattr(layer, f"{name}_constraint", constraints.get(constraint))


def weight_options(layer: Any, name: str) -> dict[str, Any]:
    """What `keep_weight_options` kept for `name`, as arguments of `Layer.add_weight`."""
    return {option: getattr(layer, f"{name}_{option}") for option in ("initializer", "regularizer", "constraint")}


def with_bias(x: Tensor, bias: Variable | None, axis: int = -1) -> Tensor:
    """``x + bias``, if there is a bias: along the last axis or, if `axis` is 1, the one after the batch."""
    if bias is None:
        return x
    value = bias.value
    return ops.add(x, value if axis == -1 else ops.reshape(value, (-1, *(1,) * (len(x.shape) - 2))))


class BiasedLayer(Layer):
    """A layer that ends with ``activation(x + bias)``.

    A subclass calls `add_bias` in `build`, and returns ``self.finish(x)`` from `call`.

    Args:
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        bias_initializer: how the bias starts.
        bias_regularizer: a penalty on it.
        bias_constraint: what it is projected to after each update.
    """

    def __init__(
        self,
        *,
        activation: Any = None,
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        bias_regularizer: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        keep_weight_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)

    def add_bias(self, size: int) -> None:
        """Make `bias`, ``(size,)``, or None without one."""
        self.bias: Variable | None = None
        if self.use_bias:
            self.bias = self.add_weight((size,), **weight_options(self, "bias"), name="bias")

    def finish(self, x: Tensor, axis: int = -1) -> Tensor:
        """``activation(x + bias)``; see `with_bias`."""
        return activated(self.activation, with_bias(x, self.bias, axis))
