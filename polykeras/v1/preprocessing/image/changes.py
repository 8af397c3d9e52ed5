"""Random changes of one picture, an array of three axes.

They draw from NumPy's global generator, as Keras 1 did: ``np.random.seed`` makes them repeatable.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError


def flip_axis(x: Any, axis: int) -> Any:
    """`x` in the opposite order along an axis."""
    return np.flip(x, axis)


def transform_matrix_offset_center(matrix: Any, x: int, y: int) -> Any:
    """A transformation around the centre of a picture of x rows and y columns."""
    there, back = np.eye(3), np.eye(3)
    there[:2, 2] = [x / 2 + 0.5, y / 2 + 0.5]
    back[:2, 2] = -there[:2, 2]
    return there @ matrix @ back


def apply_transform(
    x: Any, transform_matrix: Any, channel_axis: int = 0, fill_mode: str = "nearest", cval: float = 0.0
) -> Any:
    """Each channel at the places where `transform_matrix`, 3x3, sends its pixels' places: the pixel nearest there.

    `fill_mode`: ``"nearest"``, ``"constant"`` (`cval`), ``"reflect"`` or ``"wrap"`` outside of the picture.
    """
    from scipy import ndimage

    matrix, offset = transform_matrix[:2, :2], transform_matrix[:2, 2]
    moved = [
        ndimage.affine_transform(channel, matrix, offset, order=0, mode=fill_mode, cval=cval)
        for channel in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(moved), 0, channel_axis)


def around_center(
    x: Any, matrix: Any, row_axis: int, col_axis: int, channel_axis: int, fill_mode: str, cval: float
) -> Any:
    """A transformation applied around the picture's centre."""
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


# ---- matrices, drawn at random; nothing is drawn where nothing can change ------------------------------------------------


def drawn(limit: float) -> float:
    """A number from ``-limit`` to `limit`."""
    return float(np.random.uniform(-limit, limit)) if limit else 0.0


def rotation(degrees: float) -> Any:
    """By an angle of up to `degrees`."""
    t = np.deg2rad(drawn(degrees))
    return np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])


def shift(down: float, across: float, rows: int, columns: int) -> Any:
    """By up to these fractions of height and width."""
    matrix = np.eye(3)
    matrix[0, 2] = drawn(down) * rows
    matrix[1, 2] = drawn(across) * columns
    return matrix


def shear(intensity: float) -> Any:
    """By an angle of up to `intensity` radians."""
    angle = drawn(intensity)
    return np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]])


def zoom(low: float, high: float) -> Any:
    """By two factors from `low` to `high`."""
    factors = (1, 1) if low == high == 1 else np.random.uniform(low, high, 2)
    return np.diag([*factors, 1])


# ---- each by itself --------------------------------------------------------------------------------------------------------


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Rotated by up to `rg` degrees."""
    return around_center(x, rotation(rg), row_axis, col_axis, channel_axis, fill_mode, cval)


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Shifted by up to these fractions of width and height."""
    matrix = shift(hrg, wrg, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Sheared by up to `intensity` radians."""
    return around_center(x, shear(intensity), row_axis, col_axis, channel_axis, fill_mode, cval)


def random_zoom(
    x: Any,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Zoomed by two factors within `zoom_range`, a pair."""
    if len(zoom_range) != 2:
        raise ArgumentError(f"random_zoom: zoom_range must be a pair, got {zoom_range!r}.")
    return around_center(x, zoom(*zoom_range), row_axis, col_axis, channel_axis, fill_mode, cval)


def random_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> Any:
    """A number of up to `intensity` added to each channel, within the picture's range."""
    channels = np.moveaxis(x, channel_axis, 0)
    shifts = np.random.uniform(-intensity, intensity, len(channels)).reshape((-1,) + (1,) * (channels.ndim - 1))
    return np.moveaxis(np.clip(channels + shifts, x.min(), x.max()), 0, channel_axis)
