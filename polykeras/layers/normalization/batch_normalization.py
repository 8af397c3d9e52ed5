"""`BatchNormalization`: mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math
from typing import Any

from polykeras import config, initializers, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.configuration import arguments_of, fraction, known_size
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.normalization.affine import AffineNormalization, value_of
from polykeras.ops.rules import axis_of
from polykeras.typing import Mask, Tensor


class BatchNormalization(AffineNormalization):
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
        renorm: whether to train with batch renormalization: what the batch gave is corrected to ``y * r + d`` as if
            the slower averages `renorm_mean` and `renorm_stddev` had been used. Ioffe 2017, arXiv:1702.03275.
        renorm_clipping: bounds of the correction, a dictionary with any of ``rmin``, ``rmax`` and ``dmax``.
        renorm_momentum: of these two averages.
        synchronized: whether the moments are those of all devices' batches together; the same on one device.
        statistics: by name only, and unlike in Keras 3: ``"batch"`` for those of the batch outside of training too,
            without moving averages, and ``"sample"`` for those of each place's own features, along the last axis, which
            is `axis` then: ``gamma * (inputs - mean) / (sqrt(variance + epsilon) + epsilon) + beta``. ``"moving"`` is what
            is said above.
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
        statistics = kwargs.pop("statistics", "moving")
        super().__init__(
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            **kwargs,
        )
        if not hasattr(axis, "__index__"):
            raise ArgumentError(f"BatchNormalization: axis must be an int, got {axis!r}.")
        self.axis = int(axis)
        self.momentum = fraction(type(self), "momentum", momentum)
        self.epsilon = float(epsilon)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm = bool(renorm)
        self.renorm_clipping = _checked_clipping(renorm_clipping) if renorm else renorm_clipping
        self.renorm_momentum = fraction(type(self), "renorm_momentum", renorm_momentum)
        self.synchronized = bool(synchronized)
        if statistics not in _STATISTICS or (renorm and statistics != "moving"):
            wanted = "'moving' with renorm" if renorm else f"one of {', '.join(map(repr, _STATISTICS))}"
            raise ArgumentError(f"BatchNormalization: statistics must be {wanted}, got {statistics!r}.")
        self.statistics = statistics

    def build(self, input_shape: Any) -> None:
        """Make `gamma`, `beta`, `moving_mean` and `moving_variance`, and the averages of `renorm`."""
        rank = len(input_shape)
        size = known_size(self, input_shape, axis_of(self.axis, rank))
        if self.statistics == "sample" and axis_of(self.axis, rank) != rank - 1:
            raise ArgumentError(
                f"BatchNormalization: statistics='sample' are those along the last axis, which axis {self.axis} of the input "
                f"{tuple(input_shape)} is not."
            )
        self.add_gamma_and_beta((size,))
        averages: list[tuple[str, Any]] = [
            ("moving_mean", self.moving_mean_initializer),
            ("moving_variance", self.moving_variance_initializer),
        ]
        if self.renorm:
            averages += [
                ("moving_stddev", self._initial_stddev),
                ("renorm_mean", self.moving_mean_initializer),
                ("renorm_stddev", self._initial_stddev),
            ]
        # Not autocast: they would lose what they gather in half precision.
        made = {}
        for name, initializer in averages:
            made[name] = self.add_weight((size,), initializer, trainable=False, autocast=False, name=name)
        self.moving_mean, self.moving_variance = made["moving_mean"], made["moving_variance"]
        if self.renorm:
            self.moving_stddev = made["moving_stddev"]
            self.renorm_mean, self.renorm_stddev = made["renorm_mean"], made["renorm_stddev"]
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: size})

    def _initial_stddev(self, shape: Any, dtype: Any = None) -> Tensor:
        return ops.sqrt(self.moving_variance_initializer(shape, dtype))

    def call(self, inputs: Tensor, training: bool = False, mask: Mask | None = None) -> Tensor:
        """The normalised inputs."""
        given = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if given in ("float16", "bfloat16") else inputs
        gamma, beta = value_of(self.gamma), value_of(self.beta)
        if self.statistics == "sample":
            return ops.cast(_by_sample(x, gamma, beta, self.epsilon), self.compute_dtype)
        if self.goes_by_batch(training):
            axes = [i for i in range(len(x.shape)) if i != axis_of(self.axis, len(x.shape))]
            if mask is None:
                mean, variance = ops.moments(x, axes, synchronized=self.synchronized)
            else:
                mean, variance = self._masked_moments(x, axes, mask)
            if self.renorm:
                stddev = ops.sqrt(ops.add(variance, self.epsilon))
                gamma, beta = self._corrected(mean, stddev, gamma, beta)
                self._follow_renormalized(mean, stddev)
            elif self.statistics == "moving":
                self.move_average(self.moving_mean, mean, self.momentum)
                self.move_average(self.moving_variance, variance, self.momentum)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
        return ops.cast(y, self.compute_dtype) if ops.dtype(y) != self.compute_dtype else y

    def goes_by_batch(self, training: bool) -> bool:
        """Whether mean and variance are those of the batch."""
        return (training and self.trainable) or self.statistics == "batch"

    def move_average(self, average: Any, batch: Tensor, momentum: float) -> None:
        """Let a moving average follow what the batch gave."""
        average.assign(ops.add(ops.multiply(average.value, momentum), ops.multiply(batch, 1.0 - momentum)))

    def _corrected(
        self, mean: Tensor, stddev: Tensor, gamma: Tensor | None, beta: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Scale and offset in place of `gamma` and `beta`: ``(y * r + d) * gamma + beta``; r and d count as given."""
        slow_mean = self.renorm_mean.value
        slow_stddev = ops.maximum(self.renorm_stddev.value, math.sqrt(self.epsilon))
        r = ops.divide(stddev, slow_stddev)
        d = ops.divide(ops.subtract(mean, slow_mean), slow_stddev)
        bounds: dict[str, Any] = self.renorm_clipping
        if bounds.get("rmin") is not None:
            r = ops.maximum(r, bounds["rmin"])
        if bounds.get("rmax") is not None:
            r = ops.minimum(r, bounds["rmax"])
        if bounds.get("dmax") is not None:
            d = ops.clip(d, -bounds["dmax"], bounds["dmax"])
        r, d = ops.stop_gradient(r), ops.stop_gradient(d)
        if gamma is not None:
            r, d = ops.multiply(r, gamma), ops.multiply(d, gamma)
        return r, d if beta is None else ops.add(d, beta)

    def _follow_renormalized(self, mean: Tensor, stddev: Tensor) -> None:
        """Move all five averages. The variance is what the averaged standard deviation makes it."""
        self.move_average(self.renorm_mean, mean, self.renorm_momentum)
        self.move_average(self.renorm_stddev, stddev, self.renorm_momentum)
        self.move_average(self.moving_mean, mean, self.momentum)
        self.move_average(self.moving_stddev, stddev, self.momentum)
        variance = ops.subtract(ops.square(self.moving_stddev.value), self.epsilon)
        self.moving_variance.assign(ops.maximum(variance, 0.0))

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
        config = super().get_config() | arguments_of(self, BatchNormalization)
        return config if self.statistics == "moving" else config | {"statistics": self.statistics}


_STATISTICS = ("moving", "batch", "sample")


def _by_sample(x: Tensor, gamma: Tensor | None, beta: Tensor | None, epsilon: float) -> Tensor:
    """Normalised along the last axis, as Keras 1 did: `epsilon` counts twice."""
    mean, variance = ops.moments(x, -1, keepdims=True)
    y = ops.divide(ops.subtract(x, mean), ops.add(ops.sqrt(ops.add(variance, epsilon)), epsilon))
    y = y if gamma is None else ops.multiply(y, gamma)
    return y if beta is None else ops.add(y, beta)


def _checked_clipping(bounds: Any) -> dict[str, Any]:
    """`bounds` as a dictionary. Raises `ArgumentError` for unknown names and bounds that leave nothing."""
    if bounds is None:
        return {}
    names = ("rmin", "rmax", "dmax")
    if not isinstance(bounds, dict) or set(bounds) - set(names):
        raise ArgumentError(
            f"BatchNormalization: renorm_clipping is a dictionary with any of {', '.join(names)}, got {bounds!r}."
        )
    rmin, rmax, dmax = (bounds.get(name) for name in names)
    if (rmin is not None and rmax is not None and rmax < rmin) or (dmax is not None and dmax < 0):
        raise ArgumentError(
            f"BatchNormalization: in renorm_clipping, rmin must not exceed rmax nor dmax be negative, got {bounds!r}."
        )
    return dict(bounds)
