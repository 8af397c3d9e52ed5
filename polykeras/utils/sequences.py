"""Sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences, cut or filled up to one length, as an array of shape ``(len(sequences), maxlen, ...)``.

    Args:
        sequences: sequences of numbers, or of arrays of one shape.
        maxlen: the length; by default that of the longest.
        dtype: of the result; ``object`` or a string dtype to pad strings.
        padding: ``"pre"`` or ``"post"``: at which end to fill up.
        truncating: ``"pre"`` or ``"post"``: at which end to cut off.
        value: what to fill up with.

    Raises `ArgumentError` for what is no list of sequences, `ShapeError` if their items differ in shape.

    >>> pad_sequences([[1, 2, 3], [4]], maxlen=2)
    array([[2, 3],
           [0, 4]], dtype=int32)
    """
    for name, end in (("padding", padding), ("truncating", truncating)):
        if end not in ("pre", "post"):
            raise ArgumentError(f"pad_sequences: {name} must be 'pre' or 'post', got {end!r}.")
    if not hasattr(sequences, "__len__"):
        raise ArgumentError(f"pad_sequences: sequences must be a list of lists, got {type(sequences).__name__}.")
    for i, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise ArgumentError(f"pad_sequences: every entry must be a sequence, number {i} is {sequence!r}.")
    if np.dtype(dtype).kind not in "USO" and isinstance(value, str):
        raise ArgumentError(f"pad_sequences: value {value!r} does not fit dtype {np.dtype(dtype)}; use dtype=object.")
    if maxlen is None:
        maxlen = max(map(len, sequences), default=0)
    item_shape = next((np.shape(s)[1:] for s in sequences if len(s)), ())
    padded = np.full((len(sequences), maxlen, *item_shape), value, dtype)
    for i, sequence in enumerate(sequences):
        if not len(sequence) or not maxlen:
            continue
        kept = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype)
        if kept.shape[1:] != item_shape:
            raise ShapeError(
                f"pad_sequences: the items of all sequences must have one shape; those of the first have {item_shape}, "
                f"those of number {i} {kept.shape[1:]}."
            )
        rows = slice(0, len(kept)) if padding == "post" else slice(maxlen - len(kept), maxlen)
        padded[i, rows] = kept
    return padded
