"""`LayerNormalization` and `RMSNormalization`: over the features of each example."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import ops
from polykeras.layers.base.biased import weight_options
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.layers.normalization.affine import AffineNormalization, checked_axes, sizes_along, value_of
from polykeras.typing import Tensor


class LayerNormalization(AffineNormalization):
    """``gamma * (inputs - mean) / sqrt(variance + epsilon) + beta``, mean and variance being taken along `axis`.

    Half precision is computed in float32. Ba, Kiros and Hinton 2016, arXiv:1607.06450.

    Args:
        axis: an int or several, over which each example is normalised; `gamma` and `beta` have their sizes.
        epsilon: added to the variance.
        center, scale: whether there is a `beta`, a `gamma`.
        beta_initializer, gamma_initializer: how these start.
        beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint: penalties and projections.
        rms_scaling: an older wish, given by name: the inputs are divided by their standard deviation, not centred.

    >>> LayerNormalization(axis=[1, 2])(ops.ones((2, 3, 4))).shape
    (2, 3, 4)
    """

    def __init__(
        self,
        axis: Any = -1,
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
        self.rms_scaling = bool(kwargs.pop("rms_scaling", False))
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
        self.axis = checked_axes(type(self), axis)
        self.epsilon = float(epsilon)
        if self.rms_scaling:
            warnings.warn(
                "LayerNormalization: rms_scaling=True divides by the standard deviation, not by the root of the mean "
                "square. For that, use RMSNormalization.",
                DeprecationWarning,
                stacklevel=2,
            )

    def build(self, input_shape: Any) -> None:
        """Make `gamma` and `beta`."""
        sizes = sizes_along(self, input_shape, self.axis)
        if not self.rms_scaling:
            self.add_gamma_and_beta(sizes)
        else:  # as files of that time have it: always scaled, never moved
            self.gamma = self.add_weight(sizes, autocast=False, **weight_options(self, "gamma"), name="gamma")

    def call(self, inputs: Tensor) -> Tensor:
        """The normalised inputs."""
        y = ops.layer_normalization(
            inputs, value_of(self.gamma), value_of(self.beta), self.axis, self.epsilon, rms_scaling=self.rms_scaling
        )
        return ops.cast(y, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config() | arguments_of(self, LayerNormalization)
        return config | {"rms_scaling": True} if self.rms_scaling else config


class RMSNormalization(Layer):
    """``scale * inputs / sqrt(mean(inputs²) + epsilon)``, the mean being taken along `axis`.

    Half precision is computed in float32. Zhang and Sennrich 2019, arXiv:1910.07467.

    Args:
        axis: an int or several, over which each example is normalised; `scale` has their sizes.
        epsilon: added to the mean.

    >>> RMSNormalization()(ops.convert_to_tensor([[3.0, 4.0]])).shape
    (1, 2)
    """

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = checked_axes(type(self), axis)
        self.epsilon = float(epsilon)

    def build(self, input_shape: Any) -> None:
        """Make `scale`."""
        self.scale = self.add_weight(sizes_along(self, input_shape, self.axis), "ones", name="scale")

    def call(self, inputs: Tensor) -> Tensor:
        """The normalised inputs."""
        return ops.rms_normalization(inputs, self.scale.value, self.axis, self.epsilon)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, RMSNormalization)
