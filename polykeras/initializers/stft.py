"""`STFT`."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.initializers.initializer import Initializer
from polykeras.typing import Shape, Tensor


class STFT(Initializer):
    """The real or imaginary part of a windowed Fourier transform, as a kernel of a convolution over time.

    For the shape ``(frame_length, 1, bins)``, element ``[t, 0, k]`` is ``window[t] * cos(-2 π t k / n)``, or the sine,
    with ``n = 2 * (bins - 1)``, divided by what `scaling` says.

    Args:
        side: ``"real"`` for the cosine, ``"imag"`` for the sine.
        window: a name that `scipy.signal.get_window` takes, `frame_length` numbers, or None.
        scaling: ``"density"``: by the root of the sum of the window's squares; ``"spectrum"``: by the sum of its
            absolute values; None: not at all. Without a window nothing is scaled.
        periodic: whether a window with a name is one period rather than symmetric.
    """

    def __init__(
        self, side: str = "real", window: Any = "hann", scaling: str | None = "density", periodic: bool = False
    ) -> None:
        if side not in ("real", "imag"):
            raise ArgumentError(f"STFT: side must be 'real' or 'imag', got {side!r}.")
        if scaling not in ("density", "spectrum", None):
            raise ArgumentError(f"STFT: scaling must be 'density', 'spectrum' or None, got {scaling!r}.")
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic
        if isinstance(window, str):
            self._window_of(1)

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """The kernel. Raises `ShapeError` for a shape of another kind, or one that the window does not fit."""
        if len(shape) != 3 or shape[1] != 1 or shape[2] < 2:
            raise ShapeError(f"STFT: expected a shape (frame_length, 1, bins) of 2 bins or more, got {tuple(shape)}.")
        length, _, bins = shape
        # Whole turns are taken off in integers: the angles keep all their digits.
        turns = np.outer(np.arange(length), np.arange(bins)) % (2 * (bins - 1))
        angles = turns * (np.pi / (bins - 1))
        kernel = np.cos(angles) if self.side == "real" else -np.sin(angles)
        if self.window is not None:
            window = self._window_of(length)
            scale = {
                "density": np.sqrt(np.sum(window**2)),
                "spectrum": np.sum(np.abs(window)),
                None: 1.0,
            }[self.scaling]
            kernel = kernel * (window / (scale or 1.0))[:, None]  # a short window can be all zeros, and stays so
        # Computed on the host in float64, so that all backends start from equal bits.
        return ops.convert_to_tensor(kernel[:, None].astype(dtypes.numpy_dtype(dtypes.standardize(dtype))))

    def _window_of(self, length: int) -> np.ndarray:
        if isinstance(self.window, str):
            from scipy.signal import get_window

            try:
                return np.asarray(get_window(self.window, length, self.periodic), "float64")
            except ValueError as error:
                raise ArgumentError(f"STFT: window {self.window!r} is none of SciPy's: {error}") from error
        window = np.asarray(ops.convert_to_numpy(self.window), "float64")
        if window.shape != (length,):
            raise ShapeError(f"STFT: the window must have shape ({length},), got {window.shape}.")
        return window

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        from polykeras import saving

        return {
            "side": self.side,
            "window": saving.serialize_keras_object(self.window),
            "periodic": self.periodic,
            "scaling": self.scaling,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> STFT:
        """The initializer that `get_config` described."""
        from polykeras import saving

        return cls(**{**config, "window": saving.deserialize_keras_object(config.get("window", "hann"))})
