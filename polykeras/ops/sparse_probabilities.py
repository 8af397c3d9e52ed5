"""Probabilities with exact zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.ops import rules
from polykeras.ops.activations import relu
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import greater
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import add, divide, multiply, subtract
from polykeras.ops.movement import flip
from polykeras.ops.policies import FLOAT
from polykeras.ops.reductions import amax, cumsum, in_float32, returned, sum_
from polykeras.ops.registry import composite
from polykeras.ops.sorting import sort
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    return [s(s.real(2, 4)), s(s.real(3, 2), axis=0), s(s.real(2, 3, low=-90, high=90)), s(s.real(0, 3))]


@composite(FLOAT, samples=_cases)
def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """The point of the probability simplex that is nearest to x along `axis`: like softmax, with exact zeros.

    An element at the border of the support has probability 0 and no gradient. Martins and Astudillo 2016,
    arXiv:1602.02068.
    """
    rank = len(x.shape)
    axis = rules.axis_of(axis, rank)
    wide = in_float32(x)
    wide = subtract(wide, stop_gradient(amax(wide, axis, True)))
    descending = flip(sort(wide, axis=axis), axis=axis)
    size = tuple(x.shape)[axis]
    numbers = np.arange(1, size + 1, dtype=dtype(wide)).reshape([-1 if i == axis else 1 for i in range(rank)])
    inside = greater(add(multiply(descending, numbers), 1.0), cumsum(descending, axis=axis))
    inside = cast(inside, dtype(wide))
    excess = subtract(sum_(multiply(descending, inside), axis, True), 1.0)
    return returned(relu(subtract(wide, divide(excess, sum_(inside, axis, True)))), x)
