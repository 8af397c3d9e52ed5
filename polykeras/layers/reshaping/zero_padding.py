"""`ZeroPadding1D`, `ZeroPadding2D`, `ZeroPadding3D`: zeros around the inputs."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.reshaping.borders import BorderLayer
from polykeras.typing import Tensor


class BaseZeroPadding(BorderLayer):
    """Puts zeros at both ends of each spatial axis.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        padding: an int for all sides; or for each spatial axis an int for both ends, or a pair (before, after).
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__("padding", padding, data_format, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs with zeros around them."""
        around = [(0, 0)] * len(inputs.shape)
        around[self.first_axis : self.first_axis + self.rank] = self.borders
        return ops.pad(inputs, around)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseZeroPadding)


class ZeroPadding1D(BaseZeroPadding):
    """Zeros before and after the steps: inputs ``(batch, steps, channels)``. See `BaseZeroPadding`."""

    rank = 1


class ZeroPadding2D(BaseZeroPadding):
    """Zeros around images: inputs ``(batch, height, width, channels)``. See `BaseZeroPadding`."""

    rank = 2


class ZeroPadding3D(BaseZeroPadding):
    """Zeros around volumes: inputs ``(batch, depth, height, width, channels)``. See `BaseZeroPadding`."""

    rank = 3
