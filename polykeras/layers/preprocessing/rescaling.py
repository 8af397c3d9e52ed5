"""`Rescaling`: another unit for the inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import config, dtypes, ops
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class Rescaling(Layer):
    """``inputs * scale + offset``, as floats: ``Rescaling(1 / 127.5, -1)`` brings bytes to -1 to 1.

    Args:
        scale, offset: numbers, or one for each channel.
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True

    def _aligned(self, value: Any) -> np.ndarray:
        """`value` as an ndarray, which joins the backend of the inputs."""
        numbers = np.asarray(ops.convert_to_numpy(value) if hasattr(value, "shape") else value)
        if numbers.ndim and config.image_data_format() == "channels_first":
            numbers = numbers.reshape(numbers.shape + (1,) * (3 - numbers.ndim))
        return numbers.astype(dtypes.numpy_dtype(self.compute_dtype))

    def call(self, inputs: Tensor) -> Tensor:
        """The rescaled inputs."""
        x = ops.cast(inputs, self.compute_dtype)
        return ops.add(ops.multiply(x, self._aligned(self.scale)), self._aligned(self.offset))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        from polykeras.saving import serialize_keras_object

        return super().get_config() | {
            "scale": serialize_keras_object(self.scale),
            "offset": serialize_keras_object(self.offset),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Rescaling:
        """The layer that `get_config` described."""
        from polykeras.saving import deserialize_keras_object

        numbers = {k: deserialize_keras_object(config[k]) for k in ("scale", "offset") if k in config}
        return cls(**(config | numbers))
