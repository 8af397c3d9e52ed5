"""Random tensors. Every function is a pure function of its `seed`.

A seed is an int (the same numbers each time), a `SeedGenerator` (new numbers each time, its state being a variable that
compiled steps carry along), or None for the process's own generator.
"""

from polykeras.random.binomial import binomial
from polykeras.random.distributions import (
    categorical,
    dropout,
    normal,
    randint,
    shuffle,
    truncated_normal,
    uniform,
)
from polykeras.random.gamma import beta, gamma
from polykeras.random.host import host_generator, key_of, set_random_seed
from polykeras.random.seed_generator import SeedGenerator

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "host_generator",
    "key_of",
    "normal",
    "randint",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
