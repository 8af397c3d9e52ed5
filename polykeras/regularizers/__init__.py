"""Penalties on weights and activations."""

from __future__ import annotations

from typing import Any

from polykeras.legacy.accepting import accept_in_constructors
from polykeras.legacy.modules import renaming
from polykeras.regularizers.norms import L1, L1L2, L2
from polykeras.regularizers.orthogonal import OrthogonalRegularizer
from polykeras.regularizers.regularizer import Regularizer
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import serialize_keras_object

_TABLE = table_of(L1, L2, L1L2, OrthogonalRegularizer, l1_l2=L1L2, orthogonal=OrthogonalRegularizer)

# Keras has these names for them too.
l1 = L1
l1_l2 = L1L2
l2 = L2
orthogonal_regularizer = OrthogonalRegularizer

accept_in_constructors(globals())
__getattr__ = renaming(
    __name__, l1l2="l1_l2", activity_l1="l1", activity_l2="l2", activity_l1l2="l1_l2", WeightRegularizer="L1L2",
    ActivityRegularizer="L1L2",
)  # fmt: skip


def get(identifier: Any) -> Any:
    """The regularizer that a name, configuration, class or object stands for; None stays None.

    Raises `UnknownNameError` for a name that does not exist.
    """
    return look_up(identifier, _TABLE, "regularizers")


def serialize(regularizer: Any) -> Any:
    """The regularizer as plain data."""
    return serialize_keras_object(regularizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The regularizer that `serialize` described."""
    return look_up(config, _TABLE, "regularizers", custom_objects)


__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "serialize",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
]
