"""Nested structures of lists, tuples, dicts and None: `flatten`, `map_structure` and their like.

None is a leaf, and dictionaries are walked in the order of their sorted keys, as in Keras 3. The work is optree's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_NAMESPACE = "polykeras"


def flatten(structure: Any) -> list[Any]:
    """The leaves, in order.

    >>> flatten({"b": 2, "a": [1, None]})
    [1, None, 2]
    """
    import optree

    return optree.tree_leaves(structure, none_is_leaf=True, namespace=_NAMESPACE)


def flatten_with_treedef(structure: Any) -> tuple[list[Any], Any]:
    """``leaves, treedef``; the treedef is hashable and goes to `unflatten`."""
    import optree

    leaves, treedef = optree.tree_flatten(structure, none_is_leaf=True, namespace=_NAMESPACE)
    return leaves, treedef


def unflatten(treedef: Any, leaves: Iterable[Any]) -> Any:
    """The structure that `flatten_with_treedef` took apart, with these leaves."""
    import optree

    return optree.tree_unflatten(treedef, leaves)


def map_structure(f: Callable[..., Any], *structures: Any) -> Any:
    """A structure like the first whose leaves are `f` of the corresponding leaves."""
    import optree

    return optree.tree_map(f, *structures, none_is_leaf=True, namespace=_NAMESPACE)


def is_nested(structure: Any) -> bool:
    """Whether `structure` is a container rather than a leaf."""
    import optree

    return not optree.tree_is_leaf(structure, none_is_leaf=True, namespace=_NAMESPACE)


def assert_same_structure(a: Any, b: Any) -> None:
    """Raise ValueError, naming the difference, unless `a` and `b` nest alike."""
    ta, tb = flatten_with_treedef(a)[1], flatten_with_treedef(b)[1]
    if ta != tb:
        raise ValueError(f"The structures differ: {ta} and {tb}.")


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """`flat_sequence` nested like `structure`."""
    return unflatten(flatten_with_treedef(structure)[1], flat_sequence)
