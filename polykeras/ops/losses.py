"""The cross-entropies."""

from __future__ import annotations

import math
from typing import Any

from polykeras import config, dtypes
from polykeras.errors import ShapeError
from polykeras.ops import rules
from polykeras.ops.activations import log_softmax, softplus
from polykeras.ops.elementwise import add, clip, divide, log, multiply, negative, subtract
from polykeras.ops.indexing import take_along_axis
from polykeras.ops.movement import expand_dims, squeeze
from polykeras.ops.policies import FLOAT
from polykeras.ops.reductions import sum_
from polykeras.ops.registry import composite
from polykeras.typing import Index, Tensor


def _categorical_cases(s: Any) -> list[Any]:
    target = [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]
    return [
        s(target, s.real(2, 3, low=0.1, high=0.9)),
        s(target, s.real(2, 3), from_logits=True),
        s(s.real(3, 2, low=0, high=1), s.real(3, 2, low=0.1, high=0.9), axis=0),
        s(target, s.real(2, 3, low=-60, high=60), from_logits=True),
    ]


@composite(FLOAT, samples=_categorical_cases)
def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    """``-sum(target * log(output))`` over `axis`.

    Probabilities are divided by their sum and clipped to [epsilon, 1 - epsilon] first; with ``from_logits=True``,
    `output` holds unnormalised log-probabilities. Shapes must be equal; the result lacks `axis`.
    """
    if tuple(target.shape) != tuple(output.shape):
        raise ShapeError(
            f"categorical_crossentropy: target {tuple(target.shape)} and output {tuple(output.shape)} must have "
            "equal shapes. Integer labels go with sparse_categorical_crossentropy."
        )
    return negative(sum_(multiply(target, _log_probabilities(output, from_logits, axis)), axis))


def _log_probabilities(output: Tensor, from_logits: bool, axis: int) -> Tensor:
    if from_logits:
        return log_softmax(output, axis)
    eps = config.epsilon()
    return log(clip(divide(output, sum_(output, axis, True)), eps, 1 - eps))


def _softmax_cases(s: Any) -> list[Any]:
    target = [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]
    return [
        s(target, s.real(2, 3)),
        s(s.real(3, 2, low=0, high=1), s.real(3, 2), axis=0),
        s(target, s.real(2, 3, low=-60, high=60), grad=False),
    ]


@composite(FLOAT, samples=_softmax_cases)
def softmax_crossentropy(target: Tensor, logits: Tensor, axis: int = -1) -> Tensor:
    """`categorical_crossentropy` of ``softmax(logits)``, whose logarithms are clipped as the probabilities would be.

    Shapes must be equal; the result lacks `axis`.
    """
    if tuple(target.shape) != tuple(logits.shape):
        return categorical_crossentropy(target, logits, True, axis)  # raises
    eps = config.epsilon()
    scores = clip(log_softmax(logits, axis), math.log(eps), math.log1p(-eps))
    return negative(sum_(multiply(target, scores), axis))


def _sparse_cases(s: Any) -> list[Any]:
    return [
        s([0, 2], s.real(2, 3, low=0.1, high=0.9)),
        s([0, 2], s.real(2, 3), from_logits=True),
        s([[1], [0]], s.real(2, 3), from_logits=True),
        s([[1, 0, 1]], s.real(1, 2, 3), from_logits=True, axis=1),
        s([0, 3, -1], s.real(3, 3), from_logits=True, grad=False),
    ]


@composite(FLOAT, samples=_sparse_cases)
def sparse_categorical_crossentropy(target: Index, output: Tensor, from_logits: bool = False, axis: int = -1) -> Tensor:
    """``-log(output[target])`` along `axis`, `target` holding class numbers.

    `target` has the shape of `output` without `axis`, or with 1 there. A class that is negative or too large gives NaN.
    Probabilities are treated as in `categorical_crossentropy`.
    """
    from polykeras.ops.comparison import less
    from polykeras.ops.indexing import where

    shape = tuple(output.shape)
    axis = rules.axis_of(axis, len(shape))
    if len(target.shape) == len(shape) and tuple(target.shape)[axis] == 1:
        target = squeeze(target, axis)
    if tuple(target.shape) != shape[:axis] + shape[axis + 1 :]:
        raise ShapeError(
            f"sparse_categorical_crossentropy: target {tuple(target.shape)} must have the shape of output {shape} "
            f"without axis {axis}. One-hot targets go with categorical_crossentropy."
        )
    # gather would count negative classes from the end.
    target = where(less(target, 0), shape[axis], target)
    picked = take_along_axis(_log_probabilities(output, from_logits, axis), expand_dims(target, axis), axis)
    return negative(squeeze(picked, axis))


def _binary_cases(s: Any) -> list[Any]:
    target = [[0.0, 1.0, 0.5]]
    # A probability of exactly 1 is clipped to a number whose distance from 1 is mostly rounding.
    return [
        s(target, s.real(1, 3, low=0.1, high=0.9), dtypes=dtypes.FLOATING),
        s(target, s.real(1, 3, low=-40, high=40), from_logits=True),
    ]


@composite(FLOAT, samples=_binary_cases)
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Tensor:
    """``-(target log(output) + (1 - target) log(1 - output))``, elementwise.

    Probabilities are clipped to [epsilon, 1 - epsilon]; with ``from_logits=True``, `output` goes through a sigmoid.
    """
    if tuple(target.shape) != tuple(output.shape):
        raise ShapeError(
            f"binary_crossentropy: target {tuple(target.shape)} and output {tuple(output.shape)} must have equal shapes."
        )
    if from_logits:
        return subtract(softplus(output), multiply(target, output))
    eps = config.epsilon()
    output = clip(output, eps, 1 - eps)
    gain = multiply(target, log(output))
    return negative(add(gain, multiply(subtract(1, target), log(subtract(1, output)))))
