"""`SpatialDropout1D`, `SpatialDropout2D`, `SpatialDropout3D`: dropout of whole channels."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import random
from polykeras.layers.configuration import arguments_of, fraction
from polykeras.layers.convolutional.geometry import standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.regularization.random_layer import RandomLayer
from polykeras.typing import Tensor


class BaseSpatialDropout(RandomLayer):
    """In training, sets a fraction `rate` of the channels of each sample to 0, everywhere; divides others by ``1 - rate``.

    Neighbours in space or time are alike, so that `Dropout` would hide little (Tompson et al. 2015, "Efficient object
    localization using convolutional networks").

    Args:
        rate: from 0 to 1.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        seed: an int for the same masks in every run.
    """

    rank: ClassVar[int]

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fraction(type(self), "rate", rate) > 0, seed, name=name, dtype=dtype, **kwargs)
        self.rate = rate
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs, some channels dropped."""
        shape: list[int | None] = [None] + [1] * (self.rank + 1)
        shape[-1 if self.data_format == "channels_last" else 1] = None
        return random.dropout(inputs, self.rate, shape, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        without = ("dtype", "data_format") if self.rank == 1 else ("dtype",)
        config = super().get_config() | arguments_of(self, BaseSpatialDropout, without)
        del config["trainable"]  # Keras's constructor does not take it
        return config


class SpatialDropout1D(BaseSpatialDropout):
    """Dropout of whole channels of sequences: inputs ``(batch, steps, channels)``. See `BaseSpatialDropout`."""

    rank = 1

    def __init__(
        self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, "channels_last", seed, name, dtype, **kwargs)


class SpatialDropout2D(BaseSpatialDropout):
    """Dropout of whole channels of images: inputs ``(batch, height, width, channels)``. See `BaseSpatialDropout`."""

    rank = 2


class SpatialDropout3D(BaseSpatialDropout):
    """Dropout of whole channels of volumes: inputs ``(batch, depth, height, width, channels)``.

    See `BaseSpatialDropout`.
    """

    rank = 3
