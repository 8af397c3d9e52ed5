"""Loops over a leading axis in Python: the default `scan` and `vectorized_map` of a backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import tree


def _at(xs: Any, i: int) -> Any:
    return tree.map_structure(lambda x: x[i], xs)


def _stack(results: list[Any]) -> Any:
    from polykeras.ops.joining import stack

    return tree.map_structure(lambda *leaves: None if leaves[0] is None else stack(leaves), *results)


def unrolled_scan(f: Callable[..., Any], init: Any, xs: Any, length: int, reverse: bool = False) -> Any:
    """``carry, ys``; see `polykeras.backend.Backend.scan`. Of no steps: ``init, None``."""
    carry, ys = init, [None] * length
    for i in reversed(range(length)) if reverse else range(length):
        carry, ys[i] = f(carry, _at(xs, i))
    return carry, (_stack(ys) if ys else None)


def unrolled_map(f: Callable[[Any], Any], xs: Any) -> Any:
    """`f` of each slice, stacked."""
    return _stack([f(_at(xs, i)) for i in range(tree.flatten(xs)[0].shape[0])])
