"""How a kernel is made: a small function on `jax.lax`, compiled once per shape and inlined into a surrounding trace.

A jitted function is the cheapest call that JAX has on concrete arrays: a third of what most of `jax.numpy` costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from polykeras import config
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope

_INT64 = range(-(2**63), 2**63)


def compiled(function: Callable[..., Any], *static: int, keep_unused: bool = False) -> Callable[..., Any]:
    """`function` as a kernel. The arguments numbered in `static` are plain Python values, lists included.

    Python numbers among the other arguments are traced, so that a new value compiles nothing anew. With `keep_unused`,
    a tensor of which only the shape is read still decides on which device the result lies.
    """
    run = jax.jit(function, static_argnums=static, inline=True, keep_unused=keep_unused)

    def kernel(*args: Any) -> Any:
        try:
            return run(*args)
        except (OverflowError, ValueError, TypeError):
            mended = _mend(args, static)
            if mended is None:
                raise
            return run(*mended)

    return kernel


def _mend(args: tuple[Any, ...], static: tuple[int, ...]) -> list[Any] | None:
    """Arguments that jit refused as it takes them: lists hashable, wide ints narrower. None if there are no such."""
    mended = [_hashable(a) if i in static else _narrow(a, args) for i, a in enumerate(args)]
    return mended if any(new is not old for new, old in zip(mended, args, strict=True)) else None


def _hashable(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        parts = tuple(map(_hashable, value))
        changed = isinstance(value, list) or any(new is not old for new, old in zip(parts, value, strict=True))
        return parts if changed else value
    return value


def _narrow(value: Any, args: tuple[Any, ...]) -> Any:
    """A Python int that no int64 holds, as uint64, or as a float where it goes with floats."""
    if type(value) is not int or value in _INT64:
        return value
    with_floats = any(np.issubdtype(a.dtype, np.inexact) for a in args if hasattr(a, "dtype"))
    return float(value) if with_floats or not 0 <= value < 2**64 else np.uint64(value)


def fused(name: str, configured: bool = False) -> Callable[..., Any]:
    """The body of a composite op as one compiled kernel: in eager use, one call in place of several.

    With `configured`, there is one for each configured epsilon, which the body reads.
    """
    op = REGISTRY[name]
    tensors = {p.index for p in op.tensors}
    body: Callable[..., Any] = op.body  # type: ignore[assignment]

    def run(*args: Any) -> Any:
        if op.scalars:  # numbers, traced, have become wider than the first tensor
            args = (args[0], *(a.astype(args[0].dtype) for a in args[1:]))
        with backend_scope("jax"):
            return body(*args)

    static = [i for i in range(len(op.signature.parameters)) if i not in tensors]
    if not configured:
        return compiled(run, *static)
    kernel = compiled(lambda epsilon, *args: run(*args), 0, *(i + 1 for i in static))
    return lambda *args: kernel(config.epsilon(), *args)


def fuse(*names: str, configured: bool = False) -> dict[str, Callable[..., Any]]:
    """A table of `fused` kernels."""
    return {name: fused(name, configured) for name in names}
