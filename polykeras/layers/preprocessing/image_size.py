"""`Resizing` and `CenterCrop`: images of a given size."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.geometry import standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.reshaping.up_sampling import INTERPOLATIONS
from polykeras.typing import Tensor


class ImageSizeLayer(Layer):
    """Images ``(batch, height, width, channels)``, or one without the batch; or channels first.

    Args:
        height, width: of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.height = positive(type(self), "height", height)
        self.width = positive(type(self), "width", width)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=3, max_ndim=4)


class Resizing(ImageSizeLayer):
    """Images resampled to `height` and `width`; their dtype stays. See `ops.image.resize`.

    Args:
        height, width: of the result.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        crop_to_aspect_ratio: cut the images to the proportions of the result first, from the middle.
        pad_to_aspect_ratio: put them in the middle of a frame of those proportions first.
        fill_mode: ``"constant"``: the frame is filled with `fill_value`.
        fill_value: see there.
        antialias: whether all pixels count where the result is smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(height, width, data_format, **kwargs)
        if interpolation not in INTERPOLATIONS:
            raise ArgumentError(
                f"Resizing: interpolation must be one of {', '.join(INTERPOLATIONS)}, got {interpolation!r}."
            )
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ArgumentError("Resizing: only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be True.")
        if fill_mode != "constant":
            raise ArgumentError(f"Resizing: fill_mode must be 'constant', got {fill_mode!r}.")
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = bool(antialias)

    def call(self, inputs: Tensor) -> Tensor:
        """The resized images."""
        return ops.image.resize(
            inputs,
            (self.height, self.width),
            self.interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Resizing)


class CenterCrop(ImageSizeLayer):
    """The middle of images, as floats; of smaller ones, the largest part of those proportions, resampled.

    Args:
        height, width: of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The cropped images."""
        x = ops.cast(inputs, self.compute_dtype)
        shape = tuple(x.shape)
        first = len(shape) - (3 if self.data_format == "channels_last" else 2)
        beyond = shape[first] - self.height, shape[first + 1] - self.width
        if min(beyond) < 0:
            return ops.image.resize(
                x, (self.height, self.width), crop_to_aspect_ratio=True, data_format=self.data_format
            )
        index: list[Any] = [slice(None)] * len(shape)
        for axis, more, size in zip((first, first + 1), beyond, (self.height, self.width), strict=True):
            index[axis] = slice(more // 2, more // 2 + size)
        return ops.get_item(x, tuple(index))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, ImageSizeLayer)
