"""Signals cut into short overlapping sequences, and their Fourier transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.policies import FLOAT, KEEP
from polykeras.ops.registry import composite
from polykeras.ops.spectral import _irfft, _joined, _parted, _resized, real_fourier_transform, takes_complex
from polykeras.ops.windows import overlap_add, sliding_windows
from polykeras.typing import Tensor


@composite(KEEP, samples=lambda s: [s(s.real(2, 7), 3, 2), s(s.ints(4), 4, 1), s(s.real(5), 2, 3)])
def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor:
    """Sequences along the last axis, `sequence_stride` apart: ``(..., n)`` becomes ``(..., count, sequence_length)``.

    ``count = 1 + (n - sequence_length) // sequence_stride``.

    Raises:
        ShapeError: x is shorter than one sequence, or 0-d.
        ArgumentError: a length or stride is not positive.
    """
    if not len(x.shape):
        raise ShapeError("extract_sequences: expected a last axis, got a 0-d tensor.")
    return sliding_windows(x, (len(x.shape) - 1,), (sequence_length,), (sequence_stride,), (1,))


def _fft_length(fft_length: int | None, sequence_length: int, sequence_stride: int) -> int:
    if sequence_length < 1 or sequence_stride < 1:
        raise ArgumentError(
            f"sequence_length and sequence_stride must be positive, got {sequence_length} and {sequence_stride}"
        )
    if fft_length is None:
        return 1 << (sequence_length - 1).bit_length()
    if fft_length < sequence_length:
        raise ArgumentError(f"fft_length {fft_length} must not be less than sequence_length {sequence_length}")
    return fft_length


def _window(window: Any, sequence_length: int, fft_length: int, kind: str) -> Tensor:
    """The window in the middle of `fft_length` zeros; without one, ones throughout."""
    from polykeras.ops.casting import cast
    from polykeras.ops.movement import pad_constant

    if window is None:
        return convert_to_tensor(np.ones(fft_length), kind)
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ArgumentError(f"window must be 'hann', 'hamming', a tensor or None, got {window!r}")
        # Periodic: the last value, equal to the first, is left to the next period.
        whole = (np.hanning if window == "hann" else np.hamming)(sequence_length + 1)
        window = whole[:-1]
    values = cast(convert_to_tensor(window), kind)
    if tuple(values.shape) != (sequence_length,):
        raise ShapeError(f"the window must have shape ({sequence_length},), got {tuple(values.shape)}")
    before = (fft_length - sequence_length) // 2
    return pad_constant(values, ((before, fft_length - sequence_length - before),), 0)


def _stft_cases(s: Any) -> list[Any]:
    return [
        s(s.real(9), 4, 2, 4),
        s(s.real(2, 6), 3, 2, 4, window="hamming", center=False),
        s(s.real(6), 3, 3, 3, window=None, center=False),
        s(s.real(6), 2, 2, 3, window=[0.5, 1.0]),
    ]


@composite(FLOAT, samples=_stft_cases)
def stft(
    x: Tensor,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int | None,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """The short-time Fourier transform along the last axis, as two parts of shape ``(..., count, fft_length // 2 + 1)``.

    Args:
        x: real signals of shape ``(..., n)``.
        sequence_length: the length of the window.
        sequence_stride: how far apart the sequences are.
        fft_length: the length of each transform, not less than `sequence_length`; None means the next power of two.
        window: ``"hann"`` or ``"hamming"``, periodic; a tensor of shape ``(sequence_length,)``; or None for ones over all of
            `fft_length`.
        center: whether x is continued by reflection, by ``fft_length // 2`` on both sides, so that sequence t has its
            middle at ``t * sequence_stride``.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.elementwise import multiply
    from polykeras.ops.movement import pad

    length = _fft_length(fft_length, sequence_length, sequence_stride)
    kind = dtype(x)
    wide = "float64" if kind == "float64" else "float32"
    signal = cast(x, wide)
    if center:
        signal = pad(signal, ((0, 0),) * (len(x.shape) - 1) + ((length // 2, length // 2),), "reflect")
    frames = extract_sequences(signal, length, sequence_stride)
    frames = multiply(frames, _window(window, sequence_length, length, wide))
    return _parted(real_fourier_transform(frames), x)


def _istft(
    x: Tensor,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int | None,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    from polykeras.ops.comparison import greater
    from polykeras.ops.elementwise import divide, multiply
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import broadcast_to

    size = _fft_length(fft_length, sequence_length, sequence_stride)
    if len(x.shape) < 2:
        raise ShapeError(f"expected shape (..., sequences, frequencies), got {tuple(x.shape)}")
    frames = _irfft(x, size)
    weights = _window(window, sequence_length, size, dtype(frames))
    shape = tuple(frames.shape)
    total = size + sequence_stride * (shape[-2] - 1)

    def overlapped(frames: Tensor, leading: tuple[int, ...]) -> Tensor:
        return overlap_add(frames, (*leading, total), (len(leading),), (size,), (sequence_stride,), (1,))

    signal = overlapped(multiply(frames, weights), shape[:-2])
    # What the windows did to the signal, twice, is divided out; where no window reaches there is nothing to restore.
    energy = overlapped(broadcast_to(multiply(weights, weights), shape[-2:]), ())
    seen = greater(energy, 1e-10)
    signal = where(seen, divide(signal, where(seen, energy, 1)), 0)
    if center:
        signal = signal[..., size // 2 : total if length is not None else total - size // 2]
    return signal if length is None else _resized(signal, length)


def _istft_cases(s: Any) -> list[Any]:
    return [
        s([s.real(4, 3), s.real(4, 3)], 4, 2, 4),
        s([s.real(2, 2, 3), s.real(2, 2, 3)], 3, 2, 4, window="hamming", center=False),
        s([s.real(2, 2), s.real(2, 2)], 3, 3, 3, length=5, window=None, center=False),
    ]


@takes_complex(_istft)
@composite(FLOAT, samples=_istft_cases)
def istft(
    x: Sequence[Tensor],
    sequence_length: int,
    sequence_stride: int,
    fft_length: int | None,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """The real signal whose `stft` with the same arguments is x, where the windows reach; elsewhere 0.

    Args:
        x: a tuple of real and imaginary part, or one complex tensor, of shape ``(..., count, fft_length // 2 + 1)``.
        sequence_length, sequence_stride, fft_length, window, center: as for `stft`.
        length: the result is cut off, or continued with zeros, to this length.
    """
    from polykeras.ops.casting import cast

    arguments = (sequence_length, sequence_stride, fft_length, length, window, center)
    return cast(_istft(_joined(x), *arguments), dtype(x[0]))
