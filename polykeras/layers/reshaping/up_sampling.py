"""`UpSampling1D`, `UpSampling2D`, `UpSampling3D`: more elements along the spatial axes."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of
from polykeras.layers.convolutional.geometry import sizes, standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class BaseUpSampling(Layer):
    """Repeats each element along each spatial axis.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        size: how many times: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    rank: ClassVar[int]

    def __init__(self, size: Any = 2, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size: Any = sizes(type(self), "size", size, self.rank)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, repeated."""
        for axis, times in enumerate(self.size, 1 if self.data_format == "channels_last" else 2):
            inputs = ops.repeat(inputs, times, axis=axis) if times > 1 else inputs
        return inputs


class UpSampling1D(BaseUpSampling):
    """Repeats each step: inputs ``(batch, steps, channels)``.

    Args:
        size: how many times.
    """

    rank = 1

    def __init__(self, size: Any = 2, **kwargs: Any) -> None:
        super().__init__(size, "channels_last", **kwargs)
        (self.size,) = self.size

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, repeated."""
        return ops.repeat(inputs, self.size, axis=1)

    def get_config(self) -> dict[str, Any]:
        """The size."""
        return super().get_config() | arguments_of(self, UpSampling1D)


class UpSampling2D(BaseUpSampling):
    """Images of a multiple of the height and the width: inputs ``(batch, height, width, channels)``.

    Args:
        size: the factors: an int, or a pair.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        interpolation: ``"nearest"`` repeats the pixels; the others, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` and
            ``"lanczos5"``, are those of `ops.image.resize`.
    """

    rank = 2

    def __init__(
        self, size: Any = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **kwargs: Any
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        self.interpolation = interpolation.lower() if isinstance(interpolation, str) else interpolation
        if self.interpolation not in INTERPOLATIONS:
            raise ArgumentError(
                f"UpSampling2D: interpolation must be one of {', '.join(INTERPOLATIONS)}, got {interpolation!r}."
            )

    def call(self, inputs: Tensor) -> Tensor:
        """The larger images."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        shape = tuple(inputs.shape)
        spatial = shape[1:3] if self.data_format == "channels_last" else shape[2:]
        wanted = tuple(n * times for n, times in zip(spatial, self.size, strict=True))
        return ops.image.resize(inputs, wanted, self.interpolation, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, UpSampling2D)


class UpSampling3D(BaseUpSampling):
    """Repeats the elements of volumes: inputs ``(batch, depth, height, width, channels)``. See `BaseUpSampling`."""

    rank = 3

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseUpSampling)
