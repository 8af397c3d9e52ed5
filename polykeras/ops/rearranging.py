"""Rearranging axes by a pattern, in the notation of einops."""

from __future__ import annotations

import re

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.conversion import convert_to_tensor, is_tensor
from polykeras.ops.movement import reshape, transpose
from polykeras.typing import Tensor

_TOKEN = re.compile(r"\s*(\(|\)|\.\.\.|[A-Za-z_]\w*|1(?!\w))")


def _axes_of_side(side: str, pattern: str) -> list[list[str]]:
    """One list of names for each axis of a side: one name, those in parentheses, none of ``1``; ``["..."]``."""
    axes: list[list[str]] = []
    group: list[str] | None = None
    at = 0
    while side[at:].strip():
        match = _TOKEN.match(side, at)
        if match is None:
            raise ArgumentError(f"rearrange: cannot read {side[at:].strip()!r} in the pattern {pattern!r}.")
        token, at = match.group(1), match.end()
        if token == "(" and group is None:
            group = []
        elif token == ")" and group is not None:
            axes.append(group)
            group = None
        elif token in ("(", ")") or (token == "..." and group is not None):
            raise ArgumentError(f"rearrange: {token!r} is in the wrong place in the pattern {pattern!r}.")
        elif group is not None:
            group += [] if token == "1" else [token]
        else:
            axes.append([] if token == "1" else [token])
    if group is not None:
        raise ArgumentError(f"rearrange: a parenthesis is not closed in the pattern {pattern!r}.")
    names = [name for axis in axes for name in axis]
    if len(set(names)) < len(names):
        raise ArgumentError(f"rearrange: the same name occurs twice on one side of the pattern {pattern!r}.")
    return axes


def _sizes(axes: list[list[str]], shape: tuple[int, ...], pattern: str, known: dict[str, int]) -> dict[str, int]:
    """The size of each name, from the tensor's shape and the sizes that the caller gave."""
    sizes = dict(known)
    for names, size in zip(axes, shape, strict=True):
        unknown = [name for name in names if name not in sizes]
        given = rules.size_of([sizes[name] for name in names if name in sizes])
        if len(unknown) > 1:
            raise ArgumentError(
                f"rearrange: of the sizes of {', '.join(unknown)} in {pattern!r}, all but one are needed."
            )
        if unknown:
            if not given or size % given:
                raise ShapeError(f"rearrange: an axis of size {size} is no multiple of {given}; {pattern!r}, {known}.")
            sizes[unknown[0]] = size // given
        elif given != size:
            raise ShapeError(
                f"rearrange: {' '.join(names) or '1'} in {pattern!r} is an axis of {given}, not of {size}."
            )
    return sizes


def rearrange(tensor: Tensor, pattern: str, **axes_lengths: int) -> Tensor:
    """`tensor` with its axes cut, permuted and merged as `pattern` says.

    The pattern names the axes before and after an arrow. Parentheses hold the axes, first one slowest, that make up
    one; ``1`` is an axis of size 1; an ellipsis stands for any number of axes. Each name occurs once on each side. All
    but one of the sizes within parentheses on the left are given by name.

    Raises `ArgumentError` for a pattern that cannot be read, `ShapeError` for sizes that do not fit.

    >>> import numpy as np
    >>> import polykeras as pk
    >>> image = np.zeros((32, 30, 40, 3))
    >>> tuple(pk.ops.rearrange(image, "b (h1 h) (w1 w) c -> (b h1 w1) h w c", h1=2, w1=2).shape)
    (128, 15, 20, 3)
    """
    x = tensor if is_tensor(tensor) else convert_to_tensor(tensor)
    shape = tuple(x.shape)
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise ArgumentError(f"rearrange: the pattern {pattern!r} has no '->'.")
    sources, targets = _axes_of_side(left, pattern), _axes_of_side(right, pattern)
    hidden = len(shape) - len(sources) + (["..."] in sources)
    if hidden < 0 or (hidden and ["..."] not in sources):
        raise ShapeError(f"rearrange: the left side of {pattern!r} does not name the axes of shape {shape}.")
    rest = [[f"...{i}"] for i in range(hidden)]
    sources = [axis for names in sources for axis in (rest if names == ["..."] else [names])]
    targets = [axis for names in targets for axis in (rest if names == ["..."] else [names])]
    before = [name for names in sources for name in names]
    after = [name for names in targets for name in names]
    if sorted(before) != sorted(after):
        raise ArgumentError(f"rearrange: both sides of {pattern!r} must name the same axes.")
    if not set(axes_lengths) <= set(before):
        raise ArgumentError(f"rearrange: {sorted(set(axes_lengths) - set(before))} are no axes of {pattern!r}.")
    sizes = _sizes(sources, shape, pattern, {name: int(size) for name, size in axes_lengths.items()})
    x = reshape(x, tuple(sizes[name] for name in before))
    x = transpose(x, tuple(before.index(name) for name in after))
    return reshape(x, tuple(rules.size_of([sizes[name] for name in names]) for names in targets))
