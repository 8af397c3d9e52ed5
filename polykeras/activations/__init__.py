"""Activation functions by name: the ops of `polykeras.ops` and `linear`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.saving.lookup import look_up
from polykeras.saving.registration import get_registered_name

_FROM_OPS = (
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "log_sigmoid", "log_softmax", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
    "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh", "tanh_shrink", "threshold",
)  # fmt: skip


def linear(x: Any) -> Any:
    """x itself."""
    return x


def exponential(x: Any) -> Any:
    """e to the power x."""
    return ops.exp(x)


def mish(x: Any) -> Any:
    """``x * tanh(softplus(x))``; Misra 2019, arXiv:1908.08681."""
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """x above `threshold` (and at most `max_value`), ``negative_slope * (x - threshold)`` below it."""
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)
    below = ops.multiply(ops.subtract(x, threshold), negative_slope)
    y = ops.where(ops.greater(x, threshold), x, below)
    return y if max_value is None else ops.where(ops.less(y, max_value), y, max_value)


_TABLE: dict[str, Any] = {name: getattr(ops, name) for name in _FROM_OPS if name != "exponential"}
_TABLE.update(linear=linear, exponential=exponential, mish=mish, relu=relu)
globals().update(_TABLE)


def get(identifier: Any) -> Any:
    """The function that a name or callable stands for; None is `linear`."""
    return linear if identifier is None else look_up(identifier, _TABLE, "activation")


def serialize(activation: Any) -> Any:
    """The name of an activation function; a layer or object is described."""
    if hasattr(activation, "get_config"):
        from polykeras.saving import serialize_keras_object

        return serialize_keras_object(activation)
    return get_registered_name(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The activation that `serialize` described."""
    if custom_objects and isinstance(config, str) and config in custom_objects:
        return custom_objects[config]
    return get(config)


__all__ = [*_TABLE, "deserialize", "get", "serialize"]
