"""Shapes of structures of tensors, as layers are built with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.interpreters import abstract
from polykeras.scope import local


def interpreting() -> bool:
    """Whether shapes are being inferred: the symbolic backend stays the default then."""
    return local.backend is not None and local.backend.absorbs


def without_probes(shape: Any) -> tuple[int | None, ...]:
    """A shape met while shapes are inferred: sizes that stand for unknown ones become None again."""
    if not interpreting():
        return tuple(shape)
    return tuple(None if d in abstract.PROBES else d for d in shape)


def shapes_of(value: Any) -> Any:
    """The shape of a tensor, or the structure of shapes of a structure of tensors."""
    if hasattr(value, "shape"):
        return without_probes(value.shape)
    if isinstance(value, dict):
        return {k: shapes_of(v) for k, v in value.items()}
    return type(value)(shapes_of(v) for v in value) if isinstance(value, (list, tuple)) else None


def map_shapes(f: Callable[[Any], Any], shapes: Any) -> Any:
    """`f` of each shape in a structure of shapes, whose lists and dictionaries stay."""
    if isinstance(shapes, dict):
        return {k: map_shapes(f, v) for k, v in shapes.items()}
    if isinstance(shapes, (list, tuple)) and any(isinstance(s, (list, tuple, dict)) for s in shapes):
        return [map_shapes(f, s) for s in shapes]
    return f(shapes)


def describe_inputs(args: tuple[Any, ...]) -> str:
    """The shapes of arguments in words, for messages."""
    shapes = [tuple(x.shape) for x in tree.flatten(args) if hasattr(x, "shape")]
    return f"input of shape {shapes[0]}" if len(shapes) == 1 else f"inputs of shapes {shapes}"


def broadcasts_to(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Whether a tensor of `shape` broadcasts to `target` without changing that."""
    return len(shape) <= len(target) and all(
        n in (1, wanted) for n, wanted in zip(reversed(shape), reversed(target), strict=False)
    )
