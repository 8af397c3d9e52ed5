"""Random numbers on the host, the same whatever the backend: initial weights, shuffles, seeds.

They come from NumPy's Philox, a counter-based generator whose stream is fixed by its key.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

_lock = threading.Lock()
_state: dict[str, Any] = {"seed": None, "count": 0}


def set_random_seed(seed: int) -> None:
    """Fix every random choice that polykeras makes from now on: initial weights, shuffles, dropout.

    Python's and NumPy's own global generators are seeded too, as Keras does.
    """
    import random

    if not 0 <= int(seed) < 2**32:
        raise ValueError(f"set_random_seed: seed must be from 0 to 2**32 - 1, got {seed!r}.")
    random.seed(seed)
    np.random.seed(seed)
    with _lock:
        _state.update(seed=int(seed), count=0)
    from polykeras.random.seed_generator import restart_global_generators

    restart_global_generators()


def global_seed() -> int:
    """Where the process's own generators start: fixed by `set_random_seed`, else from the system."""
    with _lock:
        seed = _state["seed"]
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    return int(host_generator(seed, 0).integers(2**32))  # `next_seed` uses the streams from 1 on


def next_seed() -> int:
    """A new seed below 2**32: the next of the fixed sequence after `set_random_seed`, else from the system."""
    with _lock:
        if _state["seed"] is None:
            return int(np.random.SeedSequence().generate_state(1)[0])
        _state["count"] += 1
        return int(host_generator(_state["seed"], _state["count"]).integers(2**32))


def host_generator(seed: int, stream: int = 0) -> np.random.Generator:
    """A NumPy generator whose numbers depend on `seed` and `stream` alone."""
    return np.random.Generator(np.random.Philox(key=(int(seed) % 2**64) | (int(stream) % 2**64) << 64))


class _Keyed(threading.local):
    """One generator a thread: setting its state takes a sixth of the time of making a new one."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.bits)
        self.start = self.bits.state  # counter 0, nothing buffered


_keyed = _Keyed()


def keyed_generator(key: Any) -> np.random.Generator:
    """This thread's NumPy generator, put at the start of the stream that a random key (an int32 array) names."""
    _keyed.start["state"]["key"][:] = key
    _keyed.bits.state = _keyed.start
    return _keyed.generator


def key_of(seed: int) -> Any:
    """The random key, an int32 array of shape (2,), that stands for an int seed."""
    return np.array([seed % 2**32, (seed >> 32) % 2**32], "uint32").view("int32")
