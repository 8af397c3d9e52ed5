"""Random numbers from TensorFlow's stateless generators, keyed by the core's random keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras_tensorflow.native import DTYPES, FLOATS, ints, raw, run_body

Kernel = Callable[..., Any]


def _stateless(name: str, op: Kernel) -> Kernel:
    def kernel(key: Any, shape: Any, dtype: str) -> Any:
        native = DTYPES[dtype]
        if native not in FLOATS:
            return run_body(name, key, shape, dtype)
        return op(ints(shape), key, native)

    return kernel


OVERRIDES: dict[str, Kernel] = {
    "random_uniform": _stateless("random_uniform", raw.StatelessRandomUniform),
    "random_normal": _stateless("random_normal", raw.StatelessRandomNormal),
}
