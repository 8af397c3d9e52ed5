"""Forward mode from reverse mode: the derivative along a direction by two pullbacks.

A pullback is linear in its cotangent, ``u ↦ uᵀJ``, so its own pullback is ``t ↦ J t``, which is the pushforward. The
point at which the second is taken does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.backend import Backend
from polykeras.dtypes import is_differentiable
from polykeras.ops.dispatch import weak_dtype_of


def jvp_by_two_pullbacks(
    backend: Backend, f: Callable[..., Any], xs: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, list[Any]]:
    """See `polykeras.backend.Backend.jvp`."""
    from polykeras.ops.creation import zeros_like

    result, pullback = backend.vjp(f, xs)
    leaves = tree.flatten(result)
    constant = [zeros_like(y) for y in leaves]
    floating = [i for i, y in enumerate(leaves) if is_differentiable(weak_dtype_of(y))]

    def transposed(*cotangents: Any) -> list[Any]:
        given = list(constant)
        for i, u in zip(floating, cotangents, strict=True):
            given[i] = u
        return pullback(tree.pack_sequence_as(result, given))

    if floating:
        _, push = backend.vjp(transposed, [constant[i] for i in floating])
        for i, t in zip(floating, push(list(tangents)), strict=True):
            constant[i] = t
    return result, constant
