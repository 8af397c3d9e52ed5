"""Complex numbers and the bits of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.dtypes import numpy_dtype


def _view(x: np.ndarray, dtype: str) -> np.ndarray:
    """Through bytes; the elements along the last axis lie one after the other."""
    target = numpy_dtype(dtype)
    width = 1 if dtype == "bool" else target.itemsize
    size = x.shape[-1] * x.dtype.itemsize // width if x.ndim else 1
    read = np.frombuffer(x.tobytes(), np.uint8 if dtype == "bool" else target)
    return (read != 0 if dtype == "bool" else read).reshape((*x.shape[:-1], size) if x.ndim else ())


def _make_complex(a: Any, b: Any) -> Any:
    """Not ``a + 1j * b``, which has NaN for its real part where b is infinite."""
    y = np.empty(np.broadcast_shapes(np.shape(a), np.shape(b)), "complex128")
    y.real, y.imag = a, b
    return y


ORACLES: dict[str, Callable[..., Any]] = {
    "make_complex": _make_complex,
    "real": np.real,
    "imag": np.imag,
    "conj": np.conj,
    "conjugate": np.conj,
    "isreal": np.isreal,
    "angle": np.angle,
    "polar": lambda r, phi: r * np.exp(1j * phi),
    "view_as_complex": lambda x: x[..., 0] + 1j * x[..., 1],
    "view_as_real": lambda x: np.stack([np.real(x), np.imag(x)], -1),
    "view": _view,
}
