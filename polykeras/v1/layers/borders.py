"""Layers that repeat elements, add zeros around them, or cut borders off."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import InputSpec, Layer
from polykeras.v1.layers.core import ordering


class _Bordered(Layer):
    """Over `rank` spatial axes."""

    rank: int
    dim_ordering = "tf"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _axes(self) -> range:
        first = 1 if self.dim_ordering == "tf" else 2
        return range(first, first + self.rank)


class UpSampling1D(_Bordered):
    """Each step `length` times."""

    rank = 1

    def __init__(self, length: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.length = length

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The repeated steps."""
        return K.repeat_elements(x, self.length, axis=1)


class UpSampling2D(_Bordered):
    """Each row and column so many times."""

    rank = 2

    def __init__(self, size: Any = (2, 2), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.dim_ordering = tuple(size), ordering(dim_ordering)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The larger images."""
        return K.resize_images(x, self.size[0], self.size[1], self.dim_ordering)


class UpSampling3D(_Bordered):
    """Each slice along three axes so many times."""

    rank = 3

    def __init__(self, size: Any = (2, 2, 2), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.dim_ordering = tuple(size), ordering(dim_ordering)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The larger volumes."""
        return K.resize_volumes(x, self.size[0], self.size[1], self.size[2], self.dim_ordering)


class _ZeroPadding(_Bordered):
    padding: Any

    def _pairs(self) -> list[tuple[int, int]]:
        raise ArgumentError(f"{type(self).__name__} does not say what to pad.")

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """With zeros around."""
        width = dict(zip(self._axes, self._pairs(), strict=True))
        return ops.pad(x, tuple(width.get(i, (0, 0)) for i in range(len(x.shape))))


def _named(values: dict[str, int], names: tuple[str, ...], cls: str) -> list[int]:
    unknown = [k for k in values if k not in names]
    if unknown:
        raise ArgumentError(f"{cls}: padding has the keys {', '.join(names)}, got {unknown[0]!r}.")
    return [values.get(name, 0) for name in names]


class ZeroPadding1D(_ZeroPadding):
    """Zeros around steps: as many at both ends, or two numbers, or ``{"left_pad": ..., "right_pad": ...}``."""

    rank = 1

    def __init__(self, padding: Any = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = padding

    def _pairs(self) -> list[tuple[int, int]]:
        p = self.padding
        if isinstance(p, dict):
            p = _named(p, ("left_pad", "right_pad"), "ZeroPadding1D")
        left, right = (p, p) if isinstance(p, int) else p
        return [(left, right)]


class ZeroPadding2D(_ZeroPadding):
    """Zeros around images.

    `padding`: two numbers, for rows and columns; four, for top, bottom, left and right; or a dictionary with
    ``"top_pad"``, ``"bottom_pad"``, ``"left_pad"`` and ``"right_pad"``.
    """

    rank = 2

    def __init__(self, padding: Any = (1, 1), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding, self.dim_ordering = padding, ordering(dim_ordering)
        if not isinstance(padding, dict) and len(padding) not in (2, 4):
            raise ArgumentError(f"ZeroPadding2D: padding must hold 2 or 4 numbers, got {padding!r}.")

    def _pairs(self) -> list[tuple[int, int]]:
        p = self.padding
        if isinstance(p, dict):
            p = _named(p, ("top_pad", "bottom_pad", "left_pad", "right_pad"), "ZeroPadding2D")
        return [(p[0], p[0]), (p[1], p[1])] if len(p) == 2 else [(p[0], p[1]), (p[2], p[3])]


class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes: a number for each axis."""

    rank = 3

    def __init__(self, padding: Any = (1, 1, 1), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding, self.dim_ordering = tuple(padding), ordering(dim_ordering)

    def _pairs(self) -> list[tuple[int, int]]:
        return [(p, p) for p in self.padding]


class _Cropping(_Bordered):
    def _cut(self, x: Tensor, pairs: Any) -> Tensor:
        rows: list[slice] = [slice(None)] * len(x.shape)
        for axis, (before, after) in zip(self._axes, pairs, strict=True):
            rows[axis] = slice(before, x.shape[axis] - after)
        return x[tuple(rows)]


class Cropping1D(_Cropping):
    """Without so many steps at the beginning and at the end."""

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping = tuple(cropping)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The steps in between."""
        return self._cut(x, [self.cropping])


class Cropping2D(_Cropping):
    """Without so many rows (top, bottom) and columns (left, right)."""

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping, self.dim_ordering = tuple(cropping), ordering(dim_ordering)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The smaller images."""
        return self._cut(x, self.cropping)


class Cropping3D(_Cropping):
    """Without so many slices at both ends of three axes."""

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping, self.dim_ordering = tuple(cropping), ordering(dim_ordering)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The smaller volumes."""
        return self._cut(x, self.cropping)
