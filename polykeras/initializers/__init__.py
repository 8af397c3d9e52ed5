"""Starting values of variables. Random ones are computed on the host, so that every backend starts from equal bits."""

from __future__ import annotations

from typing import Any

from polykeras.initializers.constant_initializers import Constant, Identity, Ones, Zeros
from polykeras.initializers.initializer import Initializer
from polykeras.initializers.orthogonal import Orthogonal
from polykeras.initializers.random_initializers import RandomNormal, RandomUniform, TruncatedNormal
from polykeras.initializers.stft import STFT
from polykeras.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import serialize_keras_object

_TABLE = table_of(
    Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal, LecunUniform, Ones, Orthogonal,
    RandomNormal, RandomUniform, STFT, TruncatedNormal, VarianceScaling, Zeros,
    IdentityInitializer=Identity, OrthogonalInitializer=Orthogonal, STFTInitializer=STFT,
    normal=RandomNormal, one=Ones, uniform=RandomUniform, zero=Zeros,
)  # fmt: skip

# Keras has these names for them too.
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
IdentityInitializer = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
OrthogonalInitializer = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFT
STFTInitializer = STFT
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros


def get(identifier: Any) -> Any:
    """The initializer that a name, configuration, class or object stands for; None stays None.

    A number or an array stands for `Constant`. Raises `UnknownNameError` for a name that does not exist.
    """
    if not isinstance(identifier, bool) and (isinstance(identifier, (int, float)) or hasattr(identifier, "shape")):
        return Constant(identifier)
    return look_up(identifier, _TABLE, "initializers")


def serialize(initializer: Any) -> Any:
    """The initializer as plain data."""
    return serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The initializer that `serialize` described."""
    return look_up(config, _TABLE, "initializers", custom_objects)


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
    "STFT",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "deserialize",
    "get",
    "serialize",
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "IdentityInitializer",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "OrthogonalInitializer",
    "random_normal",
    "random_uniform",
    "stft",
    "STFTInitializer",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
