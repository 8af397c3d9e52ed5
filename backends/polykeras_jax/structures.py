"""Trees of tensors as the lists of arrays that JAX's transformations take.

The core's trees, in which None is a leaf, are not JAX's, in which it is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from polykeras import tree
from polykeras.dtypes import strong
from polykeras.errors import ArgumentError
from polykeras.ops.conversion import convert_to_tensor
from polykeras.scope import backend_scope


def tensor(value: Any) -> Any:
    """`value`, a leaf, as an array whose dtype is not weak: a weak one is a Python number that JAX has traced."""
    if not isinstance(value, jax.Array):
        with backend_scope("jax"):
            return convert_to_tensor(value)
    if not getattr(value, "weak_type", False):
        return value
    kind = {"i": "int*", "f": "float*", "c": "complex*"}[value.dtype.kind]
    return lax.convert_element_type(value, strong(kind))


def conjugate(g: Any) -> Any:
    """A gradient from JAX's form to the core's, or back: that by ``a + ib`` is ``∂/∂a - i ∂/∂b`` for JAX."""
    return jnp.conj(g) if jnp.iscomplexobj(g) else g


def take_apart(structure: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves but those that are None, as arrays, and the function that puts such a list back into the structure."""
    leaves, treedef = tree.flatten_with_treedef(structure)

    def rebuild(tensors: Sequence[Any]) -> Any:
        following = iter(tensors)
        return tree.unflatten(treedef, [None if leaf is None else next(following) for leaf in absent])

    absent = [leaf if leaf is None else True for leaf in leaves]  # the leaves themselves are not kept alive
    return [tensor(leaf) for leaf in leaves if leaf is not None], rebuild


def tensors_like(start: list[Any], structure: Any) -> list[Any]:
    """The leaves that a loop hands on, as arrays; a Python number takes the dtype that the loop began with."""
    leaves = [leaf for leaf in tree.flatten(structure) if leaf is not None]
    if len(leaves) != len(start):
        raise ArgumentError(f"a loop began with {len(start)} tensors, and its body returns {len(leaves)} to go on with")
    return [
        jnp.asarray(leaf, first.dtype) if isinstance(leaf, (bool, int, float)) else tensor(leaf)
        for leaf, first in zip(leaves, start)
    ]
