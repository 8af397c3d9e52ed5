"""Rules of complex numbers.

A rule's `g` stands, for a complex result ``z = a + ib``, for ``∂L/∂a - i ∂L/∂b``, so that a small change of z changes the
real L by ``Re(g dz)``. Then the rules of functions that are differentiable in the complex sense read as those of real
ones: ``g`` times the derivative. Outside, the gradient is the conjugate of that; the tape turns it at its ends.
"""

from __future__ import annotations

from typing import Any

from polykeras.dtypes import COMPLEX
from polykeras.gradients.table import rule
from polykeras.ops.casting import cast
from polykeras.ops.complex_numbers import conj, imag, make_complex, real
from polykeras.ops.conversion import dtype
from polykeras.ops.creation import zeros_like
from polykeras.ops.elementwise import negative


def _imag(out: Any, x: Any) -> Any:
    if dtype(x) not in COMPLEX:
        return None  # zero, whatever x is
    return lambda g: make_complex(zeros_like(g), negative(g))


def _real(out: Any, x: Any) -> Any:
    kind = dtype(x)
    return lambda g: cast(g, kind)


rule("make_complex", x1=lambda out, x1, x2: real, x2=lambda out, x1, x2: lambda g: negative(imag(g)))
rule("real", x=_real)
rule("imag", x=_imag)
rule("conj", x=lambda out, x: conj)
