"""Random numbers as pure functions of a key: the ops under `polykeras.random`.

The bodies are a counter-based generator, Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as
easy as 1, 2, 3"), in int32 arithmetic that wraps around. Its bits are the same on every backend. Backends may override
`random_uniform` and `random_normal` with generators of their own, which are as good and faster, but differ;
`polykeras.config.set_portable_random(True)` keeps to the bodies.
"""

from __future__ import annotations

import math
from typing import Any

from polykeras.errors import DtypeError
from polykeras.ops import rules
from polykeras.ops.casting import cast
from polykeras.ops.creation import range_
from polykeras.ops.elementwise import add, cos, log, multiply, negative, sqrt
from polykeras.ops.indexing import get_item
from polykeras.ops.joining import concatenate
from polykeras.ops.logic import bitwise_and, bitwise_or, bitwise_xor, left_shift, right_shift
from polykeras.ops.movement import reshape
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Key, Shape, Tensor

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


def _rotate(x: Tensor, by: int) -> Tensor:
    low = bitwise_and(right_shift(x, 32 - by), (1 << by) - 1)
    return bitwise_or(left_shift(x, by), low)


def _threefry(key: Key, x0: Tensor, x1: Tensor) -> tuple[Tensor, Tensor]:
    k0, k1 = get_item(key, 0), get_item(key, 1)
    keys = (k0, k1, bitwise_xor(bitwise_xor(k0, k1), _PARITY))
    x0, x1 = add(x0, keys[0]), add(x1, keys[1])
    for group in range(5):
        for by in _ROTATIONS[group % 2]:
            x0 = add(x0, x1)
            x1 = bitwise_xor(_rotate(x1, by), x0)
        x0 = add(x0, keys[(group + 1) % 3])
        x1 = add(x1, add(keys[(group + 2) % 3], group + 1))
    return x0, x1


@composite(
    KEEP, samples=lambda s: [s(s.key(), (5,)), s(s.key(), (2, 3)), s(s.key(), ())], differentiable=False, exact=True
)
def random_bits(key: Key, shape: Shape) -> Tensor:
    """int32 of `shape`, all 32 bits random: word i encrypts the counter i with `key`, int32 of shape (2,)."""
    n = rules.size_of(shape)
    half = (n + 1) // 2
    first, second = _threefry(key, range_(0, half, 1, "int32"), range_(half, 2 * half, 1, "int32"))
    return reshape(get_item(concatenate([first, second]), slice(0, n)), tuple(shape))


def _check_float(op: str, dtype: str) -> None:
    if "float" not in dtype:
        raise DtypeError(f"{op}: dtype must be a float, got {dtype}.")


# As many bits as the dtype's significand holds, so that no value rounds up to 1.
_DIGITS = {"float16": 11, "bfloat16": 8, "float32": 24}


def _cases(s: Any) -> list[Any]:
    return [s(s.key(), (4, 3), dtype) for dtype in ("float32", "float64", "float16", "bfloat16")] + [
        s(s.key(), (), "float32")
    ]


@composite(KEEP, samples=_cases, differentiable=False)
def random_uniform(key: Key, shape: Shape, dtype: str) -> Tensor:
    """Uniform on [0, 1), of a float `dtype`; a function of `key`, int32 of shape (2,), alone."""
    _check_float("random_uniform", dtype)
    if dtype == "float64":
        bits = random_bits(key, (2, *shape))
        high = cast(bitwise_and(right_shift(bits[0], 5), (1 << 27) - 1), dtype)
        low = cast(bitwise_and(right_shift(bits[1], 6), (1 << 26) - 1), dtype)
        return multiply(add(multiply(high, 2.0**26), low), 2.0**-53)
    digits = _DIGITS[dtype]
    bits = bitwise_and(right_shift(random_bits(key, shape), 32 - digits), (1 << digits) - 1)
    return cast(multiply(cast(bits, "float32"), 2.0**-digits), dtype)


@composite(KEEP, samples=_cases, differentiable=False)
def random_normal(key: Key, shape: Shape, dtype: str) -> Tensor:
    """Standard normal, of a float `dtype`; a function of `key`, int32 of shape (2,), alone.

    Box and Muller 1958: ``sqrt(-2 log u) cos(2π v)`` of two uniform numbers.
    """
    _check_float("random_normal", dtype)
    working = "float64" if dtype == "float64" else "float32"
    pair = random_uniform.op.body(key, (2, *shape), working)  # type: ignore[attr-defined]
    radius = sqrt(multiply(-2.0, log(add(1.0, negative(pair[0])))))
    return cast(multiply(radius, cos(multiply(2 * math.pi, pair[1]))), dtype)
