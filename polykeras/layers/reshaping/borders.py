"""Numbers of elements before and after each spatial axis: what cropping and padding layers share."""

from __future__ import annotations

import operator
from typing import Any, ClassVar

from polykeras.errors import ArgumentError
from polykeras.layers.convolutional.geometry import standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer

Borders = tuple[tuple[int, int], ...]


def borders(layer: type, name: str, value: Any, rank: int) -> Borders:
    """`value` as pairs ``(before, after)`` of ints of at least 0, one for each of `rank` spatial axes.

    It may be one int for all sides, or for each axis an int for both sides or a pair; of one axis, the pair itself.
    Raises `ArgumentError`, naming the argument.
    """
    try:
        found = _pairs(value, rank)
    except TypeError:
        found = ()
    if len(found) != rank or any(n < 0 for pair in found for n in pair):
        wanted = "a pair" if rank == 1 else f"{rank} of them, or {rank} pairs"
        raise ArgumentError(f"{layer.__name__}: {name} must be an int of at least 0, or {wanted}, got {value!r}.")
    return found


def _pairs(value: Any, rank: int) -> Borders:
    if hasattr(value, "__index__"):
        return ((operator.index(value),) * 2,) * rank
    if rank == 1 and all(hasattr(n, "__index__") for n in value):
        value = (value,)
    return tuple(_pair(n) for n in value)


def _pair(value: Any) -> tuple[int, int]:
    before, after = (value, value) if hasattr(value, "__index__") else _two(value)
    return operator.index(before), operator.index(after)


def _two(value: Any) -> Any:
    if len(value) != 2:
        raise TypeError
    return value


class BorderLayer(Layer):
    """A layer that changes the borders of the spatial axes.

    Args:
        argument: the name of the subclass's argument that says how; it becomes an attribute.
        value: its value. See `borders`.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    rank: ClassVar[int]

    def __init__(self, argument: str, value: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.borders = borders(type(self), argument, value, self.rank)
        setattr(self, argument, self.borders[0] if self.rank == 1 else self.borders)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def first_axis(self) -> int:
        """The first spatial axis."""
        return 1 if self.data_format == "channels_last" else 2
