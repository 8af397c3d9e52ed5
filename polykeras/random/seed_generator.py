"""`SeedGenerator`: a random state that lives in a variable."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.random.host import global_seed, key_of, next_seed
from polykeras.variable import Variable, storage_backend


class SeedGenerator:
    """A stream of random keys.

    The state, int32 of shape (2,), is (seed, number of keys drawn). It is a variable, so a compiled training step
    takes it in and hands it back like any other state, and a saved model goes on where it was.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer))):
            raise ArgumentError(f"SeedGenerator: seed must be an int or None, got {seed!r}.")
        self.name = name or "seed_generator"
        self._initial_seed = seed
        start = _start(next_seed() if seed is None else int(seed))
        self.state = Variable(start, dtype="int32", trainable=False, name="seed_generator_state")

    def next(self, ordered: bool = True) -> Any:
        """A key, int32 of shape (2,), not drawn before; the state moves on by one."""
        from polykeras.ops.elementwise import add

        key = self.state.value
        self.state.assign(add(key, _STEP))
        return key

    def get_config(self) -> dict[str, Any]:
        """The seed that was asked for."""
        return {"seed": self._initial_seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """A generator at the start of the stream."""
        return cls(**config)


_STEP = np.array([0, 1], "int32")
_global: dict[str, SeedGenerator] = {}


def global_generator() -> SeedGenerator:
    """The process's own generator, on the default backend."""
    name = storage_backend().name
    if name not in _global:
        _global[name] = SeedGenerator(global_seed())
    return _global[name]


def restart_global_generators() -> None:
    """Set the process's generators to where `set_random_seed` says that they start."""
    for generator in _global.values():  # the variables stay: compiled steps know them
        generator.state.assign(_start(global_seed()))


def _start(seed: int) -> np.ndarray:
    return np.array([seed % 2**32, 0], "uint32").view("int32")


def draw_key(seed: Any) -> Any:
    """A random key for `seed`: an int's own, the generator's next, or the next of the process's generator."""
    if seed is None:
        seed = global_generator()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if isinstance(seed, (int, np.integer)):
        return key_of(int(seed))
    if getattr(seed, "shape", None) is not None and tuple(seed.shape) == (2,):
        return seed  # a key already
    raise ArgumentError(f"seed must be an int, a SeedGenerator, a key of shape (2,) or None, got {seed!r}.")
