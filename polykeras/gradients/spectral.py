"""Rules of Fourier transforms and Bessel functions. For what `g` is where numbers are complex, see `complex_numbers`."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.gradients.table import rule
from polykeras.ops.comparison import equal
from polykeras.ops.complex_numbers import conj
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import divide, multiply, subtract
from polykeras.ops.indexing import where
from polykeras.ops.spectral import fourier_transform, inverse_real_fourier_transform, real_fourier_transform
from polykeras.ops.window_functions import i0, i1


def _times(length: int) -> np.ndarray:
    """How often each element of half a spectrum occurs in the whole one: twice, but for frequency 0 and the middle."""
    counts = np.full(length // 2 + 1, 2.0)
    counts[0] = 1
    if length % 2 == 0:
        counts[-1] = 1
    return counts


def _halved(out: Any, x: Any) -> Any:
    length, kind = tuple(x.shape)[-1], dtype(x)
    scale = (length / _times(length)).astype(kind)
    return lambda g: inverse_real_fourier_transform(multiply(conj(g), scale), length)


def _doubled(out: Any, x: Any, length: int) -> Any:
    scale = (_times(length) / length).astype(dtype(out))
    return lambda g: multiply(conj(real_fourier_transform(g)), scale)


def _i1(out: Any, x: Any) -> Any:
    zero = equal(x, 0)
    # I₁' = I₀ - I₁/x, which at 0 is 1/2.
    return lambda g: multiply(g, where(zero, 0.5, subtract(i0(x), divide(out, where(zero, 1, x)))))


# The matrix of the transform is symmetric, and so is that of the inverse.
rule("fourier_transform", x=lambda out, x, rank, inverse: lambda g: fourier_transform(g, rank, inverse))
rule("real_fourier_transform", x=_halved)
rule("inverse_real_fourier_transform", x=_doubled)
rule("i0", x=lambda out, x: lambda g: multiply(g, i1(x)))
rule("i1", x=_i1)
