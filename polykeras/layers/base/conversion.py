"""Arguments as a layer computes with them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from polykeras import dtypes, masking, tree
from polykeras.errors import DtypeError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.ops import dispatch
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.scope import current_backend, local

_known_dtypes: defaultdict[str, set[Any]] = defaultdict(set)
"""By compute dtype, the dtype objects of any backend that need no cast to it; filled by what was met."""


def convert(layer: Any, x: Any) -> Any:
    """One argument as the layer computes with it: host data become tensors, floats the compute dtype."""
    if x is None or x is True or x is False or isinstance(x, str):
        return x
    if isinstance(x, (list, tuple, dict)):
        if _is_structure(x):
            if type(x) is list:  # what most layers of several inputs are given
                return [convert(layer, v) for v in x]
            return tree.map_structure(lambda v: convert(layer, v), x)
    elif not hasattr(x, "shape"):
        return x
    # An ndarray is a tensor already where the default backend's own tensors are ndarrays.
    known = _known_dtypes[layer._compute_dtype] if layer.autocast else ()
    if x.dtype in known and (local.host or not isinstance(x, np.ndarray)):
        return x
    try:
        kind = dtype(x)
    except DtypeError as error:
        raise DtypeError(f"Layer {layer.name!r}: {error}") from None
    target = layer._compute_dtype if layer.autocast and kind in dtypes.FLOATING else kind
    owner = _owner(x)
    if kind == target and owner is not None:
        if layer.autocast:
            _known_dtypes[layer._compute_dtype].add(x.dtype)
        return x
    converted = convert_to_tensor(x, target)
    if converted is not x and masking.any_masks() and masking.get_mask(x) is not None:
        masking.set_mask(converted, masking.get_mask(x))
    return converted


def _is_structure(x: Any) -> bool:
    """Whether a list, tuple or dictionary holds tensors, rather than the numbers of one."""
    if isinstance(x, dict):
        return True
    for v in x:
        if hasattr(v, "shape") or v is None or isinstance(v, (list, tuple, dict)):
            return True
    return not x


def _owner(x: Any) -> Any:
    """The backend that `x` belongs to; None for host data that still must be converted."""
    owner = dispatch.owner_of(x)
    if owner is dispatch.HOST:
        backend = current_backend()
        return backend if backend.host_native and isinstance(x, np.ndarray) else None
    return owner


def cast_symbolically(args: Any, layer: Any) -> Any:
    """Symbolic arguments with the dtype that the layer would cast them to; values among them converted."""

    def cast(x: Any) -> Any:
        if type(x) is not KerasTensor:
            return convert(layer, x)
        if layer.autocast and x.dtype in dtypes.FLOATING and x.dtype != layer.compute_dtype:
            return KerasTensor(x.shape, layer.compute_dtype)
        return x

    return tree.map_structure(cast, args)
