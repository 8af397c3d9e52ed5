"""Projections that an optimizer applies to a weight after each update."""

from __future__ import annotations

from typing import Any

from polykeras.constraints.constraint import Constraint
from polykeras.constraints.norms import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from polykeras.legacy.accepting import accept_in_constructors
from polykeras.legacy.modules import renaming
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import serialize_keras_object

# The names without an underscore, and `nonneg`, are Keras 1's.
_TABLE = table_of(
    MaxNorm, MinMaxNorm, NonNeg, UnitNorm, maxnorm=MaxNorm, nonneg=NonNeg, unitnorm=UnitNorm, non_negative=NonNeg
)

# Keras has these names for them too.
max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

accept_in_constructors(globals())
__getattr__ = renaming(__name__, maxnorm="max_norm", nonneg="non_neg", unitnorm="unit_norm")


def get(identifier: Any) -> Any:
    """The constraint that a name, configuration, class or object stands for; None stays None.

    Raises `UnknownNameError` for a name that does not exist.
    """
    return look_up(identifier, _TABLE, "constraints")


def serialize(constraint: Any) -> Any:
    """The constraint as plain data."""
    return serialize_keras_object(constraint)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The constraint that `serialize` described."""
    return look_up(config, _TABLE, "constraints", custom_objects)


__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "serialize",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "unit_norm",
]
