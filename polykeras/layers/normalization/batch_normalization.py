"""`BatchNormalization`: mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

from polykeras import config, constraints, initializers, ops, regularizers
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.configuration import arguments_of, fraction, known_size
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.ops.rules import axis_of
from polykeras.typing import Mask, Tensor
from polykeras.variable import Variable


class BatchNormalization(Layer):
    """``gamma * (inputs - mean) / sqrt(variance + epsilon) + beta`` for each place along `axis`.

    In training, mean and variance are those of the batch over all other axes (steps that a mask excludes do not
    count), and the moving averages follow them: ``moving = momentum * moving + (1 - momentum) * batch``. Otherwise, or
    when the layer is not trainable, the moving averages are used. Half-precision inputs are normalised in float32.
    Ioffe and Szegedy 2015, "Batch normalization: accelerating deep network training".

    Args:
        axis: the axis that keeps its own mean and variance, usually that of the channels.
        momentum: of the moving averages.
        epsilon: added to the variance.
        center, scale: whether there is a `beta`, a `gamma`.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: how these start.
        beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint: penalties and projections.
        renorm, renorm_clipping, renorm_momentum: batch renormalization, which is refused.
        synchronized: no effect on one device.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if renorm or renorm_clipping is not None:
            raise ArgumentError("BatchNormalization: batch renormalization (renorm=True) is not supported.")
        if not hasattr(axis, "__index__"):
            raise ArgumentError(f"BatchNormalization: axis must be an int, got {axis!r}.")
        self.axis = int(axis)
        self.momentum = fraction(type(self), "momentum", momentum)
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.renorm, self.renorm_clipping, self.renorm_momentum = renorm, renorm_clipping, renorm_momentum
        self.synchronized = synchronized
        self.supports_masking = True
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Make `gamma`, `beta`, `moving_mean` and `moving_variance`."""
        rank = len(input_shape)
        size = known_size(self, input_shape, axis_of(self.axis, rank))
        if self.scale:
            self.gamma = self.add_weight(
                (size,),
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        if self.center:
            self.beta = self.add_weight(
                (size,),
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                name="beta",
            )
        # The averages would lose what they gather if they were cast to half precision for the computation.
        self.moving_mean = self.add_weight(
            (size,), self.moving_mean_initializer, trainable=False, autocast=False, name="moving_mean"
        )
        self.moving_variance = self.add_weight(
            (size,), self.moving_variance_initializer, trainable=False, autocast=False, name="moving_variance"
        )
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: size})

    def call(self, inputs: Tensor, training: bool = False, mask: Mask | None = None) -> Tensor:
        """The normalised inputs."""
        given = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if given in ("float16", "bfloat16") else inputs
        if training and self.trainable:
            axes = [i for i in range(len(x.shape)) if i != axis_of(self.axis, len(x.shape))]
            mean, variance = ops.moments(x, axes) if mask is None else self._masked_moments(x, axes, mask)
            self.moving_mean.assign(self._moved(self.moving_mean.value, mean))
            self.moving_variance.assign(self._moved(self.moving_variance.value, variance))
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        beta = None if self.beta is None else self.beta.value
        gamma = None if self.gamma is None else self.gamma.value
        y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
        return ops.cast(y, self.compute_dtype) if ops.dtype(y) != self.compute_dtype else y

    def _moved(self, moving: Tensor, batch: Tensor) -> Tensor:
        return ops.add(ops.multiply(moving, self.momentum), ops.multiply(batch, 1.0 - self.momentum))

    def _masked_moments(self, x: Tensor, axes: list[int], mask: Mask) -> tuple[Tensor, Tensor]:
        """Mean and variance over `axes` of what `mask`, which lacks the last axis of x, includes."""
        if len(mask.shape) != len(x.shape) - 1:
            raise ShapeError(
                f"Layer {self.name!r} expects a mask with one axis less than its input {tuple(x.shape)}, "
                f"got {tuple(mask.shape)}."
            )
        weights = ops.broadcast_to(ops.expand_dims(ops.cast(mask, ops.dtype(x)), -1), tuple(x.shape))
        count = ops.add(ops.sum(weights, axes), config.epsilon())
        mean = ops.divide(ops.sum(ops.multiply(weights, x), axes), count)
        shape = tuple(1 if i in axes else d for i, d in enumerate(tuple(x.shape)))
        deviation = ops.subtract(x, ops.reshape(mean, shape))
        return mean, ops.divide(ops.sum(ops.multiply(weights, ops.square(deviation)), axes), count)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BatchNormalization)
