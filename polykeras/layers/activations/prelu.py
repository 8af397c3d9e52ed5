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
        if shared_axes is not None:
            shared_axes = [int(a) for a in (shared_axes if isinstance(shared_axes, (list, tuple)) else [shared_axes])]
            if any(axis < 1 for axis in shared_axes):
                raise ArgumentError(f"PReLU: shared_axes are counted from 1, after the batch, got {shared_axes}.")
        self.shared_axes = shared_axes
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the slopes."""
        rank, shared = len(input_shape), self.shared_axes or []
        if any(axis >= rank for axis in shared):
            raise ArgumentError(
                f"Layer {self.name!r}: there are no shared_axes {shared} in an input of shape {tuple(input_shape)}."
            )
        own = {axis: known_size(self, input_shape, axis) for axis in range(1, rank) if axis not in shared}
        shape = [own.get(axis, 1) for axis in range(1, rank)]
        self.alpha = self.add_weight(shape, **weight_options(self, "alpha"), name="alpha")
        self.input_spec = InputSpec(ndim=rank, axes=own)

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        below = ops.multiply(self.alpha.value, ops.relu(ops.negative(inputs)))
        return ops.subtract(ops.relu(inputs), below)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, PReLU)
