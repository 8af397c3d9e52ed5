"""`GroupNormalization`: over groups of channels of each example."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.configuration import arguments_of, known_size
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.normalization.affine import AffineNormalization, value_of
from polykeras.ops.rules import axis_of
from polykeras.typing import Tensor


class GroupNormalization(AffineNormalization):
    """``gamma * (inputs - mean) / sqrt(variance + epsilon) + beta``, the channels of each example in `groups` parts.

    Mean and variance are those of a group over all its channels and places. One group makes it a layer normalisation,
    as many as channels an instance normalisation. Half precision is computed in float32. Wu and He 2018,
    arXiv:1803.08494.

    Args:
        groups: a divisor of the number of channels, or -1 for as many as channels.
        axis: the axis of the channels, not that of the batch.
        epsilon: added to the variance.
        center, scale: whether there is a `beta`, a `gamma`, one number for each channel.
        beta_initializer, gamma_initializer: how these start.
        beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint: penalties and projections.

    >>> GroupNormalization(2)(ops.ones((1, 5, 4))).shape
    (1, 5, 4)
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            **{"autocast": False, **kwargs},
        )
        if isinstance(groups, bool) or not hasattr(groups, "__index__") or (groups < 1 and groups != -1):
            raise ArgumentError(
                f"GroupNormalization: groups must be a positive int, or -1 for one group per channel, got {groups!r}."
            )
        if isinstance(axis, bool) or not hasattr(axis, "__index__"):
            raise ArgumentError(f"GroupNormalization: axis must be an int, got {axis!r}.")
        self.groups = int(groups)
        self.axis = int(axis)
        self.epsilon = float(epsilon)

    def build(self, input_shape: Any) -> None:
        """Make `gamma` and `beta`."""
        rank = len(input_shape)
        axis = axis_of(self.axis, rank)
        if axis == 0:
            raise ShapeError(f"Layer {self.name!r}: axis {self.axis} of {tuple(input_shape)} is that of the batch.")
        channels = known_size(self, input_shape, axis)
        if channels % (channels if self.groups == -1 else self.groups):
            raise ShapeError(f"Layer {self.name!r}: {channels} channels do not fall into {self.groups} equal groups.")
        self.add_gamma_and_beta((channels,))
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: channels})

    def call(self, inputs: Tensor) -> Tensor:
        """The normalised inputs."""
        shape = tuple(inputs.shape)
        axis = axis_of(self.axis, len(shape))
        channels = shape[axis]
        groups = channels if self.groups == -1 else self.groups
        x = ops.cast(inputs, "float32") if ops.dtype(inputs) in ("float16", "bfloat16") else inputs
        x = ops.reshape(x, (*shape[:axis], groups, channels // groups, *shape[axis + 1 :]))
        mean, variance = ops.moments(x, [i for i in range(1, len(shape) + 1) if i != axis], keepdims=True)
        y = ops.multiply(ops.subtract(x, mean), ops.rsqrt(ops.add(variance, self.epsilon)))
        y = ops.reshape(y, shape)
        along = tuple(channels if i == axis else 1 for i in range(len(shape)))
        for combine, weight in ((ops.multiply, value_of(self.gamma)), (ops.add, value_of(self.beta))):
            if weight is not None:
                y = combine(y, ops.reshape(weight, along))
        return ops.cast(y, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GroupNormalization)
