"""Random numbers from NumPy's Philox, keyed by the core's random keys."""

from __future__ import annotations

from typing import Any

from polykeras.dtypes import numpy_dtype
from polykeras.random.host import keyed_generator


def _random_uniform(key: Any, shape: Any, dtype: str) -> Any:
    if dtype in ("float32", "float64"):
        return keyed_generator(key).random(shape, numpy_dtype(dtype))
    digits = {"float16": 11, "bfloat16": 8}[dtype]  # so that no value rounds up to 1
    return (keyed_generator(key).integers(1 << digits, size=shape) * 2.0**-digits).astype(numpy_dtype(dtype))


def _random_normal(key: Any, shape: Any, dtype: str) -> Any:
    working = "float64" if dtype == "float64" else "float32"
    return keyed_generator(key).standard_normal(shape, numpy_dtype(working)).astype(numpy_dtype(dtype), copy=False)


def uniform_into(key: Any, out: Any) -> None:
    """`random_uniform` of float32 or float64, written into an array."""
    keyed_generator(key).random(None, out.dtype, out)


OVERRIDES = {"random_uniform": _random_uniform, "random_normal": _random_normal}
