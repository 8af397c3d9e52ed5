"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.dtypes import complex_of, numpy_dtype
from polykeras_numpy.elementwise import _in_float32


def _make_complex(x1: Any, x2: Any) -> Any:
    out = np.empty(np.broadcast_shapes(x1.shape, x2.shape), complex_of(x1.dtype.name))
    out.real, out.imag = x1, x2
    return out


def _imag(x: Any) -> Any:
    return x.imag if x.dtype.kind == "c" else np.zeros_like(x)


def _view(x: Any, dtype: str) -> Any:
    if dtype == "bool":
        return np.ascontiguousarray(x).view(np.uint8).reshape((*x.shape[:-1], -1) if x.ndim else ()) != 0
    return np.asarray(x, order="C").view(numpy_dtype(dtype))


def _bessel(name: str) -> Callable[..., Any]:
    def function(x: Any) -> Any:
        from scipy import special

        return getattr(special, name)(np.clip(x, -1000, 1000))  # SciPy says NaN of infinity

    return _in_float32(function)


AXES = {1: (-1,), 2: (-2, -1)}


# SciPy's transforms keep single precision, NumPy's own only from release 2 on.
def _transform(x: Any, rank: int, inverse: bool) -> Any:
    from scipy import fft

    return (fft.ifftn if inverse else fft.fftn)(x, axes=AXES[rank])


def _real_transform(x: Any) -> Any:
    from scipy import fft

    return fft.rfft(x)


def _inverse_real_transform(x: Any, length: int) -> Any:
    from scipy import fft

    if x.shape[-1] != length // 2 + 1:
        raise ValueError("SciPy would cut x off, or continue it with zeros")
    return fft.irfft(x, length)


KERNELS: dict[str, Callable[..., Any]] = {
    "make_complex": _make_complex,
    "real": lambda x: x.real,
    "imag": _imag,
    "conj": lambda x: np.conjugate(x) if x.dtype.kind == "c" else x,
    "view": _view,
    "fourier_transform": _transform,
    "real_fourier_transform": _real_transform,
    "inverse_real_fourier_transform": _inverse_real_transform,
    "i0": _bessel("i0"),
    "i1": _bessel("i1"),
}
