"""Nested structures, as `keras.tree` documents them."""

from __future__ import annotations

import inspect
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import pytest

from polykeras import tree

Point = namedtuple("Point", ["x", "y"])

# The signatures of Keras 3.15.
SIGNATURES = {
    "assert_same_paths": "(a, b)",
    "assert_same_structure": "(a, b, check_types=None)",
    "flatten": "(structure)",
    "flatten_with_path": "(structure)",
    "is_nested": "(structure)",
    "lists_to_tuples": "(structure)",
    "map_shape_structure": "(func, structure)",
    "map_structure": "(func, *structures, none_is_leaf=True)",
    "map_structure_up_to": "(shallow_structure, func, *structures)",
    "pack_sequence_as": "(structure, flat_sequence)",
    "traverse": "(func, structure, top_down=True)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    found = inspect.signature(getattr(tree, name))
    bare = found.replace(
        parameters=[p.replace(annotation=p.empty) for p in found.parameters.values()],
        return_annotation=inspect.Signature.empty,
    )
    assert str(bare) == SIGNATURES[name]


def test_flatten_and_pack() -> None:
    structure = {"b": (1, None), "a": [Point(2, 3), OrderedDict([("z", 4), ("c", 5)])]}
    leaves = tree.flatten(structure)
    assert leaves == [2, 3, 4, 5, 1, None]  # plain dictionaries by sorted keys, ordered ones in their order
    assert tree.pack_sequence_as(structure, leaves) == structure
    assert tree.pack_sequence_as(7, [8]) == 8
    with pytest.raises(ValueError, match="2"):
        tree.pack_sequence_as([1, 2], [1])
    with pytest.raises(TypeError, match="iterable"):
        tree.pack_sequence_as([1, 2], 5)


def test_flatten_with_path() -> None:
    assert tree.flatten_with_path([{"foo": 42, "bar": (1, None)}]) == [
        ((0, "bar", 0), 1),
        ((0, "bar", 1), None),
        ((0, "foo"), 42),
    ]


def test_map_structure() -> None:
    assert tree.map_structure(lambda a, b: (a, b), [1, {"k": 2}], [3, {"k": 4}]) == [(1, 3), {"k": (2, 4)}]
    assert tree.map_structure(lambda x: 1, {"a": None}) == {"a": 1}
    assert tree.map_structure(lambda x: 1, {"a": None}, none_is_leaf=False) == {"a": None}
    with pytest.raises(ValueError, match="at least one"):
        tree.map_structure(len)
    with pytest.raises(ValueError, match="mismatch"):
        tree.map_structure(lambda a, b: a, [1], [1, 2])


def test_same_structure_and_same_paths() -> None:
    tree.assert_same_structure([(0, 1)], [(2, 3)])
    tree.assert_same_paths([0, 1], Point(2, 3))
    with pytest.raises(ValueError, match="differ"):
        tree.assert_same_structure([0, 1], (2, 3))
    with pytest.raises(ValueError, match=r"'a'.*'b'"):
        tree.assert_same_paths({"a": 1}, {"b": 1})


def test_traverse() -> None:
    seen: list[Any] = []
    assert tree.traverse(seen.append, [(1, 2), [3], {"a": 4}]) == [(1, 2), [3], {"a": 4}]
    assert seen == [[(1, 2), [3], {"a": 4}], (1, 2), 1, 2, [3], 3, {"a": 4}, 4]
    seen.clear()
    tree.traverse(seen.append, [(1, 2), [3], {"a": 4}], top_down=False)
    assert seen == [1, 2, (1, 2), 3, [3], 4, {"a": 4}, [(1, 2), [3], {"a": 4}]]
    assert tree.traverse(lambda x: tree.MAP_TO_NONE if x == 1 else None, [1, (2, 1)]) == [None, (2, None)]
    assert tree.traverse(lambda x: "T" if isinstance(x, tuple) else None, [1, (2, 1)]) == [1, "T"]
    doubled = tree.traverse(lambda x: x * 2 if isinstance(x, int) else None, [1, Point(2, 1)])
    assert doubled == [2, Point(4, 2)] and type(doubled[1]) is Point


def test_lists_to_tuples() -> None:
    assert tree.lists_to_tuples([1, [2, {"a": [3]}]]) == (1, (2, {"a": (3,)}))


def test_map_shape_structure() -> None:
    shapes = {"a": (1, None), "b": [(2, 3), (4,)]}
    assert tree.map_shape_structure(lambda s: ("S", s), shapes) == {
        "a": ("S", (1, None)),
        "b": [("S", (2, 3)), ("S", (4,))],
    }


def test_map_structure_up_to() -> None:
    assert tree.map_structure_up_to([None, None], len, [[1, 1], [2, 2]]) == [2, 2]
    assert tree.map_structure_up_to([None, [None, None]], str, [[1, 1], [2, 2]]) == ["[1, 1]", ["2", "2"]]
    assert tree.map_structure_up_to([0, 0], lambda a, b: (a, b), [[1, 1], 2], [5, [6]]) == [([1, 1], 5), (2, [6])]
    with pytest.raises(ValueError, match="5"):
        tree.map_structure_up_to([0, 0], str, 5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: tree.traverse(3, [1]),  # type: ignore[arg-type]
        lambda: tree.map_structure_up_to([0], 3, [1]),  # type: ignore[arg-type]
        lambda: tree.map_structure_up_to([0], str),
        lambda: tree.map_shape_structure(3, [1]),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_function_is_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"callable|at least one"):
        call()
