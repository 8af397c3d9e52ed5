"""The largest element or the mean of windows, and of whole samples."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ArgumentError
from polykeras.v1.engine.adapted import Spatial


class _Pooling(Spatial):
    """Over windows."""

    def __init__(self, order: str, size: Any, steps: Any, border_mode: str, **kwargs: Any) -> None:
        if border_mode not in ("valid", "same"):
            raise ArgumentError(f'{type(self).__name__}: border_mode must be "valid" or "same", got {border_mode!r}.')
        today = {"pool_size": size, "strides": steps or None, "padding": border_mode}
        super().__init__(order, today, **kwargs)
        self.border_mode = border_mode


class _Pooling1D(_Pooling):
    """Over steps."""

    def __init__(
        self, pool_length: int = 2, stride: int | None = None, border_mode: str = "valid", **kwargs: Any
    ) -> None:
        super().__init__("tf", pool_length, stride, border_mode, **kwargs)
        self.pool_length, self.stride = pool_length, stride or pool_length


class MaxPooling1D(_Pooling1D, modern.MaxPooling1D):
    """The largest element of each window of steps."""


class AveragePooling1D(_Pooling1D, modern.AveragePooling1D):
    """The mean of each window of steps."""


class _Pooling2D(_Pooling):
    """Over images."""

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        border_mode: str = "valid",
        dim_ordering: str = "default",
        **kwargs: Any,
    ) -> None:
        super().__init__(dim_ordering, pool_size, strides, border_mode, **kwargs)


class MaxPooling2D(_Pooling2D, modern.MaxPooling2D):
    """The largest element of each window of images."""


class AveragePooling2D(_Pooling2D, modern.AveragePooling2D):
    """The mean of each window of images."""


class _Pooling3D(_Pooling):
    """Over volumes."""

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        border_mode: str = "valid",
        dim_ordering: str = "default",
        **kwargs: Any,
    ) -> None:
        super().__init__(dim_ordering, pool_size, strides, border_mode, **kwargs)


class MaxPooling3D(_Pooling3D, modern.MaxPooling3D):
    """The largest element of each window of volumes."""


class AveragePooling3D(_Pooling3D, modern.AveragePooling3D):
    """The mean of each window of volumes."""


class _GlobalPooling1D(Spatial):
    """Over all steps."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("tf", {}, **kwargs)


class GlobalMaxPooling1D(_GlobalPooling1D, modern.GlobalMaxPooling1D):
    """The largest element of all steps."""


class GlobalAveragePooling1D(_GlobalPooling1D, modern.GlobalAveragePooling1D):
    """The mean of all steps. With a mask it is refused, as in Keras 1."""


class _GlobalPooling(Spatial):
    """Over images and volumes."""

    def __init__(self, dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {}, **kwargs)


class GlobalMaxPooling2D(_GlobalPooling, modern.GlobalMaxPooling2D):
    """The largest element of each channel of images."""


class GlobalAveragePooling2D(_GlobalPooling, modern.GlobalAveragePooling2D):
    """The mean of each channel of images."""


class GlobalMaxPooling3D(_GlobalPooling, modern.GlobalMaxPooling3D):
    """The largest element of each channel of volumes."""


class GlobalAveragePooling3D(_GlobalPooling, modern.GlobalAveragePooling3D):
    """The mean of each channel of volumes."""


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
