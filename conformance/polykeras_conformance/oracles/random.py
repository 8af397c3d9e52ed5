"""Random numbers: Threefry-2x32 with 20 rounds in plain Python integers, from its paper.

Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". `encrypt` gives the paper's own test
vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

_MASK = 0xFFFFFFFF
_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)


def encrypt(key: tuple[int, int], counter: tuple[int, int]) -> tuple[int, int]:
    """One block of the cipher: two 32-bit words from two."""
    words = [*key, 0x1BD11BDA ^ key[0] ^ key[1]]
    x, y = (counter[0] + words[0]) & _MASK, (counter[1] + words[1]) & _MASK
    for n in range(20):
        x = (x + y) & _MASK
        by = _ROTATIONS[n % 8]
        y = ((y << by | y >> (32 - by)) & _MASK) ^ x
        if n % 4 == 3:
            turn = n // 4 + 1
            x = (x + words[turn % 3]) & _MASK
            y = (y + words[(turn + 1) % 3] + turn) & _MASK
    return x, y


def bits(key: Any, shape: Any) -> np.ndarray:
    """int64 array of the int32 numbers that `random_bits` gives."""
    n = math.prod(shape)
    half = (n + 1) // 2
    words = tuple(int(k) & _MASK for k in key)
    pairs = [encrypt(words, (i, half + i)) for i in range(half)]  # type: ignore[arg-type]
    flat = [x for x, _ in pairs] + [y for _, y in pairs]
    return np.array(flat[:n], "uint32").view("int32").astype("int64").reshape(shape)


def uniform(key: Any, shape: Any, dtype: str) -> np.ndarray:
    """The fraction that the leading bits of a word are, or for float64 53 bits of two words."""
    if dtype == "float64":
        high, low = bits(key, (2, *shape)) & _MASK
        return ((high >> 5) * 2**26 + (low >> 6)) / 2**53
    digits = {"float16": 11, "bfloat16": 8, "float32": 24}[dtype]
    return ((bits(key, shape) & _MASK) >> (32 - digits)) / 2**digits


def normal(key: Any, shape: Any, dtype: str) -> np.ndarray:
    """By Box and Muller, from two uniform numbers each."""
    u, v = uniform(key, (2, *shape), "float64" if dtype == "float64" else "float32")
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


ORACLES: dict[str, Callable[..., Any]] = {
    "random_bits": bits,
    "random_uniform": uniform,
    "random_normal": normal,
}
