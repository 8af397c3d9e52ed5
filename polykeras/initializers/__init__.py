"""Starting values of variables. Random ones are computed on the host, so that every backend starts from equal bits."""

from __future__ import annotations

from typing import Any

from polykeras.initializers.constant_initializers import Constant, Identity, Ones, Zeros
from polykeras.initializers.initializer import Initializer
from polykeras.initializers.random_initializers import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import deserialize_keras_object as deserialize
from polykeras.saving.serialization import serialize_keras_object as serialize

_TABLE = table_of(
    Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal, LecunUniform, Ones, Orthogonal,
    RandomNormal, RandomUniform, TruncatedNormal, VarianceScaling, Zeros,
    uniform=RandomUniform, normal=RandomNormal, one=Ones, zero=Zeros, identity=Identity,
)  # fmt: skip


def get(identifier: Any) -> Any:
    """The initializer that a name, configuration, class or object stands for; None stays None."""
    return look_up(identifier, _TABLE, "initializer")


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "deserialize",
    "get",
    "serialize",
]
