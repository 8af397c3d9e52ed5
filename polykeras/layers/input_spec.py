"""`InputSpec`: what a layer accepts, checked before it computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes, tree
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops import dispatch


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

    def accepts(self, shape: Sequence[int | None]) -> bool:
        """Whether a tensor of this shape fits."""
        rank = len(shape)
        wanted: Sequence[int | None] | None = self.shape
        if self.allow_last_axis_squeeze and wanted is not None:
            shape, wanted = _without_last_one(shape), _without_last_one(wanted)
            if len(shape) != len(wanted):
                return False
        elif self.ndim is not None and rank != self.ndim:
            return False
        if (self.min_ndim is not None and rank < self.min_ndim) or (self.max_ndim is not None and rank > self.max_ndim):
            return False
        for axis, size in self.axes.items():
            if not -rank <= axis < rank or shape[axis] not in (None, size):
                return False
        return wanted is None or all(a is None or b is None or a == b for a, b in zip(wanted, shape, strict=True))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments but for two that Keras leaves out too: `allow_last_axis_squeeze` and `name`."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """The spec that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<InputSpec {self.describe()}>"


def _without_last_one(shape: Sequence[int | None]) -> Sequence[int | None]:
    return shape[:-1] if len(shape) and shape[-1] == 1 else shape


def check_inputs(spec: Any, inputs: Any, layer: str) -> None:
    """Raise an error that names the layer, what came and what was wanted, unless `inputs` fit `spec`.

    `spec` is one `InputSpec` or a structure of them, `inputs` a tensor or a structure; a dictionary of inputs is looked
    up by the names of the specs, if all have one. Raises `ArgumentError` for another number of inputs or something that
    is no tensor, `ShapeError` and `DtypeError`.
    """
    if type(spec) is InputSpec and hasattr(inputs, "shape"):
        specs, values = [spec], [inputs]
    else:
        specs = tree.flatten(spec)
        values = _by_name(specs, inputs, layer)
    for one, x in zip(specs, values, strict=True):
        if one is None or (x is None and one.optional):
            continue
        if not hasattr(x, "shape"):
            raise ArgumentError(f"Layer {layer!r} takes tensors, got {x!r:.80} of type {type(x).__name__}.")
        if not one.accepts(x.shape):
            raise ShapeError(f"Layer {layer!r} expects an input of {one.describe()}, got shape {tuple(x.shape)}.")
        if one.dtype is not None and dtypes.standardize(one.dtype) != dispatch.weak_dtype_of(x):
            raise DtypeError(f"Layer {layer!r} expects an input of {one.describe()}, got {dispatch.weak_dtype_of(x)}.")


def _by_name(specs: Sequence[Any], inputs: Any, layer: str) -> list[Any]:
    """The inputs in the order of the specs."""
    names = [one and one.name for one in specs]
    if isinstance(inputs, dict) and all(names):
        missing = [name for name in names if name not in inputs]
        if missing:
            raise ArgumentError(f"Layer {layer!r}: no input {missing} among {sorted(inputs)}, wanted {names}.")
        return [inputs[name] for name in names]
    values = tree.flatten(inputs)
    if len(values) != len(specs):
        raise ArgumentError(f"Layer {layer!r} expects {len(specs)} input(s), got {len(values)}.")
    return values
