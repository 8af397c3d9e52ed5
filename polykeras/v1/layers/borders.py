"""Layers that repeat elements, add zeros around them, or cut borders off."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ArgumentError
from polykeras.v1.engine.adapted import Adapted, Spatial


class UpSampling1D(Adapted, modern.UpSampling1D):
    """Each step `length` times."""

    def __init__(self, length: int = 2, **kwargs: Any) -> None:
        super().__init__(today={"size": length}, **kwargs)
        self.length = length


class UpSampling2D(Spatial, modern.UpSampling2D):
    """Each row and column so many times."""

    def __init__(self, size: Any = (2, 2), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"size": size}, **kwargs)


class UpSampling3D(Spatial, modern.UpSampling3D):
    """Each slice along three axes so many times."""

    def __init__(self, size: Any = (2, 2, 2), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"size": size}, **kwargs)


def _sides(padding: Any, names: tuple[str, ...], layer: type) -> Any:
    """The numbers of a dictionary by side; anything else as it is."""
    if not isinstance(padding, dict):
        return padding
    unknown = [k for k in padding if k not in names]
    if unknown:
        raise ArgumentError(f"{layer.__name__}: padding has the keys {', '.join(names)}, got {unknown[0]!r}.")
    return [padding.get(name, 0) for name in names]


class ZeroPadding1D(Spatial, modern.ZeroPadding1D):
    """Zeros around steps: as many at both ends, or two numbers, or ``{"left_pad": ..., "right_pad": ...}``."""

    def __init__(self, padding: Any = 1, **kwargs: Any) -> None:
        super().__init__("tf", {"padding": _sides(padding, ("left_pad", "right_pad"), type(self))}, **kwargs)
        self.padding = padding
        ((self.left_pad, self.right_pad),) = self.borders


class ZeroPadding2D(Spatial, modern.ZeroPadding2D):
    """Zeros around images.

    `padding`: two numbers, for rows and columns; four, for top, bottom, left and right; or a dictionary with
    ``"top_pad"``, ``"bottom_pad"``, ``"left_pad"`` and ``"right_pad"``.
    """

    def __init__(self, padding: Any = (1, 1), dim_ordering: str = "default", **kwargs: Any) -> None:
        sides = _sides(padding, ("top_pad", "bottom_pad", "left_pad", "right_pad"), type(self))
        if not isinstance(sides, (list, tuple)) or len(sides) not in (2, 4):
            raise ArgumentError(f"ZeroPadding2D: padding must hold 2 or 4 numbers, got {padding!r}.")
        pairs = sides if len(sides) == 2 else (sides[:2], sides[2:])
        super().__init__(dim_ordering, {"padding": pairs}, **kwargs)
        self.padding = padding
        (self.top_pad, self.bottom_pad), (self.left_pad, self.right_pad) = self.borders


class ZeroPadding3D(Spatial, modern.ZeroPadding3D):
    """Zeros around volumes: a number for each axis."""

    def __init__(self, padding: Any = (1, 1, 1), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"padding": padding}, **kwargs)
        self.padding = tuple(padding)


class Cropping1D(Adapted, modern.Cropping1D):
    """Without so many steps at the beginning and at the end."""

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(today={"cropping": cropping}, **kwargs)


class Cropping2D(Spatial, modern.Cropping2D):
    """Without so many rows (top, bottom) and columns (left, right)."""

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"cropping": cropping}, **kwargs)


class Cropping3D(Spatial, modern.Cropping3D):
    """Without so many slices at both ends of three axes."""

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"cropping": cropping}, **kwargs)
