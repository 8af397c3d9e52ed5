"""`STFTSpectrogram`: how strong each frequency is at each time, by convolutions that may be trained."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import config, dtypes, initializers, ops
from polykeras.errors import ArgumentError, DtypeError
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.geometry import check_windows_fit, standard_data_format, standard_padding
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """The short-time Fourier transform of each channel.

    Inputs ``(batch, steps, channels)``, outputs ``(batch, frames, channels * bins)`` with ``fft_length // 2 + 1`` bins,
    twice as many for ``"stft"``; or channels first. Cheuk et al. 2020, "nnAudio".

    Args:
        mode: what is given of each frequency: ``"log"`` of the magnitude, ``"magnitude"``, ``"psd"`` (the power, of both
            signs of a frequency), ``"real"`` or ``"imag"`` part, ``"angle"``, or ``"stft"``, both parts one after the other.
        frame_length: of a window.
        frame_step: from one window to the next; by default half the length.
        fft_length: of the transform, at least `frame_length`; by default the next power of two.
        window: a name that `scipy.signal.get_window` takes, `frame_length` numbers, or None.
        periodic: whether a window with a name is one period rather than symmetric.
        scaling: ``"density"``, ``"spectrum"`` or None. See `initializers.STFT`.
        padding: ``"valid"`` or ``"same"``.
        expand_dims: whether the bins are an axis of their own: ``(batch, frames, bins, channels)``, or ``(batch, channels,
            frames, bins)`` with the channels first.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        if mode not in MODES:
            raise ArgumentError(f"STFTSpectrogram: mode must be one of {', '.join(MODES)}, got {mode!r}.")
        self.frame_length = positive(cls, "frame_length", frame_length)
        if frame_step is not None and positive(cls, "frame_step", frame_step) > frame_length:
            raise ArgumentError(
                f"STFTSpectrogram: frame_step {frame_step} must not be above frame_length {frame_length}."
            )
        if fft_length is not None:
            if positive(cls, "fft_length", fft_length) < frame_length:
                raise ArgumentError(
                    f"STFTSpectrogram: fft_length {fft_length} must not be below frame_length {frame_length}."
                )
            if fft_length & (fft_length - 1):
                warnings.warn(f"STFTSpectrogram: fft_length {fft_length} is not a power of two.", stacklevel=2)
        self.mode = mode
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = standard_padding(cls, padding)
        self.expand_dims = expand_dims
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=3)
        self._parts = [self._initializer(side) for side in ("real", "imag")]  # refuses a bad window or scaling here

    def _initializer(self, side: str) -> Any:
        return initializers.STFT(side, self.window, self.scaling, self.periodic)

    @property
    def bins(self) -> int:
        """How many frequencies there are."""
        length = self.fft_length or 1 << (self.frame_length - 1).bit_length()
        return length // 2 + 1

    def build(self, input_shape: Any) -> None:
        """Make the kernels, cosines and sines, of the parts that the mode asks for."""
        shape = (self.frame_length, 1, self.bins)
        if self.mode != "imag":
            self.real_kernel = self.add_weight(shape, self._parts[0], name="real_kernel")
        if self.mode != "real":
            self.imag_kernel = self.add_weight(shape, self._parts[1], name="imag_kernel")

    def _transform(self, x: Tensor, kernel: Any) -> Tensor:
        """``(batch, channels, frames, bins)`` of ``(batch, channels, steps)``."""
        batch, channels, steps = tuple(x.shape)
        step = self.frame_step or max(self.frame_length // 2, 1)
        rows = ops.reshape(x, (batch * channels, steps, 1))
        y = ops.conv(rows, ops.cast(kernel.value, ops.dtype(x)), step, self.padding, "channels_last")
        return ops.reshape(y, (batch, channels, *tuple(y.shape)[1:]))

    def call(self, inputs: Tensor) -> Tensor:
        """The spectrogram."""
        kind = ops.dtype(inputs)
        if kind not in dtypes.FLOATING:
            raise DtypeError(f"Layer {self.name!r} expects floats, got {kind}: cast the signal first.")
        if self.padding == "valid":
            check_windows_fit(self, tuple(inputs.shape), (self.frame_length,))
        x = ops.swapaxes(inputs, 1, 2) if self.data_format == "channels_last" else inputs
        return self._laid_out(self._values(x))

    def _values(self, x: Tensor) -> Tensor:
        """What the mode asks for, ``(batch, channels, frames, bins)``."""
        if self.mode == "real":
            return self._transform(x, self.real_kernel)
        imag = self._transform(x, self.imag_kernel)
        if self.mode == "imag":
            return imag
        real = self._transform(x, self.real_kernel)
        if self.mode == "angle":
            return ops.arctan2(imag, real)
        if self.mode == "stft":
            return ops.concatenate([real, imag], axis=-1)
        power = ops.add(ops.square(real), ops.square(imag))
        if self.mode == "psd":
            # All frequencies but the first and the last stand for their negative ones too.
            sides = [1.0] + [2.0] * (self.bins - 2) + [1.0]
            return ops.multiply(power, ops.convert_to_tensor(sides, ops.dtype(power)))
        # The root has no gradient at 0, and the logarithm no value.
        magnitude = ops.sqrt(ops.maximum(power, config.epsilon()))
        return magnitude if self.mode == "magnitude" else ops.log(ops.maximum(magnitude, config.epsilon()))

    def _laid_out(self, y: Tensor) -> Tensor:
        batch, channels, frames, bins = tuple(y.shape)
        last = self.data_format == "channels_last"
        if self.expand_dims:
            return ops.transpose(y, (0, 2, 3, 1)) if last else y
        if last:
            return ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (batch, frames, channels * bins))
        return ops.reshape(ops.swapaxes(y, 2, 3), (batch, channels * bins, frames))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, STFTSpectrogram)
