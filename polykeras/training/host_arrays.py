"""Data of any kind as ndarrays, on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.errors import DtypeError, ShapeError


def standardize(structure: Any, name: str) -> Any:
    """A structure of arrays, tensors or tables as one of ndarrays; None stays None.

    A nested list of numbers is one array. `name` is what messages call the data.
    """
    if structure is None:
        return None
    if isinstance(structure, list) and structure and not _is_structure(structure):
        return to_host(structure, name)
    return tree.map_structure(lambda v: None if v is None else to_host(v, name), structure)


def _is_structure(values: list[Any]) -> bool:
    return any(hasattr(v, "shape") or isinstance(v, dict) for v in values)


def to_host(value: Any, name: str) -> Any:
    """An array, a tensor of any backend or a table as an ndarray; floats of 64 bits become the default float."""
    from polykeras.ops import dispatch
    from polykeras.ops.conversion import convert_to_numpy

    if hasattr(value, "nnz") and hasattr(value, "toarray"):
        raise DtypeError(
            f"{name} is sparse ({type(value).__name__}), and models take dense arrays. Give {name}.toarray(), or an "
            "iterable that makes one batch after the other dense."
        )
    if hasattr(value, "iloc"):
        array = _of_table(value, name)
    else:
        try:
            owner = dispatch.owner_of(value)
            if owner is not dispatch.HOST:
                array = convert_to_numpy(value)
            elif isinstance(value, (list, tuple)):
                array = dispatch.host_array("fit", name, value)
            else:
                array = np.asarray(value)
        except DtypeError:
            array = np.asarray(value)
    if array.dtype.kind not in "biufc" and array.dtype.name != "bfloat16":
        raise DtypeError(f"{name} must hold numbers, got an array of dtype {array.dtype}.")
    if array.dtype == np.float64 and dtypes.floatx() != "float64":
        array = array.astype(dtypes.numpy_dtype(dtypes.floatx()))
    if array.ndim == 0:
        raise ShapeError(f"{name} must have an axis of samples, got a single number.")
    return array


def _of_table(table: Any, name: str) -> Any:
    """A data frame of shape (samples, columns), or a series as one of a single column. Gaps become NaN."""
    array = table.to_numpy()
    if array.dtype == object:  # columns of several kinds, or with gaps
        try:
            array = table.astype("float64").to_numpy()
        except (TypeError, ValueError) as error:
            columns: Any = getattr(table, "dtypes", None)
            held = dict(columns) if hasattr(columns, "items") else columns
            raise DtypeError(f"{name} must hold numbers, got a {type(table).__name__} of {held}: {error}.") from error
    return array[:, np.newaxis] if array.ndim == 1 else np.ascontiguousarray(array)  # samples lie together
