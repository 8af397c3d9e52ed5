"""`Wrapper`: a layer around another."""

from __future__ import annotations

from typing import Any

from polykeras import saving
from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer


class Wrapper(Layer):
    """Base class of layers that change what another layer does, such as `TimeDistributed` and `Bidirectional`.

    A subclass defines ``call`` on ``self.layer``. A `build` of its own calls that of this class first.

    Args:
        layer: the layer inside.
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ArgumentError(f"{type(self).__name__}: layer must be a layer, got {layer!r}.")
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside for inputs of the same shape."""
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The layer inside, and what every layer has."""
        return super().get_config() | {"layer": saving.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Wrapper:
        """The layer that `get_config` described; `config` itself stays as it is."""
        layer = saving.deserialize_keras_object(config["layer"], custom_objects)
        return cls(layer, **{name: value for name, value in config.items() if name != "layer"})
