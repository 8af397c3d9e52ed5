"""`InputSpec`: what a layer accepts, checked before it computes."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError


class InputSpec:
    """Rank, sizes and dtype of one input.

    Args:
        dtype: expected dtype, or None for any.
        shape: expected shape; None in it matches any size.
        ndim, max_ndim, min_ndim: the rank, exactly or within bounds.
        axes: from axis to expected size.
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: tuple[int | None, ...] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(k): int(v) for k, v in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def describe(self) -> str:
        """In words, for messages."""
        parts = []
        if self.shape is not None:
            parts.append(f"shape {self.shape}")
        elif self.ndim is not None:
            parts.append(f"rank {self.ndim}")
        if self.min_ndim is not None:
            parts.append(f"rank at least {self.min_ndim}")
        if self.max_ndim is not None:
            parts.append(f"rank at most {self.max_ndim}")
        parts += [f"size {size} along axis {axis}" for axis, size in self.axes.items()]
        if self.dtype:
            parts.append(f"dtype {self.dtype}")
        return ", ".join(parts)

    def accepts(self, shape: tuple[int | None, ...]) -> bool:
        """Whether a tensor of this shape fits."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return False
        if (self.min_ndim is not None and rank < self.min_ndim) or (self.max_ndim is not None and rank > self.max_ndim):
            return False
        for axis, size in self.axes.items():
            if not -rank <= axis < rank or shape[axis] not in (None, size):
                return False
        if self.shape is not None:
            return all(a is None or b is None or a == b for a, b in zip(self.shape, shape, strict=True))
        return True


def check_inputs(spec: Any, inputs: Any, layer: str) -> None:
    """Raise `ShapeError`, naming the layer, what came and what was wanted, unless `inputs` fit `spec`."""
    specs = spec if isinstance(spec, (list, tuple)) else [spec]
    if isinstance(inputs, dict):
        values = list(inputs.values())
    else:
        values = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if len(values) != len(specs):
        raise ArgumentError(f"Layer {layer!r} expects {len(specs)} input(s), got {len(values)}.")
    for one, x in zip(specs, values, strict=True):
        if one is None or not hasattr(x, "shape") or (x is None and one.optional):
            continue
        if not one.accepts(tuple(x.shape)):
            raise ShapeError(f"Layer {layer!r} expects an input of {one.describe()}, got shape {tuple(x.shape)}.")
