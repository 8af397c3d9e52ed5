"""Rules of functions of the real line beyond the elementary ones."""

from __future__ import annotations

import math

from polykeras.gradients.table import rule
from polykeras.ops.elementwise import divide, exp, multiply, negative, square

rule("erfc", x=lambda out, x: lambda g: multiply(g, multiply(-2 / math.sqrt(math.pi), exp(negative(square(x))))))
rule("cbrt", x=lambda out, x: lambda g: divide(g, multiply(square(out), 3)))
