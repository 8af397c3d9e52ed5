"""`PReLU`: a slope below 0 that is learnt."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.configuration import arguments_of, known_size
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


def axes_to_share(layer: type, shared_axes: Any) -> list[int] | None:
    """`shared_axes`, one or several, as a list. Raises `ArgumentError` for axes that are not counted from 1."""
    if shared_axes is None:
        return None
    axes = [int(a) for a in (shared_axes if isinstance(shared_axes, (list, tuple)) else [shared_axes])]
    if any(axis < 1 for axis in axes):
        raise ArgumentError(f"{layer.__name__}: shared_axes are counted from 1, after the batch, got {axes}.")
    return axes


def learnt_shape(layer: Any, input_shape: Any) -> tuple[int, ...]:
    """The shape of a weight for each element of a sample, the same along ``layer.shared_axes``; inputs must fit it then.

    Raises `ArgumentError` for axes that the input lacks, `ShapeError` for a size that is needed and not known.
    """
    rank, shared = len(input_shape), layer.shared_axes or []
    if any(axis >= rank for axis in shared):
        raise ArgumentError(
            f"Layer {layer.name!r}: there are no shared_axes {shared} in an input of shape {tuple(input_shape)}."
        )
    own = {axis: known_size(layer, input_shape, axis) for axis in range(1, rank) if axis not in shared}
    layer.input_spec = InputSpec(ndim=rank, axes=own)
    return tuple(own.get(axis, 1) for axis in range(1, rank))


class PReLU(Layer):
    """x above 0, ``alpha * x`` below, with a weight `alpha` for each element of a sample. He et al. 2015.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: of the weight.
        shared_axes: axes, counted from 1 after the batch, along which the weight is the same, so that the size of the
            input may vary; ``[1, 2]`` gives one slope for each channel of images.
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        keep_weight_options(self, "alpha", alpha_initializer, alpha_regularizer, alpha_constraint)
        self.shared_axes = axes_to_share(type(self), shared_axes)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the slopes."""
        self.alpha = self.add_weight(learnt_shape(self, input_shape), **weight_options(self, "alpha"), name="alpha")

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        below = ops.multiply(self.alpha.value, ops.relu(ops.negative(inputs)))
        return ops.subtract(ops.relu(inputs), below)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, PReLU)
