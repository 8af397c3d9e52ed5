"""The largest element or the mean of windows, and of whole samples."""

from __future__ import annotations

from typing import Any

from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import InputSpec, Layer
from polykeras.v1.layers.core import ordering

_REDUCTIONS = {"max": K.max, "avg": K.mean}


class _Pooling1D(Layer):
    pool_mode: str

    def __init__(
        self, pool_length: int = 2, stride: int | None = None, border_mode: str = "valid", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.pool_length, self.stride, self.border_mode = pool_length, stride or pool_length, border_mode
        self.input_spec = InputSpec(ndim=3)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One element for each window of steps."""
        images = K.expand_dims(x, 2)
        pooled = K.pool2d(images, (self.pool_length, 1), (self.stride, 1), self.border_mode, "tf", self.pool_mode)
        return K.squeeze(pooled, 2)


class MaxPooling1D(_Pooling1D):
    """The largest element of each window of steps."""

    pool_mode = "max"


class AveragePooling1D(_Pooling1D):
    """The mean of each window of steps."""

    pool_mode = "avg"


class _Pooling2D(Layer):
    pool_mode: str

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        border_mode: str = "valid",
        dim_ordering: str = "default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size, self.strides = tuple(pool_size), tuple(strides or pool_size)
        self.border_mode, self.dim_ordering = border_mode, ordering(dim_ordering)
        self.input_spec = InputSpec(ndim=4)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One element for each window."""
        return K.pool2d(x, self.pool_size, self.strides, self.border_mode, self.dim_ordering, self.pool_mode)


class MaxPooling2D(_Pooling2D):
    """The largest element of each window of images."""

    pool_mode = "max"


class AveragePooling2D(_Pooling2D):
    """The mean of each window of images."""

    pool_mode = "avg"


class _Pooling3D(Layer):
    pool_mode: str

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        border_mode: str = "valid",
        dim_ordering: str = "default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size, self.strides = tuple(pool_size), tuple(strides or pool_size)
        self.border_mode, self.dim_ordering = border_mode, ordering(dim_ordering)
        self.input_spec = InputSpec(ndim=5)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One element for each window."""
        return K.pool3d(x, self.pool_size, self.strides, self.border_mode, self.dim_ordering, self.pool_mode)


class MaxPooling3D(_Pooling3D):
    """The largest element of each window of volumes."""

    pool_mode = "max"


class AveragePooling3D(_Pooling3D):
    """The mean of each window of volumes."""

    pool_mode = "avg"


class _GlobalPooling1D(Layer):
    pool_mode: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_spec = InputSpec(ndim=3)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One element for all steps."""
        return _REDUCTIONS[self.pool_mode](x, axis=1)


class GlobalMaxPooling1D(_GlobalPooling1D):
    """The largest element of all steps."""

    pool_mode = "max"


class GlobalAveragePooling1D(_GlobalPooling1D):
    """The mean of all steps."""

    pool_mode = "avg"


class _GlobalPooling(Layer):
    pool_mode: str
    rank: int

    def __init__(self, dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dim_ordering = ordering(dim_ordering)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One element for each channel."""
        first = 1 if self.dim_ordering == "tf" else 2
        return _REDUCTIONS[self.pool_mode](x, axis=list(range(first, first + self.rank)))


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest element of each channel of images."""

    pool_mode, rank = "max", 2


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel of images."""

    pool_mode, rank = "avg", 2


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest element of each channel of volumes."""

    pool_mode, rank = "max", 3


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel of volumes."""

    pool_mode, rank = "avg", 3


__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
]
