"""`MelSpectrogram`: how strong each band of frequencies is at each time, as ears hear it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class MelSpectrogram(Layer):
    """The magnitudes of a short-time Fourier transform, in bands of equal width on the mel scale.

    Signals ``(batch, samples)``, or ``(samples,)``, become ``(batch, num_mel_bins, frames)``, or without the batch.

    Args:
        fft_length: of the transform.
        sequence_stride: samples from one frame to the next.
        sequence_length: samples in a frame, at most `fft_length`, which is the default.
        window: ``"hann"`` or ``"hamming"``, `sequence_length` numbers, or None.
        sampling_rate: samples in a second.
        num_mel_bins: number of bands.
        min_freq, max_freq: the lowest and the highest frequency, in hertz; by default up to half the sampling rate.
        power_to_db: whether results are decibels, ``10 log10(x / ref_power)``.
        top_db: how many decibels below the highest value of the batch are cut off.
        mag_exp: the power of the magnitude; 1 is energy, 2 power.
        min_power: smaller values count as this before the logarithm.
        ref_power: what 0 decibels are.
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        self.fft_length = positive(cls, "fft_length", fft_length)
        self.sequence_stride = positive(cls, "sequence_stride", sequence_stride)
        self.sequence_length = positive(cls, "sequence_length", sequence_length or fft_length)
        if self.sequence_length > self.fft_length:
            raise ArgumentError(
                f"MelSpectrogram: sequence_length {sequence_length} must not be above fft_length {fft_length}."
            )
        self.window = window
        self.sampling_rate = positive(cls, "sampling_rate", sampling_rate)
        self.num_mel_bins = positive(cls, "num_mel_bins", num_mel_bins)
        self.min_freq = min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        if not 0 <= self.min_freq < self.max_freq:
            raise ArgumentError(
                f"MelSpectrogram: frequencies must lie between min_freq, at least 0, and max_freq above it, got "
                f"{self.min_freq} and {self.max_freq}."
            )
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power
        self.input_spec = InputSpec(min_ndim=1, max_ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        """The spectrogram."""
        kind = "float64" if self.compute_dtype == "float64" else "float32"
        real, imag = ops.stft(
            ops.cast(inputs, kind), self.sequence_length, self.sequence_stride, self.fft_length, self.window
        )
        power = ops.add(ops.square(real), ops.square(imag))
        magnitudes = power if self.mag_exp == 2 else ops.power(ops.sqrt(power), self.mag_exp)
        bands = mel_bands(self.num_mel_bins, self.fft_length // 2 + 1, self.sampling_rate, self.min_freq, self.max_freq)
        y = ops.matmul(magnitudes, ops.convert_to_tensor(bands, kind))
        if self.power_to_db:
            y = self._decibels(y)
        return ops.cast(ops.swapaxes(y, -1, -2), self.compute_dtype)

    def _decibels(self, x: Tensor) -> Tensor:
        reference = 10 * math.log10(max(abs(self.ref_power), self.min_power))
        y = ops.subtract(ops.multiply(ops.log10(ops.maximum(x, self.min_power)), 10.0), reference)
        return ops.maximum(y, ops.subtract(ops.max(y, initial=-math.inf), self.top_db))

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: float = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
        dtype: Any = "float32",
    ) -> Tensor:
        """`mel_bands` of these numbers as a tensor."""
        bands = mel_bands(num_mel_bins, num_spectrogram_bins, sampling_rate, lower_edge_hertz, upper_edge_hertz)
        return ops.convert_to_tensor(bands, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, MelSpectrogram)


def mel_bands(bands: int, bins: int, sampling_rate: float, lowest: float, highest: float) -> np.ndarray:
    """``(bins, bands)``: the share of each frequency from 0 to half the sampling rate in each band.

    A band is a triangle on the mel scale, ``1127 log(1 + f / 700)``, of height 1, that ends where its neighbours have
    their peaks. The frequency 0 is in none. These are the filters of HTK (Young et al., "The HTK book", section 5.4).
    """
    edges = np.linspace(_mel(lowest), _mel(highest), bands + 2)
    place = _mel(np.linspace(0, sampling_rate / 2, bins))[:, None]
    rising = (place - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - place) / (edges[2:] - edges[1:-1])
    shares = np.maximum(np.minimum(rising, falling), 0)
    shares[0] = 0
    return np.asarray(shares)


def _mel(hertz: Any) -> Any:
    return 1127 * np.log1p(hertz / 700)
