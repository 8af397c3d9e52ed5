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


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """A structure like the first whose leaves are `func` of the corresponding leaves.

    With ``none_is_leaf=False``, None stays None. Raises ValueError if the structures do not nest alike.
    """
    import optree

    if not structures:
        raise ValueError("map_structure needs at least one structure.")
    return optree.tree_map(func, *structures, none_is_leaf=none_is_leaf, namespace=_NAMESPACE)


def is_nested(structure: Any) -> bool:
    """Whether `structure` is a container rather than a leaf."""
    import optree

    return not optree.tree_is_leaf(structure, none_is_leaf=True, namespace=_NAMESPACE)


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Raise ValueError, naming the difference, unless `a` and `b` nest alike. `check_types` has no effect."""
    ta, tb = flatten_with_treedef(a)[1], flatten_with_treedef(b)[1]
    if ta != tb:
        raise ValueError(f"The structures differ: {ta} and {tb}.")


def assert_same_paths(a: Any, b: Any) -> None:
    """Raise ValueError unless the leaves of `a` and `b` are under the same indices and keys; a list is like a tuple."""
    pa, pb = ({path for path, _ in flatten_with_path(x)} for x in (a, b))
    if pa != pb:
        raise ValueError(
            "The structures differ in their paths: "
            f"only in the first {sorted(pa - pb, key=str)}, only in the second {sorted(pb - pa, key=str)}."
        )


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """`flat_sequence` nested like `structure`. Raises ValueError if it is too short or too long."""
    if not isinstance(flat_sequence, Iterable):
        raise TypeError(f"pack_sequence_as: flat_sequence must be iterable, got {type(flat_sequence).__name__}.")
    return unflatten(flatten_with_treedef(structure)[1], flat_sequence)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """``(path, leaf)`` for each leaf, in order; a path holds the indices and keys that lead there.

    >>> flatten_with_path([{"foo": 42}])
    [((0, 'foo'), 42)]
    """
    import optree

    paths, leaves, _ = optree.tree_flatten_with_path(structure, none_is_leaf=True, namespace=_NAMESPACE)
    return list(zip(paths, leaves, strict=True))


class _MapToNone:
    """What a function given to `traverse` returns to have a part replaced by None."""

    def __repr__(self) -> str:
        return "MAP_TO_NONE"


MAP_TO_NONE = _MapToNone()


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """The structure with each part replaced by `func` of it, unless that is None.

    From the top, a replaced part is not entered; from the bottom, `func` gets parts whose insides were replaced
    already. A part is replaced by None where `func` returns `MAP_TO_NONE`.
    """
    if not callable(func):
        raise TypeError(f"traverse: func must be callable, got {type(func).__name__}.")

    def visit(part: Any) -> Any:
        if top_down:
            replacement = func(part)
            if replacement is not None:
                return None if replacement is MAP_TO_NONE else replacement
        if is_nested(part):
            part = _map_children(visit, part)
        if top_down:
            return part
        replacement = func(part)
        return part if replacement is None else None if replacement is MAP_TO_NONE else replacement

    return visit(structure)


def _map_children(f: Callable[[Any], Any], part: Any) -> Any:
    """The container with `f` of what is directly inside."""
    import optree

    return optree.tree_map(f, part, is_leaf=lambda x: x is not part, none_is_leaf=True, namespace=_NAMESPACE)


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples in place of lists.

    >>> lists_to_tuples([1, {"a": [2]}])
    (1, {'a': (2,)})
    """
    return traverse(lambda part: tuple(part) if type(part) is list else None, structure, top_down=False)


def _is_shape(part: Any) -> bool:
    return isinstance(part, (tuple, list)) and all(d is None or isinstance(d, int) for d in part)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """The structure with `func` of each shape in it; lists and tuples of ints and None count as shapes.

    >>> map_shape_structure(len, {"a": (2, None), "b": [(3,)]})
    {'a': 2, 'b': [1]}
    """
    import optree

    if not callable(func):
        raise TypeError(f"map_shape_structure: func must be callable, got {type(func).__name__}.")
    return optree.tree_map(func, structure, is_leaf=_is_shape, none_is_leaf=True, namespace=_NAMESPACE)


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """`func` of the parts of `structures` that stand where `shallow_structure` has leaves, nested like it.

    >>> map_structure_up_to([0, [0, 0]], str, [[1, 1], [2, 2]])
    ['[1, 1]', ['2', '2']]
    """
    if not structures:
        raise TypeError("map_structure_up_to needs at least one structure.")
    if not callable(func):
        raise TypeError(f"map_structure_up_to: func must be callable, got {type(func).__name__}.")
    treedef = flatten_with_treedef(shallow_structure)[1]
    columns = [treedef.flatten_up_to(s) for s in structures]
    return unflatten(treedef, [func(*parts) for parts in zip(*columns, strict=True)])
