"""`Cropping1D`, `Cropping2D`, `Cropping3D`: the inputs without their borders."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.configuration import arguments_of
from polykeras.layers.reshaping.borders import BorderLayer
from polykeras.typing import Tensor


class BaseCropping(BorderLayer):
    """Takes elements off both ends of each spatial axis.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        cropping: an int for all sides; or for each spatial axis an int for both ends, or a pair (before, after).
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__("cropping", cropping, data_format, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """What is left. Raises `ShapeError` if that is nothing."""
        shape = tuple(inputs.shape)
        index: list[Any] = [slice(None)] * len(shape)
        for axis, (before, after) in enumerate(self.borders, self.first_axis):
            if before + after >= shape[axis]:
                raise ShapeError(
                    f"Layer {self.name!r}: nothing is left of axis {axis} of the input {without_probes(shape)} after "
                    f"cropping {(before, after)}."
                )
            index[axis] = slice(before, shape[axis] - after)
        return ops.get_item(inputs, tuple(index))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseCropping, without=("data_format",) * (self.rank == 1))


class Cropping1D(BaseCropping):
    """Takes steps off both ends: inputs ``(batch, steps, channels)``.

    Args:
        cropping: how many: an int for both ends, or a pair (before, after).
    """

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, "channels_last", **kwargs)


class Cropping2D(BaseCropping):
    """Takes rows and columns off images: inputs ``(batch, height, width, channels)``. See `BaseCropping`."""

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)


class Cropping3D(BaseCropping):
    """Takes the borders off volumes: inputs ``(batch, depth, height, width, channels)``. See `BaseCropping`."""

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)
