"""The arguments that convolution and pooling layers share, checked when the layer is made."""

from __future__ import annotations

import operator
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.ops.convolution import channels_last


def standard_data_format(value: str | None) -> str:
    """``"channels_last"`` or ``"channels_first"``; None asks the configuration."""
    return "channels_last" if channels_last(value) else "channels_first"


def sizes(layer: type, name: str, value: Any, rank: int, least: int = 1) -> tuple[int, ...]:
    """`value` as one int of at least `least` for each of `rank` spatial axes.

    Raises `ArgumentError`, naming the argument.
    """
    try:
        found = (operator.index(value),) * rank if hasattr(value, "__index__") else tuple(map(operator.index, value))
    except TypeError:
        found = ()
    if len(found) != rank or min(found) < least:
        one = "a positive int" if least == 1 else f"an int of at least {least}"
        wanted = one if rank == 1 else f"{one} or {rank} of them"
        raise ArgumentError(f"{layer.__name__}: {name} must be {wanted}, got {value!r}.")
    return found


def standard_padding(layer: type, value: Any, allowed: tuple[str, ...] = ("valid", "same")) -> str:
    """`value` in lower case, if it is one of `allowed`. Raises `ArgumentError`, naming the layer."""
    padding = value.lower() if isinstance(value, str) else value
    if padding not in allowed:
        reason = ", which Conv1D, Conv2D and Conv3D alone have" if padding == "full" else ""
        raise ArgumentError(
            f"{layer.__name__}: padding must be {' or '.join(map(repr, allowed))}, got {value!r}{reason}."
        )
    return str(padding)


def check_windows_fit(layer: Any, shape: tuple[int | None, ...], windows: tuple[int, ...]) -> None:
    """Raise `ShapeError`, naming the layer, if with padding ``"valid"`` no window fits into the spatial axes."""
    spatial = shape[1:-1] if layer.data_format == "channels_last" else shape[2:]
    if any(d is not None and d < w for d, w in zip(spatial, windows, strict=True)):
        shape = without_probes(shape)
        raise ShapeError(
            f"Layer {layer.name!r}: a window of {windows} does not fit into the input {shape} ({layer.data_format}). "
            "Use a smaller window, or padding='same'."
        )
