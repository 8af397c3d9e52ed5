"""Convolutions."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import layers as modern
from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.convolutional.convolution import Convolution
from polykeras.legacy.modules import forwarding
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.backend.convolution import window_first
from polykeras.v1.engine.adapted import Spatial
from polykeras.v1.engine.affine import AffineLayer, with_input
from polykeras.v1.engine.arguments import adopt
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


class Windowed(AffineLayer, Spatial, Convolution):
    """What layers with weights over windows share; a subclass names the arguments that hold the windows' sizes."""

    window: tuple[str, ...] = ("nb_row", "nb_col")
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same", "full")

    def __init__(self, arguments: dict[str, Any], further: dict[str, Any], **kwargs: Any) -> None:
        """Take from `arguments`, a constructor's ``locals()``, what this and today's layer need; `further` is today's."""
        mode = arguments["border_mode"]
        if mode not in self.paddings:
            raise ArgumentError(
                f"{type(self).__name__}: border_mode must be one of {', '.join(self.paddings)}, got {mode!r}."
            )
        strides = arguments["subsample_length" if self.rank == 1 else "subsample"]
        today = {
            "kernel_size": tuple(arguments[name] for name in self.window),
            "strides": strides,
            "padding": mode,
            "dilation_rate": arguments.get("atrous_rate", 1),
            **further,
        }
        super().__init__(arguments.get("dim_ordering", "tf"), today, **kwargs)
        adopt(self, {k: v for k, v in arguments.items() if k not in ("dim_ordering", "output_shape")})
        if self.rank > 1:
            self.subsample = tuple(strides)


class _Convolution(Windowed):
    """What convolutions of every rank share."""

    def __init__(self, arguments: dict[str, Any], further: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(arguments, {"filters": arguments["nb_filter"], **(further or {})}, **kwargs)

    def _laid_out(self, window: Any, into: int, out: int) -> tuple[int, ...]:
        return (out, into, *window) if self.dim_ordering == "th" else (*window, into, out)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        shape = self._laid_out(self.kernel_size, self.fix_channels(input_shape), self.nb_filter)
        self.W = self._kernel(shape, ordering=self.dim_ordering)
        self.b = self._bias((self.nb_filter,))
        self.built = True

    def low_rank_value(self) -> Tensor:
        """The kernel, ``(*window, channels, filters)`` as today's layer has it."""
        return window_first(self.W.value, self.dim_ordering)


class Convolution1D(_Convolution, modern.Conv1D):
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

    window = ("filter_length",)

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
        super().__init__(locals(), **with_input(kwargs, input_length, input_dim))

    def _laid_out(self, window: Any, into: int, out: int) -> tuple[int, ...]:
        return (*window, 1, into, out)

    def low_rank_value(self) -> Tensor:
        """The kernel, which Keras 1 has as one of images, as today's layer has it: ``(length, features, filters)``."""
        return ops.squeeze(self.W.value, 1)


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
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        _Convolution.__init__(self, locals(), **with_input(kwargs, input_length, input_dim))


class Convolution2D(_Convolution, modern.Conv2D):
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
        super().__init__(locals(), **kwargs)


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
        _Convolution.__init__(self, locals(), **kwargs)


class Deconvolution2D(Convolution2D):
    """The gradient of a convolution by its inputs, as a layer.

    Args:
        output_shape: of the result, batch first; the batch size in it does not count.

    For the other arguments see `Convolution2D`; ``border_mode`` is ``"valid"`` or ``"same"``.
    """

    paddings = ("valid", "same")

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
        _Convolution.__init__(self, locals(), **kwargs)
        self.output_shape_ = tuple(output_shape) if len(output_shape) == 4 else (None, *output_shape)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The deconvolved images."""
        y = K.deconv2d(x, self.W, self.output_shape_, self.subsample, self.border_mode, self.dim_ordering)
        return self.finish(y, self.channel_axis)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | {"output_shape": list(self.output_shape_)}


class SeparableConvolution2D(_Convolution, modern.SeparableConv2D):
    """Each channel by filters of its own, then across channels. Chollet 2016, arXiv:1610.02357.

    Args:
        depth_multiplier: filters for each channel.
        depthwise_regularizer, pointwise_regularizer, depthwise_constraint, pointwise_constraint: of the two kernels.

    For the other arguments see `Convolution2D`; ``border_mode`` is ``"valid"`` or ``"same"``.
    """

    paddings = ("valid", "same")

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
        super().__init__(locals(), {"depth_multiplier": depth_multiplier}, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make both kernels and the bias."""
        channels = self.fix_channels(input_shape)
        depthwise = self._laid_out(self.kernel_size, channels, self.depth_multiplier)
        pointwise = self._laid_out((1, 1), channels * self.depth_multiplier, self.nb_filter)
        kind = self.dim_ordering
        self.depthwise_kernel = self._kernel(depthwise, "depthwise", "depthwise_kernel", kind)
        self.pointwise_kernel = self._kernel(pointwise, "pointwise", "pointwise_kernel", kind)
        self.b = self._bias((self.nb_filter,))
        self.built = True

    def kernels(self) -> tuple[Tensor, Tensor]:
        """Both kernels, their windows first as today's layer has them."""
        order = self.dim_ordering
        return window_first(self.depthwise_kernel.value, order), window_first(self.pointwise_kernel.value, order)


class Convolution3D(_Convolution, modern.Conv3D):
    """Over volumes; ``kernel_dim1`` to ``kernel_dim3`` are the size of a window. For the rest see `Convolution2D`."""

    window = ("kernel_dim1", "kernel_dim2", "kernel_dim3")

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
        super().__init__(locals(), **kwargs)


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
