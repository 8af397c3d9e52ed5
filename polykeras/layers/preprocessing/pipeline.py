"""`Pipeline`: layers one after the other, as one layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import masking, saving
from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer


class Pipeline(Layer):
    """Calls layers one after the other, on what the one before gave. Unlike a `Sequential`, it is a layer and no model.

    Masks go from layer to layer.

    Args:
        layers: the layers.
        name: by default made from the class's name.
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None, **kwargs: Any) -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ArgumentError(f"Pipeline: layers must be a list of layers, got {layer!r} in it.")
        super().__init__(name=name, **kwargs)
        self._stack = list(layers)
        self.supports_masking = True

    @property
    def layers(self) -> list[Layer]:
        """The layers inside."""
        return list(self._stack)

    def build(self, input_shape: Any) -> None:
        """Build the layers, each for what the one before it gives."""
        shape = input_shape
        for layer in self._stack:
            if not layer.built:
                layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """The layers, one after the other."""
        x = inputs
        if mask is not None:
            masking.set_mask(x, mask)
        for layer in self._stack:
            x = layer(x)  # it sees by itself whether this is training
        return x

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The last layer has put a mask on what it gave, if there is one."""
        return None

    def get_config(self) -> dict[str, Any]:
        """The layers, and what every layer has."""
        return super().get_config() | {"layers": [saving.serialize_keras_object(layer) for layer in self._stack]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Pipeline:
        """The layer that `get_config` described, with new weights."""
        return cls(**config | {"layers": [saving.deserialize_keras_object(c) for c in config["layers"]]})
