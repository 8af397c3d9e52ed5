"""What `adapt` may be given: arrays, or batches of them from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError


def batches_of(layer: Any, data: Any, steps: int | None = None) -> Iterator[np.ndarray]:
    """The batches of `data` as ndarrays, at most `steps` of them.

    `data` is a tensor or ndarray, which is one batch; or yields batches, being iterable or a sequence with a length. Of a
    batch that is a tuple, such as (inputs, targets), the first counts.

    Raises `ArgumentError`, naming the layer, if there is no batch, or something without a shape in place of one.
    """
    if hasattr(data, "shape"):
        found: Iterator[Any] = iter([data])
    elif hasattr(data, "__getitem__") and hasattr(data, "__len__") and not isinstance(data, dict):
        found = (data[i] for i in range(len(data)))
    elif hasattr(data, "__iter__") and not isinstance(data, (dict, str)):
        found = iter(data)
    else:
        raise ArgumentError(
            f"Layer {layer.name!r}: adapt takes an array, a tensor, or batches of them, got {type(data).__name__}."
        )
    found = islice(found, steps)
    first = next(found, None)
    if first is None:
        raise ArgumentError(f"Layer {layer.name!r}: adapt needs at least one batch, got none.")
    return (_array(layer, batch) for batch in chain([first], found))


def _array(layer: Any, batch: Any) -> np.ndarray:
    if isinstance(batch, (tuple, list)) and batch and hasattr(batch[0], "shape"):
        batch = batch[0]
    if not hasattr(batch, "shape"):
        raise ArgumentError(
            f"Layer {layer.name!r}: adapt expects each batch to be an array or a tensor, got {type(batch).__name__}. "
            "Give one array as it is, and several as a list of arrays."
        )
    return np.asarray(ops.convert_to_numpy(batch))
