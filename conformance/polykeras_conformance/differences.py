"""Derivatives of the references by finite differences: of first and second order, along given directions.

Differentiated is a weighted sum of all floating results, with fixed weights. Central differences at one and at two
steps are combined (Richardson), which leaves an error of the fourth order in the step. Samples keep clear of kinks by
more than the steps taken here.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras_conformance import cases, oracles
from polykeras_conformance.cases import Call

STEP = 1e-3
FIRST_ORDER = 1e-7
"""How exact a first derivative by differences is, relative to its size."""
SECOND_ORDER = 1e-4
"""The same for a second one."""


class Scalar:
    """A call as a scalar function of its floating tensors."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.places = cases.floating_tensors(call)
        self._exact = call.reference()
        self.point = self._start()
        self._random = np.random.default_rng(zlib.crc32(call.id.encode()))
        shapes = [r.shape for r in self._results(self.point)]
        self.weights = [self.direction(shape) for shape in shapes]

    def _start(self) -> list[np.ndarray]:
        return [cases.at(self._exact, place) for place in self.places]

    def direction(self, shape: Sequence[int]) -> np.ndarray:
        """An array of numbers away from zero, of both signs."""
        size = self._random.uniform(0.5, 1.5, shape)
        return size * self._random.choice([-1.0, 1.0], shape)

    def _results(self, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        results = oracles.evaluate(self.call, tuple(cases.replaced(self._exact, self.places, xs)))
        return [r for r, rule in zip(results, self.call.expected, strict=True) if "float" in rule.dtype]

    def value(self, xs: Sequence[np.ndarray]) -> float:
        """The reference's value at `xs`, one array for each floating tensor."""
        return math.fsum(math.fsum((w * r).ravel()) for w, r in zip(self.weights, self._results(xs), strict=True))

    def on(self, backend: Any, constants: Sequence[Any], weights: Sequence[Any]) -> Any:
        """The same function of a list of the backend's tensors, written in ops.

        `constants` are the call's arguments and `weights` the weights on that backend.
        """

        def f(xs: Sequence[Any]) -> Any:
            results = self.call.run(cases.replaced(constants, self.places, xs))
            floating = [r for r, rule in zip(results, self.call.expected, strict=True) if "float" in rule.dtype]
            terms = [ops.sum(ops.multiply(r, w)) for r, w in zip(floating, weights, strict=True)]
            total = terms[0]
            for term in terms[1:]:
                total = ops.add(total, term)
            return total

        return f

    def along(self, direction: Sequence[np.ndarray]) -> float:
        """The derivative at the point along `direction`."""

        def central(h: float) -> float:
            plus, minus = _moved(self.point, direction, h), _moved(self.point, direction, -h)
            return (self.value(plus) - self.value(minus)) / (2 * h)

        return (4 * central(STEP) - central(2 * STEP)) / 3

    def along_both(self, first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> float:
        """The second derivative along two directions."""

        def central(h: float) -> float:
            plus, minus = _moved(self.point, first, h), _moved(self.point, first, -h)
            corners = (
                self.value(_moved(plus, second, h)),
                -self.value(_moved(plus, second, -h)),
                -self.value(_moved(minus, second, h)),
                self.value(_moved(minus, second, -h)),
            )
            return math.fsum(corners) / (4 * h * h)

        return (4 * central(2 * STEP) - central(4 * STEP)) / 3


def _moved(xs: Sequence[np.ndarray], direction: Sequence[np.ndarray], h: float) -> list[np.ndarray]:
    return [x + h * d for x, d in zip(xs, direction, strict=True)]
