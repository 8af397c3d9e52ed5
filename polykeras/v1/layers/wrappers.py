"""Layers around other layers."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.layers.rnn.bidirectional import again, check_merge_mode, merge_directions
from polykeras.typing import Tensor
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.base_layer import InputSpec, Layer


class Wrapper(Adapted, modern.Wrapper):
    """Base class: the weights are those of `layer`."""

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(today={"layer": layer}, **kwargs)

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


class TimeDistributed(Wrapper, modern.TimeDistributed):
    """A layer at each step of ``(samples, steps, ...)``."""

    keeps_masks = True

    def call(self, x: Tensor, mask: Any = None) -> Any:
        """The layer's outputs for all steps. Keras 1 does not tell it of masks."""
        return modern.TimeDistributed.call(self, x)


class Bidirectional(Wrapper):
    """A recurrent layer forwards, and a copy backwards.

    It shares with today's what makes and merges the two, not the call: Keras 1's recurrent layers take no states there.

    Args:
        layer: the recurrent layer.
        merge_mode: ``"sum"``, ``"mul"``, ``"concat"``, ``"ave"``, or None for a list of both outputs.
        weights: values to start with, of the forward layer and then of the other.
    """

    keeps_masks = True

    def __init__(self, layer: Layer, merge_mode: str | None = "concat", weights: Any = None, **kwargs: Any) -> None:
        check_merge_mode(merge_mode)
        super().__init__(layer, **kwargs)
        self.merge_mode = merge_mode
        self.forward_layer: Any = again(layer, "forward_")
        self.backward_layer: Any = again(layer, "backward_", go_backwards=not layer.go_backwards)
        self.initial_weights = weights
        self.stateful, self.return_sequences = layer.stateful, layer.return_sequences
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
        there, back = (layer(x, mask=mask) for layer in (self.forward_layer, self.backward_layer))
        return merge_directions(self.merge_mode, there, back, self.return_sequences)


__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]
