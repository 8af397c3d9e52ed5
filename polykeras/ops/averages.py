"""Weighted means, ranges, and the signal-to-noise ratio."""

from __future__ import annotations

import math
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules, samples
from polykeras.ops.policies import FLOAT, SAME
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor


def _average_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), 1, s.real(3, low=0.5, high=2)),
        s(s.real(2, 3), weights=s.real(2, 3, low=0.5, high=2)),
        s(s.real(2, 3), axis=-2),
    ]


@composite(FLOAT, samples=_average_cases)
def average(x: Tensor, axis: Axis = None, weights: Tensor | None = None) -> Tensor:
    """``sum(x * weights) / sum(weights)`` along `axis`; without weights, the mean. NaN if the weights sum to 0.

    Args:
        x: integers are averaged in the default float.
        axis: one axis, several, or None for all.
        weights: of the shape of `x`, or, with one axis, a vector along it.

    Raises:
        ShapeError: the weights have another shape.
    """
    from polykeras.ops.elementwise import divide, multiply
    from polykeras.ops.movement import broadcast_to, reshape
    from polykeras.ops.reductions import in_float32, mean, returned, sum_

    if weights is None:
        return mean(x, axis)
    shape, given = tuple(x.shape), tuple(weights.shape)
    if given != shape:
        if not isinstance(axis, int) or given != (shape[rules.axis_of(axis, len(shape))],):
            raise ShapeError(
                f"average: weights must have the shape of x, {shape}, or be a vector along one axis, "
                f"got shape {given} and axis {axis}."
            )
        line = tuple(-1 if i == rules.axis_of(axis, len(shape)) else 1 for i in range(len(shape)))
        weights = broadcast_to(reshape(weights, line), shape)
    wide, weights = in_float32(x), in_float32(weights)
    return returned(divide(sum_(multiply(wide, weights), axis), sum_(weights, axis)), x)


@composite(SAME, samples=samples.reduction)
def ptp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element minus the smallest; NaN if there is one. Integers wrap around. No elements is an error."""
    from polykeras.ops.elementwise import subtract
    from polykeras.ops.reductions import amax, amin

    return subtract(amax(x, axis, keepdims), amin(x, axis, keepdims))


@composite(FLOAT, samples=lambda s: [s(s.real(2, 3), s.real(2, 3), 1.5), s(s.real(4), s.real(4), 255)])
def psnr(x1: Tensor, x2: Tensor, max_val: float) -> Tensor:
    """The peak signal-to-noise ratio, ``20 log10(max_val) - 10 log10(mean((x1 - x2)**2))``, in decibels: a scalar.

    Infinity for equal signals. `max_val` is the largest value that a sample can have; integers are computed in the
    default float, half precision in float32.

    Raises:
        ShapeError: `x1` and `x2` differ in shape.
        ArgumentError: `max_val` is not positive.
    """
    from polykeras.ops.elementwise import log10, multiply, square, subtract
    from polykeras.ops.reductions import in_float32, mean, returned

    if tuple(x1.shape) != tuple(x2.shape):
        raise ShapeError(f"psnr: x1 {tuple(x1.shape)} and x2 {tuple(x2.shape)} must have one shape.")
    if not max_val > 0:
        raise ArgumentError(f"psnr: max_val must be positive, got {max_val}.")
    noise = mean(square(subtract(in_float32(x1), in_float32(x2))))
    return returned(subtract(20 * math.log10(max_val), multiply(10.0, log10(noise))), x1)
