"""Gradients of limited size."""

from __future__ import annotations

from collections.abc import Sequence

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.moments import float32_at_least, norm
from polykeras.typing import Tensor


def check(label: str, clipnorm: float | None, clipvalue: float | None, global_clipnorm: float | None) -> None:
    """Raise `ArgumentError` unless at most one limit is given, and it is positive."""
    given = {
        name: limit
        for name, limit in (("clipnorm", clipnorm), ("clipvalue", clipvalue), ("global_clipnorm", global_clipnorm))
        if limit is not None
    }
    if len(given) > 1:
        raise ArgumentError(f"{label}: only one of clipnorm, clipvalue and global_clipnorm may be given, got {given}.")
    for name, limit in given.items():
        if not limit > 0:
            raise ArgumentError(f"{label}: {name} must be positive, or None, got {limit!r}.")


def clip(
    gradients: Sequence[Tensor], clipnorm: float | None, clipvalue: float | None, global_clipnorm: float | None
) -> list[Tensor]:
    """The gradients within the one limit that is given; as they are if none is."""
    if clipnorm is not None:
        return [ops.multiply(g, ops.cast(_shrinking(norm(g), clipnorm), ops.dtype(g))) for g in gradients]
    if global_clipnorm is not None:
        return _clip_together(gradients, global_clipnorm)
    if clipvalue is not None:
        return [ops.clip(g, -clipvalue, clipvalue) for g in gradients]
    return list(gradients)


def _shrinking(size: Tensor, limit: float) -> Tensor:
    """``min(1, limit / size)``."""
    return ops.divide(limit, ops.maximum(size, limit))


def _clip_together(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """All gradients times the same number, so that their common norm is at most `limit`; NaN if it is not finite.

    Pascanu et al. 2012, arXiv:1211.5063.
    """
    total = None
    for g in gradients:
        squares = ops.sum(ops.square(float32_at_least(g)))
        # One number for all dtypes: the widest decides.
        total = squares if total is None else ops.add(total, squares)
    scale = ops.add(_shrinking(ops.sqrt(total), limit), ops.subtract(total, total))
    return [ops.multiply(g, ops.cast(scale, ops.dtype(g))) for g in gradients]
