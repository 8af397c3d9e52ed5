"""Images read at other places: each sample of the result says where in the image it comes from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.dtypes import FLOATING
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.casting import cast
from polykeras.ops.comparison import greater_equal, less
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.creation import range_
from polykeras.ops.elementwise import abs_, add, clip, divide, floor, minimum, mod, multiply, subtract
from polykeras.ops.image.filters import blurred
from polykeras.ops.image.layout import back_to, check_rank, on_batches, one_of, working
from polykeras.ops.indexing import take, where
from polykeras.ops.joining import stack, unstack
from polykeras.ops.logic import logical_and
from polykeras.ops.movement import expand_dims, reshape
from polykeras.ops.policies import KEEP_REAL
from polykeras.ops.registry import composite
from polykeras.typing import Tensor

ORDERS = {"nearest": 0, "bilinear": 1}
FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _inside(place: Any, size: int, fill_mode: str) -> Any:
    """Whole places, as floats, moved to where the image is; those outside a constant surrounding to its border."""
    if fill_mode == "wrap":
        return mod(place, float(size))
    if fill_mode == "mirror" and size > 1:  # d c b a b c d c b: about the centres of the outermost samples
        period = 2.0 * (size - 1)
        folded = mod(place, period)
        return minimum(folded, subtract(period, folded))
    if fill_mode == "reflect":  # c b a a b c c b: about their outer edges
        period = 2.0 * size
        folded = mod(place, period)
        return minimum(folded, subtract(period - 1.0, folded))
    return clip(place, 0.0, float(size - 1))


def _read(
    rows: Any, sizes: Sequence[int], places: Sequence[Any], first: Any, order: int, fill_mode: str, fill_value: float
) -> Any:
    """The samples of images at `places`, interpolated.

    Args:
        rows: ``(samples, channels)``, an image's samples in the order of its axes, image after image.
        sizes: the spatial shape of an image.
        places: one tensor of coordinates per spatial axis, all of one shape.
        first: the number of an image's first row, broadcast to that shape.

    Returns the places' shape with the channels behind.
    """
    kind = dtype(rows)
    places = [cast(p, kind) for p in places]
    low = [floor(add(p, 0.5) if order == 0 else p) for p in places]
    result = None
    for corner in itertools.product((0, 1) if order else (0,), repeat=len(sizes)):
        index: Any = first
        weight: Any = None
        valid: Any = None
        for size, place, start, side in zip(sizes, places, low, corner, strict=True):
            whole = add(start, 1.0) if side else start
            index = add(multiply(index, size), cast(_inside(whole, size, fill_mode), "int32"))
            if fill_mode == "constant":
                within = logical_and(greater_equal(whole, 0.0), less(whole, float(size)))
                valid = within if valid is None else logical_and(valid, within)
            if order:
                part = subtract(1.0, abs_(subtract(place, whole)))
                weight = part if weight is None else multiply(weight, part)
        found = take(rows, index, axis=0)
        if valid is not None:
            found = where(expand_dims(valid, -1), found, fill_value)
        if weight is not None:
            found = multiply(found, expand_dims(weight, -1))
        result = found if result is None else add(result, found)
    return result


def _check(order: Any, fill_mode: str) -> None:
    one_of("order", order, (0, 1))
    one_of("fill_mode", fill_mode, FILL_MODES)


def _places(s: Any, rank: int, *shape: int) -> Any:
    """Coordinates in and around an image, between whole and half numbers."""
    return s.real(rank, *shape, low=-1.9, high=5.9) * 0.5 + 0.1


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(4, 3), _places(s, 2, 5), 1),
        s(s.real(4, 3), _places(s, 2, 2, 3), 0, "nearest"),
        s(s.real(5), _places(s, 1, 6), 1, "reflect"),
        s(s.real(4, 3), _places(s, 2, 6), 1, "mirror"),
        s(s.real(3, 4), _places(s, 2, 6), 1, "wrap"),
        s(s.real(2, 2, 3), _places(s, 3, 4), 1, "constant", 0.5),
    ],
)
def map_coordinates(
    inputs: Tensor, coordinates: Tensor, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """`inputs` at the places that `coordinates` gives.

    Args:
        inputs: of any rank from 1.
        coordinates: ``(rank, *shape)``, one coordinate per axis of `inputs`.
        order: 0 for the nearest sample (of two equally near the later one), 1 for linear interpolation.
        fill_mode: what lies outside: ``"constant"`` (`fill_value`), ``"nearest"`` (the border), ``"wrap"`` (the other
            side), ``"mirror"`` (mirrored at the outermost samples), ``"reflect"`` (mirrored at their outer edges).
        fill_value: see `fill_mode`.

    Returns a tensor of `shape`. Gradients pass to both; by the coordinates of order 0 they are zero.
    """
    _check(order, fill_mode)
    rank = len(inputs.shape)
    coordinates = convert_to_tensor(coordinates)
    if len(coordinates.shape) < 2 or coordinates.shape[0] != rank or not rank:
        raise ShapeError(
            f"coordinates must have shape ({rank}, ...) with at least two axes for inputs of shape "
            f"{tuple(inputs.shape)}, got {tuple(coordinates.shape)}"
        )
    x = working(inputs)
    sizes = tuple(inputs.shape)
    rows = reshape(x, (rules.size_of(sizes), 1))
    shape = tuple(coordinates.shape)[1:]
    found = _read(rows, sizes, unstack(coordinates, axis=0), 0, order, fill_mode, fill_value)
    return back_to(reshape(found, shape), dtype(inputs))


def _images_at(images: Any, places: Any, order: int, fill_mode: str, fill_value: float) -> Any:
    """A batch of images read at ``places(batch, height, width) -> (y, x)``, each of shape (batch or 1, height, width)."""
    batch, height, width, channels = tuple(images.shape)
    x = working(images)
    rows = reshape(x, (batch * height * width, channels))
    first = reshape(range_(0, batch, 1, "int32"), (batch, 1, 1))
    found = _read(rows, (height, width), places, first, order, fill_mode, fill_value)
    return back_to(found, dtype(images))


def _grid(height: int, width: int, kind: str) -> tuple[Any, Any]:
    """The coordinates y and x of all pixels, to be broadcast."""
    return reshape(range_(0, height, 1, kind), (1, height, 1)), reshape(range_(0, width, 1, kind), (1, 1, width))


def _projected(transforms: Any, y: Any, x: Any) -> list[Any]:
    """Where the eight numbers of each transform say that pixels come from: ``(a0 x + a1 y + a2) / k`` and so on."""
    a0, a1, a2, b0, b1, b2, c0, c1 = (reshape(t, (-1, 1, 1)) for t in unstack(transforms, axis=-1))
    k = add(add(multiply(c0, x), multiply(c1, y)), 1.0)
    px = divide(add(add(multiply(a0, x), multiply(a1, y)), a2), k)
    py = divide(add(add(multiply(b0, x), multiply(b1, y)), b2), k)
    return [py, px]


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(2, 4, 5, 2), [1.0, 0.0, -0.33, 0.0, 1.0, 0.41, 0.0, 0.0], data_format="channels_last"),
        s(s.real(4, 5, 2), [1.1, 0.2, -0.33, -0.1, 0.9, 0.41, 0.0, 0.0], grad=False, data_format="channels_last"),
        s(
            s.real(2, 3, 4), [0.9, 0.0, 0.6, 0.1, 1.2, -0.7, 0.03, 0.01], "nearest", "reflect",
            data_format="channels_first",
        ),
        s(
            s.real(2, 3, 3, 1), [[1.0, 0.0, 0.3, 0.0, 1.0, 0.6, 0.0, 0.0], [1.1, 0.0, 0.3, 0.2, 1.0, 0.3, 0.0, 0.0]],
            fill_value=0.5, data_format="channels_last",
        ),
    ],
)  # fmt: skip
def affine_transform(
    images: Tensor,
    transform: Tensor,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images under a projective map: pixel (x, y) of the result is read at ``((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)``.

    Args:
        images: one image or a batch.
        transform: ``[a0, a1, a2, b0, b1, b2, c0, c1]``, one for all images or one for each; ``k = c0 x + c1 y + 1``.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: see `map_coordinates`.
        fill_value: see `map_coordinates`.
        data_format: where the channels are.
    """
    one_of("interpolation", interpolation, tuple(ORDERS))
    _check(0, fill_mode)
    check_rank(images)
    transform = convert_to_tensor(transform)
    if len(transform.shape) not in (1, 2) or transform.shape[-1] != 8:
        raise ShapeError(f"transform must have shape (8,) or (batch, 8), got {tuple(transform.shape)}")

    def read(batch: Any) -> Any:
        _one_for_each("transform", transform, 2, batch)
        kind = dtype(working(batch))
        places = _projected(cast(transform, kind), *_grid(batch.shape[1], batch.shape[2], kind))
        return _images_at(batch, places, ORDERS[interpolation], fill_mode, fill_value)

    return on_batches(images, data_format, read)


def _one_for_each(argument: str, value: Any, rank: int, batch: Any) -> None:
    if len(value.shape) == rank and value.shape[0] not in (1, batch.shape[0]):
        raise ShapeError(
            f"{argument} must be one for all images or one for each of {batch.shape[0]}, got shape {tuple(value.shape)}"
        )


Vector = tuple[Any, Any, Any]


def _cross(u: Vector, v: Vector) -> Vector:
    pairs = ((1, 2), (2, 0), (0, 1))
    x, y, z = (subtract(multiply(u[i], v[j]), multiply(u[j], v[i])) for i, j in pairs)
    return x, y, z


def _dot(u: Vector, v: Vector) -> Any:
    return add(add(multiply(u[0], v[0]), multiply(u[1], v[1])), multiply(u[2], v[2]))


def _columns(points: Any) -> list[Vector]:
    """The columns of the matrix that takes the unit vectors and (1, 1, 1) to four points, homogeneous coordinates."""
    one = add(multiply(points[..., 0, 0], 0.0), 1.0)
    p = [(points[..., i, 0], points[..., i, 1], one) for i in range(4)]
    weights = (_dot(p[3], _cross(p[1], p[2])), _dot(p[3], _cross(p[2], p[0])), _dot(p[3], _cross(p[0], p[1])))
    return [(multiply(w, x), multiply(w, y), multiply(w, z)) for w, (x, y, z) in zip(weights, p[:3], strict=True)]


def homography(start_points: Any, end_points: Any) -> Any:
    """``(batch, 8)``: the projective map that takes each of four end points (x, y) to its start point.

    By way of the unit vectors (Heckbert 1989, "Fundamentals of texture mapping and image warping"). Of four points three
    of which are in line there is none: NaN or infinities.
    """
    start, end = _columns(start_points), _columns(end_points)
    # The rows of the inverse of the matrix of the end points, but for a factor.
    inverse = [_cross(end[1], end[2]), _cross(end[2], end[0]), _cross(end[0], end[1])]
    rows = [
        [_dot((start[0][i], start[1][i], start[2][i]), tuple(inverse[k][j] for k in range(3))) for j in range(3)]  # type: ignore[arg-type]
        for i in range(3)
    ]
    flat = [h for row in rows for h in row]
    return stack([divide(h, flat[8]) for h in flat[:8]], -1)


_CORNERS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0], [4.0, 3.0]])
_MOVED = np.array([[0.4, -0.3], [3.7, 0.6], [0.3, 2.8], [3.3, 3.4]])


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(2, 4, 5, 2), _CORNERS, _MOVED, data_format="channels_last", dtypes=FLOATING),
        s(s.real(2, 4, 5), _MOVED, _CORNERS, "nearest", 0.5, data_format="channels_first", dtypes=FLOATING),
        s(
            s.real(2, 3, 4, 1), np.stack([_CORNERS, _MOVED]), np.stack([_MOVED, _CORNERS]),
            data_format="channels_last", dtypes=FLOATING,
        ),
    ],
)  # fmt: skip
def perspective_transform(
    images: Tensor,
    start_points: Tensor,
    end_points: Tensor,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images under the projective map that takes four points to four others.

    Args:
        images: one image or a batch.
        start_points: ``(4, 2)`` or ``(batch, 4, 2)``, points (x, y) of the images.
        end_points: where they lie in the result.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_value: what lies outside the images.
        data_format: where the channels are.
    """
    one_of("interpolation", interpolation, tuple(ORDERS))
    check_rank(images)
    points = []
    for name, value in (("start_points", start_points), ("end_points", end_points)):
        value = convert_to_tensor(value)
        if len(value.shape) not in (2, 3) or tuple(value.shape)[-2:] != (4, 2):
            raise ShapeError(f"{name} must have shape (4, 2) or (batch, 4, 2), got {tuple(value.shape)}")
        points.append(value if len(value.shape) == 3 else expand_dims(value, 0))
    if tuple(points[0].shape) != tuple(points[1].shape):
        raise ShapeError(
            "start_points and end_points must have the same shape, got "
            f"{tuple(points[0].shape)} and {tuple(points[1].shape)}"
        )

    def read(batch: Any) -> Any:
        _one_for_each("start_points", points[0], 3, batch)
        kind = dtype(working(batch))
        transforms = homography(*(cast(p, kind) for p in points))
        places = _projected(transforms, *_grid(batch.shape[1], batch.shape[2], kind))
        return _images_at(batch, places, ORDERS[interpolation], "constant", fill_value)

    return on_batches(images, data_format, read)


def elastic_transform(
    images: Tensor,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """Images distorted at random: every pixel is read a little beside its place, neighbours by nearly as much.

    Args:
        images: one image or a batch.
        alpha: how far pixels move.
        sigma: the standard deviation, in pixels, of the Gauss kernel that smooths the field of displacements, and of
            the normal numbers that it is made from.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: see `map_coordinates`.
        fill_value: see `map_coordinates`.
        seed: see `polykeras.random`.
        data_format: where the channels are.

    Displacements along x and y are independent. Simard, Steinkraus and Platt 2003, "Best practices for convolutional
    neural networks".
    """
    from polykeras.ops.random import random_bits, random_normal
    from polykeras.random.keys import key_for

    images = convert_to_tensor(images)
    one_of("interpolation", interpolation, tuple(ORDERS))
    _check(0, fill_mode)
    check_rank(images)
    if not isinstance(sigma, (int, float)) or sigma <= 0:
        raise ArgumentError(f"elastic_transform: sigma must be a positive number, got {sigma!r}.")
    width = int(6 * sigma) | 1
    keys = random_bits(key_for(seed, images), (4,))

    def read(batch: Any) -> Any:
        kind = dtype(working(batch))
        shape = tuple(batch.shape)[:3]
        places = []
        for n, coordinate in enumerate(_grid(shape[1], shape[2], kind)):
            noise = multiply(random_normal(keys[2 * n : 2 * n + 2], shape, kind), float(sigma))
            smooth = blurred(noise, (1, 2), (width, width), (float(sigma), float(sigma)))
            places.append(add(coordinate, multiply(smooth, alpha)))
        return _images_at(batch, places, ORDERS[interpolation], fill_mode, fill_value)

    return on_batches(images, data_format, read)
