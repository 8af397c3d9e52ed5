"""What Keras users know as ``keras.backend``: settings, questions about dtypes, names. `polykeras.backend` has all of it."""

from __future__ import annotations

import gc
from typing import Any

from polykeras import dtypes
from polykeras.config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from polykeras.graph.names import get_uid, reset_names

_WEAK = {int: "int*", float: "float*", bool: "bool", None: "float*"}


def clear_session(free_memory: bool = True) -> None:
    """Count the names of layers afresh; with `free_memory` also collect garbage. Models that exist stay as they are."""
    reset_names()
    if free_memory:
        gc.collect()


def standardize_dtype(dtype: Any) -> str:
    """The name of any spelling of a dtype; None is the default float.

    Raises `DtypeError` for an unknown one.
    """
    return "int32" if dtype is int else dtypes.standardize(dtype)


def is_float_dtype(dtype: Any) -> bool:
    """Whether a dtype is a floating one."""
    return standardize_dtype(dtype) in dtypes.FLOATING


def is_int_dtype(dtype: Any) -> bool:
    """Whether a dtype is one of integers, with or without a sign."""
    return standardize_dtype(dtype) in dtypes.INTEGER


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a symbolic tensor."""
    from polykeras.graph import KerasTensor

    return isinstance(x, KerasTensor)


def result_type(*dtypes_: Any) -> str:
    """The dtype that tensors of these dtypes promote to; ``int`` and ``float`` stand for Python numbers.

    >>> result_type("int32", float)
    'float32'
    >>> result_type("float16", int)
    'float16'
    """
    if not dtypes_:
        return dtypes.floatx()
    names = [_WEAK[d] if d is None or (isinstance(d, type) and d in _WEAK) else standardize_dtype(d) for d in dtypes_]
    return dtypes.result_type(*names)


__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]
