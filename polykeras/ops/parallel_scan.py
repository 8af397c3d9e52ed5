"""Scans with an associative function, in a logarithmic number of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.control_flow import on_graphs


@on_graphs
def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """``[a, f(a, b), f(f(a, b), c), ...]`` of the slices a, b, c … of `elems` along `axis`.

    `f` is associative and works on many slices at once: it takes two trees like `elems`, whose tensors have some size
    along `axis`, and returns one. With `reverse` the scan runs from the last slice. Neighbours are combined, the half
    as many results scanned, and the others filled in (Blelloch 1990, "Prefix sums and their applications").
    """
    from polykeras.ops.conversion import convert_to_tensor
    from polykeras.ops.movement import flip

    if not callable(f):
        raise ArgumentError(f"associative_scan: f must be callable, got {type(f).__name__}.")
    leaves, treedef = tree.flatten_with_treedef(tree.map_structure(convert_to_tensor, elems))
    if not leaves:
        raise ArgumentError("associative_scan: elems must hold at least one tensor, got none.")
    try:
        axes = [rules.axis_of(axis, len(x.shape)) for x in leaves]
    except ArgumentError as error:
        raise ArgumentError(f"associative_scan: {error}.") from None
    sizes = {x.shape[a] for x, a in zip(leaves, axes, strict=True)}
    if len(sizes) > 1:
        raise ArgumentError(
            f"associative_scan: the tensors must agree in their size along axis {axis}, got {sorted(sizes)}."
        )

    def combine(left: list[Any], right: list[Any]) -> list[Any]:
        result = f(tree.unflatten(treedef, left), tree.unflatten(treedef, right))
        found = tree.flatten(result)
        if len(found) != len(leaves):
            raise ArgumentError(f"associative_scan: f must return a tree like elems, got {len(found)} tensors.")
        return found

    def cut(xs: list[Any], *span: int | None) -> list[Any]:
        return [x[(slice(None),) * a + (slice(*span),)] for x, a in zip(xs, axes, strict=True)]

    def scan(xs: list[Any]) -> list[Any]:
        size = xs[0].shape[axes[0]]
        if size < 2:
            return xs
        odd = scan(combine(cut(xs, 0, size - 1, 2), cut(xs, 1, None, 2)))
        first = cut(xs, 0, 1)
        if size > 2:
            before = cut(odd, 0, -1) if size % 2 == 0 else odd
            rest = combine(before, cut(xs, 2, None, 2))
            first = [_joined([x, y], a) for x, y, a in zip(first, rest, axes, strict=True)]
        return [_interleaved(x, y, a) for x, y, a in zip(first, odd, axes, strict=True)]

    def turned(xs: list[Any]) -> list[Any]:
        return [flip(x, a) for x, a in zip(xs, axes, strict=True)] if reverse else xs

    return tree.unflatten(treedef, turned(scan(turned(leaves))))


def _joined(xs: list[Any], axis: int) -> Any:
    from polykeras.ops.joining import concatenate

    return concatenate(xs, axis)


def _interleaved(even: Any, odd: Any, axis: int) -> Any:
    """Slices of `even` and `odd` in turn; `even` has as many, or one more."""
    from polykeras.ops.joining import stack
    from polykeras.ops.movement import reshape

    shape = list(even.shape)
    count, more = odd.shape[axis], shape[axis] - odd.shape[axis]
    head = even[(slice(None),) * axis + (slice(0, count),)] if more else even
    shape[axis] = 2 * count
    pairs = reshape(stack([head, odd], axis + 1), tuple(shape))
    return _joined([pairs, even[(slice(None),) * axis + (slice(count, None),)]], axis) if more else pairs
