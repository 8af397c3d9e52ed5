"""Window functions by their length, and the Bessel functions that one of them is made of.

A window is computed on the host in double precision and rounded once to the default float: it is the same everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes
from polykeras.errors import ArgumentError
from polykeras.ops import rules, samples
from polykeras.ops.conversion import convert_to_numpy, convert_to_tensor
from polykeras.ops.hosting import on_host
from polykeras.ops.policies import FLOAT, KEEP
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _length(name: str, x: Any) -> int:
    """A length given as a number or a tensor with one element."""
    value = np.asarray(convert_to_numpy(x))
    if value.size != 1 or value.dtype.kind not in "iu" or value.item() < 0:
        raise ArgumentError(f"{name}: the length must be one integer that is not negative, got {value.tolist()}.")
    return int(value.item())


def _lengths(s: Any) -> list[Any]:
    return [s(5), s(4), s(1), s(0)]


@composite(KEEP, samples=_lengths, differentiable=False, exact=True)
def bartlett(x: Any) -> Tensor:
    """The triangular window of length x, zero at both ends, in the default float."""
    return convert_to_tensor(np.bartlett(_length("bartlett", x)), dtypes.floatx())


@composite(KEEP, samples=_lengths, differentiable=False, exact=True)
def blackman(x: Any) -> Tensor:
    """The Blackman window of length x: ``0.42 - 0.5 cos(2πn/(x-1)) + 0.08 cos(4πn/(x-1))``, in the default float."""
    return convert_to_tensor(np.blackman(_length("blackman", x)), dtypes.floatx())


@composite(KEEP, samples=_lengths, differentiable=False, exact=True)
def hamming(x: Any) -> Tensor:
    """The Hamming window of length x: ``0.54 - 0.46 cos(2πn/(x-1))``, in the default float."""
    return convert_to_tensor(np.hamming(_length("hamming", x)), dtypes.floatx())


@composite(KEEP, samples=_lengths, differentiable=False, exact=True)
def hanning(x: Any) -> Tensor:
    """The Hann window of length x: ``0.5 - 0.5 cos(2πn/(x-1))``, in the default float."""
    return convert_to_tensor(np.hanning(_length("hanning", x)), dtypes.floatx())


@composite(KEEP, samples=lambda s: [s(5, 14.0), s(4, 0.0), s(1, 2.0)], differentiable=False, exact=True)
def kaiser(x: Any, beta: float) -> Tensor:
    """The Kaiser window of length x: ``I₀(beta √(1 - (2n/(x-1) - 1)²)) / I₀(beta)``, in the default float."""
    width = np.asarray(convert_to_numpy(beta), "float64")
    if width.size != 1:
        raise ArgumentError(f"kaiser: beta must be one number, got shape {width.shape}.")
    return convert_to_tensor(np.kaiser(_length("kaiser", x), width.item()), dtypes.floatx())


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary, host=on_host("i0"))
def i0(x: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 0, I₀."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary, host=on_host("i1"))
def i1(x: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 1, I₁: the derivative of `i0`."""
