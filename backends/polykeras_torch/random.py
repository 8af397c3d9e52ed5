"""Random numbers that are functions of the core's random keys, by generators that are faster than the ops' bodies.

On the CPU they are NumPy's Philox: PyTorch's own CPU generator uses 32 bits of its seed, of the 64 that a key has, and is
no faster. On other devices, where looking at the key would mean waiting for it, and under `torch.compile`, key and
position are hashed, by the mixing function of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
number generators"), twice.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from polykeras.ops import rules
from polykeras.random.host import keyed_generator
from polykeras_torch.native import DTYPES, body, placement, values_at_hand

_DIGITS = {torch.float16: 11, torch.bfloat16: 8, torch.float32: 24, torch.float64: 53}
"""The bits of a significand: with so many, no value rounds up to 1."""


def _philox(key: Any, count: int, dtype: torch.dtype) -> Any:
    wide = dtype is torch.float64
    u = torch.from_numpy(keyed_generator(key.numpy()).random(count, np.float64 if wide else np.float32))
    if dtype.itemsize == 2:
        u = (u * 2.0 ** _DIGITS[dtype]).floor_().mul_(2.0 ** -_DIGITS[dtype]).to(dtype)
    return u.to(placement.device)


_FIRST, _SECOND = 0xBF58476D1CE4E5B9 - 2**64, 0x94D049BB133111EB - 2**64


def _down(z: Any, places: int) -> Any:
    """The bits of an int64 moved down, zeros coming in."""
    return (z >> places) & ((1 << (64 - places)) - 1)


def _mixed(z: Any) -> Any:
    z = (z ^ _down(z, 30)) * _FIRST
    z = (z ^ _down(z, 27)) * _SECOND
    return z ^ _down(z, 31)


def _hashed(key: Any, count: int, dtype: torch.dtype) -> Any:
    high, low = key.to(torch.int64).unbind()
    start = _mixed((high << 32) ^ (low & 0xFFFFFFFF))
    bits = _mixed(_mixed(start + torch.arange(count, device=key.device)) ^ start)
    digits = _DIGITS[dtype]
    working = torch.float64 if dtype is torch.float64 else torch.float32
    return (_down(bits, 64 - digits).to(working) * 2.0**-digits).to(placement.device, dtype)


def _random_uniform(key: Any, shape: Any, dtype: str) -> Any:
    target = DTYPES[dtype]
    if target not in _DIGITS:
        return body("random_uniform")(key, shape, dtype)  # raises
    draw = _philox if values_at_hand(key) else _hashed
    return draw(key, rules.size_of(shape), target).reshape(tuple(shape))


def _random_normal(key: Any, shape: Any, dtype: str) -> Any:
    """Box and Muller 1958, as the op's body. NumPy's own are four times slower."""
    if DTYPES[dtype] not in _DIGITS:
        return body("random_normal")(key, shape, dtype)  # raises
    u, v = _random_uniform(key, (2, *shape), "float64" if dtype == "float64" else "float32")
    return (torch.sqrt(-2 * torch.log1p(-u)) * torch.cos(v * (2 * math.pi))).to(DTYPES[dtype])


OVERRIDES = {"random_uniform": _random_uniform, "random_normal": _random_normal}
