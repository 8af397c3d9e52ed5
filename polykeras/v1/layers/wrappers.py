"""Layers around other layers."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import InputSpec, Layer


class Wrapper(Layer):
    """Base class: the weights are those of `layer`."""

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.layer = layer

    def get_config(self) -> dict[str, Any]:
        """The configuration of the layer inside too."""
        from polykeras.v1.utils.layer_utils import described

        return super().get_config() | {"layer": described(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Layer:
        """The layer that `get_config` described."""
        from polykeras.v1.utils.layer_utils import layer_from_config

        config = dict(config)
        inner = layer_from_config(config.pop("layer"), custom_objects)
        return cls(inner, **config)


class TimeDistributed(Wrapper):
    """A layer at each step of ``(samples, steps, ...)``."""

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Build the layer inside for single steps."""
        if len(input_shape) < 3:
            raise ArgumentError(f"TimeDistributed: at least 3 axes were wanted, got shape {tuple(input_shape)}.")
        if not self.layer.built:
            self.layer.build((input_shape[0], *tuple(input_shape)[2:]))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The layer's outputs for all steps."""
        batch, steps, *rest = tuple(x.shape)
        y = self.layer(ops.reshape(x, (batch * steps, *rest)))
        return ops.reshape(y, (batch, steps, *tuple(y.shape)[1:]))


_MERGES = {
    "concat": lambda a, b: ops.concatenate([a, b], -1),
    "sum": ops.add,
    "mul": ops.multiply,
    "ave": lambda a, b: ops.divide(ops.add(a, b), 2.0),
    None: lambda a, b: [a, b],
}


class Bidirectional(Wrapper):
    """A recurrent layer forwards, and a copy backwards.

    Args:
        layer: the recurrent layer.
        merge_mode: ``"sum"``, ``"mul"``, ``"concat"``, ``"ave"``, or None for a list of both outputs.
        weights: values to start with, of the forward layer and then of the other.
    """

    def __init__(self, layer: Layer, merge_mode: str | None = "concat", weights: Any = None, **kwargs: Any) -> None:
        if merge_mode not in _MERGES:
            names = ", ".join(str(m) for m in _MERGES)
            raise ArgumentError(f"Bidirectional: merge_mode must be one of {names}, got {merge_mode!r}.")
        super().__init__(layer, **kwargs)
        self.merge_mode = merge_mode
        config = layer.get_config()
        self.forward_layer = type(layer).from_config({**config, "name": f"forward_{layer.name}"})
        backwards = not config.get("go_backwards", False)
        self.backward_layer = type(layer).from_config(
            {**config, "name": f"backward_{layer.name}", "go_backwards": backwards}
        )
        self.initial_weights = weights
        self.stateful, self.return_sequences = layer.stateful, layer.return_sequences
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=3)

    _unwalked_attributes = Wrapper._unwalked_attributes | {"layer"}

    def build(self, input_shape: Any) -> None:
        """Build both layers."""
        self.forward_layer.build(input_shape)
        self.backward_layer.build(input_shape)
        self.built = True

    def reset_states(self) -> None:
        """Set the states of both layers to zero."""
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    def compute_mask(self, input: Any, mask: Any = None) -> Any:
        """The steps that count, if all are returned."""
        if not self.return_sequences:
            return None
        return mask if self.merge_mode else [mask, mask]

    def call(self, x: Tensor, mask: Any = None) -> Any:
        """Both layers' outputs, merged."""
        there = self.forward_layer(x, mask=mask)
        back = self.backward_layer(x, mask=mask)
        if self.return_sequences:
            back = K.reverse(back, 1)
        return _MERGES[self.merge_mode](there, back)


__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]
