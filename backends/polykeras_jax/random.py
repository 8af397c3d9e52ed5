"""Random numbers from JAX's Threefry, keyed by the core's random keys."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from polykeras.dtypes import FLOATING
from polykeras.errors import DtypeError
from polykeras_jax.compiled import compiled, fuse


def _draw(op: str, sample: Any) -> Any:
    def kernel(key: Any, shape: Any, dtype: str) -> Any:
        if dtype not in FLOATING:
            raise DtypeError(f"{op}: dtype must be a float, got {dtype}.")
        words = key.astype(jnp.uint32)  # negative numbers keep their bits
        return sample(jax.random.wrap_key_data(words, impl="threefry2x32"), shape, dtype)

    return compiled(kernel, 1, 2)


OVERRIDES = {
    "random_uniform": _draw("random_uniform", jax.random.uniform),
    "random_normal": _draw("random_normal", jax.random.normal),
    **fuse("random_bits"),
}
