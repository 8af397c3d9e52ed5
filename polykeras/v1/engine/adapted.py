"""Layers of today in the form that Keras 1 had for layers."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras.v1.backend.common import layout
from polykeras.v1.engine.arguments import ordering
from polykeras.v1.engine.base_layer import Layer


class Adapted(Layer):
    """Base class of layers that are layers of today, with Keras 1's arguments.

    A subclass extends this class first and then the layer of today. Its constructor translates the arguments,
    ``super().__init__(today={...}, **kwargs)``, then makes attributes of its own ones; what is left to say is where
    Keras 1 does otherwise::

        class Permute(Adapted, modern.Permute):
            def __init__(self, dims, **kwargs):
                super().__init__(today={"dims": dims}, **kwargs)
    """

    keeps_masks: ClassVar[bool] = False  # whether the layer supports masks in Keras 1

    def __init__(self, today: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(today=today, **kwargs)
        self.supports_masking = self.keeps_masks

    def call(self, x: Any, mask: Any = None) -> Any:
        """What the layer of today computes."""
        return super(Layer, self).call(x)


class Spatial(Adapted):
    """Base class of adapted layers over sequences, images and volumes.

    A subclass hands `order`, its ``dim_ordering``, to this class's constructor: ``"tf"`` for sequences.
    """

    def __init__(self, order: str, today: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(today={**today, "data_format": layout(order)}, **kwargs)
        self.dim_ordering = ordering(order)
