"""Normalisation over the features of each example."""

from __future__ import annotations

from typing import Any

from polykeras import config
from polykeras.errors import ShapeError
from polykeras.ops import rules
from polykeras.ops.elementwise import add, multiply, rsqrt, square, subtract
from polykeras.ops.movement import reshape
from polykeras.ops.policies import FLOAT
from polykeras.ops.reductions import in_float32, mean, returned
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor


def along_axes(op: str, weights: Tensor | None, shape: tuple[int, ...], axes: tuple[int, ...]) -> Tensor | None:
    """Weights of the normalised axes (in their order), or of all axes, so that they broadcast against `shape`.

    Raises `ShapeError` if they have neither form.
    """
    if weights is None:
        return None
    wanted = tuple(d if i in axes else 1 for i, d in enumerate(shape))
    given = tuple(weights.shape)
    if len(given) == len(shape) and all(d in (1, n) for d, n in zip(given, wanted, strict=True)):
        return weights
    if given != tuple(shape[a] for a in axes):
        raise ShapeError(f"{op}: weights for axes {axes} of {shape} have another shape: {given}.")
    return weights if axes == tuple(range(len(shape) - len(axes), len(shape))) else reshape(weights, wanted)


def _normalised_axes(axis: Any, rank: int) -> tuple[int, ...]:
    return tuple(sorted(rules.axes_of(axis, rank)))


def _layer_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3, 4), s.real(4), s.real(4)),
        s(s.real(2, 3), epsilon=0.1),
        s(s.real(2, 3, 2), s.real(3, 2), s.real(3, 2), axis=(1, -1)),
        s(s.real(2, 3, 2), s.real(3), s.real(1, 3, 1), axis=1),
        s(s.real(2, 3), s.real(3), rms_scaling=True),
        s(s.real(0, 3), s.real(3)),
    ]


@composite(FLOAT, samples=_layer_cases)
def layer_normalization(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    axis: Axis = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Tensor:
    """``(x - mean) / sqrt(variance + epsilon) * gamma + beta``, mean and variance being taken over `axis`.

    `gamma` and `beta` have the sizes of x along `axis`; they broadcast. `epsilon` is by default the configured one. Half
    precision is computed in float32. Ba et al. 2016, arXiv:1607.06450.

    With `rms_scaling`, an older meaning that Keras keeps: x is not centred, and `beta` is not added.
    """
    shape = tuple(x.shape)
    axes = _normalised_axes(axis, len(shape))
    scale = along_axes("layer_normalization", gamma, shape, axes)
    offset = along_axes("layer_normalization", beta, shape, axes)
    wide = in_float32(x)
    centred = subtract(wide, mean(wide, axes, True))
    inverse = rsqrt(add(mean(square(centred), axes, True), config.epsilon() if epsilon is None else epsilon))
    y = multiply(wide if rms_scaling else centred, inverse)
    if scale is not None:
        y = multiply(y, scale)
    if offset is not None and not rms_scaling:
        y = add(y, offset)
    return returned(y, x)


def _rms_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3, 4), s.real(4)),
        s(s.real(2, 3), axis=0, epsilon=0.1),
        s(s.real(2, 3, 2), s.real(3, 2), axis=(-2, -1)),
    ]


@composite(FLOAT, samples=_rms_cases)
def rms_normalization(x: Tensor, scale: Tensor | None = None, axis: Axis = -1, epsilon: float | None = None) -> Tensor:
    """``x / sqrt(mean(x²) + epsilon) * scale``, the mean being taken over `axis`.

    `scale` has the sizes of x along `axis`. `epsilon` is by default the configured one. Half precision is computed in
    float32. Zhang and Sennrich 2019, arXiv:1910.07467.
    """
    shape = tuple(x.shape)
    axes = _normalised_axes(axis, len(shape))
    weights = along_axes("rms_normalization", scale, shape, axes)
    wide = in_float32(x)
    y = multiply(wide, rsqrt(add(mean(square(wide), axes, True), config.epsilon() if epsilon is None else epsilon)))
    return returned(y if weights is None else multiply(y, weights), x)
