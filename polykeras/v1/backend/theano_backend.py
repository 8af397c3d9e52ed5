"""The backend's functions by the name of one of the two modules that Keras 1 had."""

import builtins
from typing import Any

from polykeras.typing import Tensor
from polykeras.v1 import backend
from polykeras.v1.backend.theano_ctc import *  # noqa: F403

globals().update({name: value for name, value in vars(backend).items() if not name.startswith("_")})


def is_explicit_shape(shape: object) -> bool:
    """Whether a shape is a tuple or list of ints and None."""
    return isinstance(shape, (tuple, list)) and builtins.all(d is None or isinstance(d, int) for d in shape)


def pattern_broadcast(x: Tensor, broatcastable: Any) -> Tensor:
    """`x`: every axis of size 1 is repeated where it has to be, without being marked."""
    return x
