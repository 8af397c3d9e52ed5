"""What the normalising layers share that end with a trained scale and offset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.layer import Layer
from polykeras.ops.rules import axis_of
from polykeras.typing import Tensor
from polykeras.variable import Variable


class AffineNormalization(Layer):
    """A layer whose normalised inputs are multiplied by `gamma` and moved by `beta`, each None where it is not wanted.

    A subclass calls `add_gamma_and_beta` in `build`. Inputs come as they are and both weights are read in the dtype in
    which they are stored: what half precision would lose is computed in float32, the result alone is cast.
    """

    def __init__(
        self,
        *,
        center: bool,
        scale: bool,
        beta_initializer: Any,
        gamma_initializer: Any,
        beta_regularizer: Any,
        gamma_regularizer: Any,
        beta_constraint: Any,
        gamma_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.center = center
        self.scale = scale
        keep_weight_options(self, "beta", beta_initializer, beta_regularizer, beta_constraint)
        keep_weight_options(self, "gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        self.supports_masking = True
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def add_gamma_and_beta(self, shape: Sequence[int]) -> None:
        """Make those of the two weights that are wanted."""
        if self.scale:
            self.gamma = self.add_weight(shape, autocast=False, **weight_options(self, "gamma"), name="gamma")
        if self.center:
            self.beta = self.add_weight(shape, autocast=False, **weight_options(self, "beta"), name="beta")


def value_of(weight: Variable | None) -> Tensor | None:
    """The value of a weight that there may not be."""
    return None if weight is None else weight.value


def checked_axes(cls: type, axis: Any) -> int | list[int]:
    """`axis` as an int or a list of them. Raises `ArgumentError`, naming the class, for anything else."""
    several = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    if not several or any(isinstance(a, bool) or not hasattr(a, "__index__") for a in several):
        raise ArgumentError(f"{cls.__name__}: axis must be an int or a list of ints, got {axis!r}.")
    return [int(a) for a in several] if isinstance(axis, (list, tuple)) else int(axis)


def sizes_along(layer: Layer, shape: Any, axis: int | list[int]) -> tuple[int, ...]:
    """The sizes along `axis`, in the order of the axes. Raises `ShapeError` if an axis is not there or not known."""
    rank = len(shape)
    axes = [axis] if isinstance(axis, int) else axis
    sizes = tuple(shape[a] for a in sorted(axis_of(a, rank) for a in axes))
    if None in sizes:
        raise ShapeError(
            f"Layer {layer.name!r} needs to know the sizes along axis {axis} of its input to make its weights, "
            f"got shape {tuple(shape)}."
        )
    return sizes
