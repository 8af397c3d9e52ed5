"""Global pooling: one number for each channel."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.layers.configuration import arguments_of
from polykeras.layers.convolutional.geometry import standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Mask, Tensor


class GlobalPooling(Layer):
    """Summarises all spatial axes: ``(batch, channels)``.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        keepdims: whether the spatial axes stay, with size 1.
    """

    rank: ClassVar[int]

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standard_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def axes(self) -> list[int]:
        """The spatial axes."""
        first = 1 if self.data_format == "channels_last" else 2
        return list(range(first, first + self.rank))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GlobalPooling)


class BaseGlobalMaxPooling(GlobalPooling):
    """The largest element of each channel. See `GlobalPooling`."""

    def call(self, inputs: Tensor) -> Tensor:
        """The largest element of each channel."""
        return ops.max(inputs, axis=self.axes, keepdims=self.keepdims)


class GlobalMaxPooling1D(BaseGlobalMaxPooling):
    """The largest element over time: inputs ``(batch, steps, channels)``. See `GlobalPooling`."""

    rank = 1


class GlobalMaxPooling2D(BaseGlobalMaxPooling):
    """The largest element over an image: inputs ``(batch, height, width, channels)``. See `GlobalPooling`."""

    rank = 2


class GlobalMaxPooling3D(BaseGlobalMaxPooling):
    """The largest element over a volume: inputs ``(batch, depth, height, width, channels)``. See `GlobalPooling`."""

    rank = 3


class BaseGlobalAveragePooling(GlobalPooling):
    """The mean of each channel. See `GlobalPooling`."""

    def call(self, inputs: Tensor) -> Tensor:
        """The mean of each channel."""
        return ops.mean(inputs, axis=self.axes, keepdims=self.keepdims)


class GlobalAveragePooling1D(GlobalPooling):
    """The mean over time: inputs ``(batch, steps, channels)``. See `GlobalPooling`.

    Steps that a mask ``(batch, steps)`` excludes do not count; a sample without any included step gives NaN.
    """

    rank = 1

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Mask | None = None) -> Tensor:
        """The mean of each channel."""
        if mask is None:
            return ops.mean(inputs, axis=self.axes, keepdims=self.keepdims)
        (axis,) = self.axes
        if tuple(mask.shape) != (inputs.shape[0], inputs.shape[axis]):
            raise ShapeError(
                f"Layer {self.name!r} expects a mask of shape {(inputs.shape[0], inputs.shape[axis])}, "
                f"got {tuple(mask.shape)}."
            )
        weights = ops.expand_dims(ops.cast(mask, ops.dtype(inputs)), 3 - axis)
        total = ops.sum(ops.multiply(inputs, weights), axis=axis, keepdims=self.keepdims)
        return ops.divide(total, ops.sum(weights, axis=axis, keepdims=self.keepdims))

    def compute_mask(self, inputs: Tensor, previous_mask: Mask | None = None) -> None:
        """None: there are no steps any more."""
        return None


class GlobalAveragePooling2D(BaseGlobalAveragePooling):
    """The mean over an image: inputs ``(batch, height, width, channels)``. See `GlobalPooling`."""

    rank = 2


class GlobalAveragePooling3D(BaseGlobalAveragePooling):
    """The mean over a volume: inputs ``(batch, depth, height, width, channels)``. See `GlobalPooling`."""

    rank = 3
