"""Fourier transforms by their definition, as products with matrices; windows and Bessel functions by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special
from scipy.signal import get_window, windows


def _matrix(n: int, sign: int = -1) -> np.ndarray:
    k = np.arange(n)
    return np.asarray(np.exp(sign * 2j * np.pi * np.outer(k, k) / n))


def _transform(x: np.ndarray, rank: int, inverse: bool = False) -> np.ndarray:
    for axis in range(-rank, 0):
        n = x.shape[axis]
        matrix = _matrix(n, 1) / n if inverse else _matrix(n)
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ matrix, -1, axis)
    return x


def _resized(x: np.ndarray, size: int) -> np.ndarray:
    result = np.zeros((*x.shape[:-1], size), x.dtype)
    kept = min(size, x.shape[-1])
    result[..., :kept] = x[..., :kept]
    return result


def _rfft(x: np.ndarray, length: int | None = None) -> np.ndarray:
    x = _resized(x, length or x.shape[-1])
    return _transform(x.astype("complex128"), 1)[..., : x.shape[-1] // 2 + 1]


def _irfft(z: np.ndarray, length: int | None = None) -> np.ndarray:
    """The sum over the whole spectrum, whose other half is the conjugate of this one in reverse."""
    length = max(2 * (z.shape[-1] - 1), 1) if length is None else length
    z = _resized(z, length // 2 + 1)
    whole = np.zeros((*z.shape[:-1], length), "complex128")
    for k in range(length):
        whole[..., k] = z[..., k] if k <= length // 2 else np.conj(z[..., length - k])
    for k in {0, length // 2 if length % 2 == 0 else 0}:
        whole[..., k] = z[..., k].real
    return np.asarray(_transform(whole, 1, True).real)


def _parts(z: np.ndarray) -> list[np.ndarray]:
    return [z.real, z.imag]


def _window(window: Any, sequence_length: int, fft_length: int) -> np.ndarray:
    if window is None:
        return np.ones(fft_length)
    values = get_window(window, sequence_length) if isinstance(window, str) else np.asarray(window, float)
    before = (fft_length - sequence_length) // 2
    return np.pad(values, (before, fft_length - sequence_length - before))


def _stft(x: np.ndarray, sequence_length: int, stride: int, size: int, window: Any, center: bool) -> list[np.ndarray]:
    if center:
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(size // 2, size // 2)], mode="reflect")
    starts = range(0, x.shape[-1] - size + 1, stride)
    frames = np.stack([x[..., i : i + size] for i in starts], -2)
    return _parts(_rfft(frames * _window(window, sequence_length, size)))


def _istft(
    x: Any, sequence_length: int, stride: int, size: int, length: int | None, window: Any, center: bool
) -> np.ndarray:
    frames = _irfft(x[0] + 1j * x[1], size)
    weights = _window(window, sequence_length, size)
    count = frames.shape[-2]
    signal = np.zeros((*frames.shape[:-2], size + stride * (count - 1)))
    energy = np.zeros(signal.shape[-1])
    for t in range(count):
        at = slice(t * stride, t * stride + size)
        signal[..., at] += frames[..., t, :] * weights
        energy[at] += weights**2
    signal = np.where(energy > 1e-10, signal / np.where(energy > 1e-10, energy, 1), 0)
    if center:
        signal = signal[..., size // 2 :] if length is not None else signal[..., size // 2 : -(size // 2)]
    return signal if length is None else _resized(signal, length)


def _sequences(x: np.ndarray, length: int, stride: int) -> np.ndarray:
    return np.stack([x[..., i : i + length] for i in range(0, x.shape[-1] - length + 1, stride)], -2)


def _symmetric(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda n, *shape: make(n, *shape).astype("float32") if n else np.zeros(0, "float32")


ORACLES: dict[str, Callable[..., Any]] = {
    "fourier_transform": _transform,
    "real_fourier_transform": _rfft,
    "inverse_real_fourier_transform": _irfft,
    "fft": lambda x: _parts(_transform(x[0] + 1j * x[1], 1)),
    "fft2": lambda x: _parts(_transform(x[0] + 1j * x[1], 2)),
    "ifft2": lambda x: _parts(_transform(x[0] + 1j * x[1], 2, True)),
    "rfft": lambda x, length: _parts(_rfft(x, length)),
    "irfft": lambda x, length: _irfft(x[0] + 1j * x[1], length),
    "stft": _stft,
    "istft": _istft,
    "extract_sequences": _sequences,
    "bartlett": _symmetric(windows.bartlett),
    "blackman": _symmetric(windows.blackman),
    "hamming": _symmetric(windows.hamming),
    "hanning": _symmetric(windows.hann),
    "kaiser": _symmetric(windows.kaiser),
    "i0": lambda x: special.i0(np.clip(x, -1000, 1000)),  # SciPy gives NaN at infinities
    "i1": lambda x: special.i1(np.clip(x, -1000, 1000)),
}
