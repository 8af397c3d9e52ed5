"""Convolutions."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.legacy.modules import forwarding
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.affine import AffineLayer, plus, with_input
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import InputSpec
from polykeras.v1.layers.borders import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    UpSampling1D,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from polykeras.v1.layers.core import ordering

_MODES = ("valid", "same", "full")


class _Convolution(AffineLayer):
    """What convolutions of every rank share."""

    rank: int
    dim_ordering = "tf"
    border_modes: tuple[str, ...] = _MODES

    def _take(self, values: dict[str, Any]) -> None:
        adopt(self, values)
        if self.border_mode not in self.border_modes:
            raise ArgumentError(
                f"{type(self).__name__}: border_mode must be one of {', '.join(self.border_modes)}, "
                f"got {self.border_mode!r}."
            )
        if "dim_ordering" in values:
            self.dim_ordering = ordering(values["dim_ordering"])
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _channels(self, input_shape: Any) -> int:
        return self._known(input_shape, 1 if self.dim_ordering == "th" else -1)

    def _laid_out(self, window: Any, into: int, out: int) -> tuple[int, ...]:
        return (out, into, *window) if self.dim_ordering == "th" else (*window, into, out)

    def _make(self, input_shape: Any, window: Any) -> None:
        shape = self._laid_out(window, self._channels(input_shape), self.nb_filter)
        self.W = self._kernel(shape, ordering=self.dim_ordering)
        self.b = self._bias((self.nb_filter,))
        self.built = True

    def _finished(self, x: Tensor) -> Tensor:
        shape = (1, self.nb_filter) + (1,) * self.rank if self.dim_ordering == "th" else None
        return self.activation(plus(x, self.b, shape))


class Convolution1D(_Convolution):
    """Over ``(samples, steps, features)``.

    Args:
        nb_filter: number of filters.
        filter_length: steps of a window.
        border_mode: ``"valid"``, ``"same"`` or ``"full"``.
        subsample_length: distance between windows.
        input_dim, input_length: features and steps of the input, for the first layer of a model.
        init, activation, weights, W_regularizer, b_regularizer, activity_regularizer, W_constraint, b_constraint, bias:
            as for `Dense`.
    """

    rank = 1

    def __init__(
        self,
        nb_filter: int,
        filter_length: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample_length: int = 1,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_length, input_dim))
        self._take(locals())

    def build(self, input_shape: Any) -> None:
        """Make the kernel, ``(length, 1, features, filters)``, and the bias."""
        self._make(input_shape, (self.filter_length, 1))

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        images = K.expand_dims(x, 2)
        y = K.conv2d(
            images,
            self.W,
            (self.subsample_length, 1),
            self.border_mode,
            "tf",
            filter_dilation=(getattr(self, "atrous_rate", 1), 1),
        )
        return self._finished(K.squeeze(y, 2))


class AtrousConvolution1D(Convolution1D):
    """`Convolution1D` with ``atrous_rate - 1`` holes between the steps of a window."""

    def __init__(
        self,
        nb_filter: int,
        filter_length: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample_length: int = 1,
        atrous_rate: int = 1,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        self.atrous_rate = int(atrous_rate)
        super().__init__(
            nb_filter, filter_length, init, activation, weights, border_mode, subsample_length, W_regularizer,
            b_regularizer, activity_regularizer, W_constraint, b_constraint, bias, **kwargs,
        )  # fmt: skip


class Convolution2D(_Convolution):
    """Over images.

    Args:
        nb_filter: number of filters.
        nb_row, nb_col: size of a window.
        border_mode: ``"valid"``, ``"same"`` or ``"full"``.
        subsample: distances between windows.
        dim_ordering: ``"th"``: channels first; ``"tf"``: channels last; the kernel is laid out accordingly.
        init, activation, weights, W_regularizer, b_regularizer, activity_regularizer, W_constraint, b_constraint, bias:
            as for `Dense`.
    """

    rank = 2

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        dim_ordering: str = "default",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(locals())
        self.subsample = tuple(subsample)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        self._make(input_shape, (self.nb_row, self.nb_col))

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        dilation = getattr(self, "atrous_rate", (1, 1))
        y = K.conv2d(x, self.W, self.subsample, self.border_mode, self.dim_ordering, filter_dilation=dilation)
        return self._finished(y)


class AtrousConvolution2D(Convolution2D):
    """`Convolution2D` with ``atrous_rate - 1`` holes between the elements of a window."""

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        atrous_rate: Any = (1, 1),
        dim_ordering: str = "default",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        self.atrous_rate = tuple(atrous_rate)
        super().__init__(
            nb_filter, nb_row, nb_col, init, activation, weights, border_mode, subsample, dim_ordering, W_regularizer,
            b_regularizer, activity_regularizer, W_constraint, b_constraint, bias, **kwargs,
        )  # fmt: skip


class Deconvolution2D(Convolution2D):
    """The gradient of a convolution by its inputs, as a layer.

    Args:
        output_shape: of the result, batch first; the batch size in it does not count.

    For the other arguments see `Convolution2D`; ``border_mode`` is ``"valid"`` or ``"same"``.
    """

    border_modes = ("valid", "same")

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        output_shape: Any,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        dim_ordering: str = "default",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            nb_filter, nb_row, nb_col, init, activation, weights, border_mode, subsample, dim_ordering, W_regularizer,
            b_regularizer, activity_regularizer, W_constraint, b_constraint, bias, **kwargs,
        )  # fmt: skip
        self.output_shape_ = tuple(output_shape) if len(output_shape) == 4 else (None, *output_shape)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The deconvolved images."""
        return self._finished(
            K.deconv2d(x, self.W, self.output_shape_, self.subsample, self.border_mode, self.dim_ordering)
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | {"output_shape": list(self.output_shape_)}


class SeparableConvolution2D(_Convolution):
    """Each channel by filters of its own, then across channels. Chollet 2016, arXiv:1610.02357.

    Args:
        depth_multiplier: filters for each channel.
        depthwise_regularizer, pointwise_regularizer, depthwise_constraint, pointwise_constraint: of the two kernels.

    For the other arguments see `Convolution2D`; ``border_mode`` is ``"valid"`` or ``"same"``.
    """

    rank = 2
    border_modes = ("valid", "same")

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        depth_multiplier: int = 1,
        dim_ordering: str = "default",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(locals())
        self.subsample = tuple(subsample)

    def build(self, input_shape: Any) -> None:
        """Make both kernels and the bias."""
        channels = self._channels(input_shape)
        depthwise = self._laid_out((self.nb_row, self.nb_col), channels, self.depth_multiplier)
        pointwise = self._laid_out((1, 1), channels * self.depth_multiplier, self.nb_filter)
        kind = self.dim_ordering
        self.depthwise_kernel = self._kernel(depthwise, "depthwise", "depthwise_kernel", kind)
        self.pointwise_kernel = self._kernel(pointwise, "pointwise", "pointwise_kernel", kind)
        self.b = self._bias((self.nb_filter,))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        kernels = (self.depthwise_kernel, self.pointwise_kernel)
        return self._finished(K.separable_conv2d(x, *kernels, self.subsample, self.border_mode, self.dim_ordering))


class Convolution3D(_Convolution):
    """Over volumes; ``kernel_dim1`` to ``kernel_dim3`` are the size of a window. For the rest see `Convolution2D`."""

    rank = 3

    def __init__(
        self,
        nb_filter: int,
        kernel_dim1: int,
        kernel_dim2: int,
        kernel_dim3: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1, 1),
        dim_ordering: str = "default",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(locals())
        self.subsample = tuple(subsample)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        self._make(input_shape, (self.kernel_dim1, self.kernel_dim2, self.kernel_dim3))

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        return self._finished(K.conv3d(x, self.W, self.subsample, self.border_mode, self.dim_ordering))


Conv1D, Conv2D, Conv3D, Deconv2D = Convolution1D, Convolution2D, Convolution3D, Deconvolution2D
AtrousConv1D, AtrousConv2D, SeparableConv2D = AtrousConvolution1D, AtrousConvolution2D, SeparableConvolution2D

__all__ = [
    "AtrousConv1D",
    "AtrousConv2D",
    "AtrousConvolution1D",
    "AtrousConvolution2D",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Convolution1D",
    "Convolution2D",
    "Convolution3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Deconv2D",
    "Deconvolution2D",
    "SeparableConv2D",
    "SeparableConvolution2D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
]

__getattr__ = forwarding(__name__, "polykeras.v1.layers.pooling")  # this module had them before Keras 1.1
