"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from polykeras_tensorflow.control_flow import by_rule
from polykeras_tensorflow.native import BOOL, COMPLEX, DTYPES, ints, number, raw, rule, through

Kernel = Callable[..., Any]


def _view(x: Any, dtype: str) -> Any:
    target = DTYPES[dtype]
    if target is x.dtype:
        return raw.Identity(x)
    if x.dtype is BOOL:
        x = raw.Cast(x, tf.uint8)
    as_bool, target = target is BOOL, tf.uint8 if target is BOOL else target
    old, new = x.dtype.size, target.size
    if new > old:  # the elements that become one, along an axis of their own
        x = raw.Reshape(x, ints((*x.shape[:-1], x.shape[-1] * old // new, new // old)))
    bits = raw.Bitcast(x, target)
    if new < old:
        bits = raw.Reshape(bits, ints((*bits.shape[:-2], bits.shape[-2] * bits.shape[-1])))
    return raw.NotEqual(bits, 0) if as_bool else bits


def _real(x: Any) -> Any:
    return raw.Real(x, COMPLEX[x.dtype]) if x.dtype in COMPLEX else raw.Identity(x)


def _imag(x: Any) -> Any:
    return raw.Imag(x, COMPLEX[x.dtype]) if x.dtype in COMPLEX else raw.ZerosLike(x)


def _make_complex(x1: Any, x2: Any) -> Any:
    return raw.Complex(x1, x2, tf.complex128 if x1.dtype is tf.float64 else tf.complex64)


_TRANSFORMS = {(1, False): "FFT", (1, True): "IFFT", (2, False): "FFT2D", (2, True): "IFFT2D"}


def _transform(x: Any, rank: int, inverse: bool) -> Any:
    if (rank, inverse) not in _TRANSFORMS or len(x.shape) < rank or 0 in tuple(x.shape)[-rank:]:
        rule("fourier_transform", x, rank, inverse)  # raises
    return getattr(raw, _TRANSFORMS[rank, inverse])(x)


def _real_transform(x: Any) -> Any:
    if not x.shape or not x.shape[-1]:
        rule("real_fourier_transform", x)  # raises
    return raw.RFFT(x, ints((x.shape[-1],)), tf.complex128 if x.dtype is tf.float64 else tf.complex64)


def _inverse_real_transform(x: Any, length: int) -> Any:
    if x.shape[-1] != length // 2 + 1:
        rule("inverse_real_fourier_transform", x, length)  # raises
    return raw.IRFFT(x, ints((length,)), COMPLEX[x.dtype])


def _bessel(op: Kernel) -> Kernel:
    def within(x: Any) -> Any:  # TensorFlow says NaN of infinity
        return op(raw.ClipByValue(x, number(-1000, x.dtype), number(1000, x.dtype)))

    wide = through(within, tf.float32)
    return lambda x: within(x) if x.dtype.size > 2 else wide(x)


KERNELS: dict[str, Kernel] = {
    "make_complex": _make_complex,
    "real": _real,
    "imag": _imag,
    "conj": lambda x: raw.Conj(x) if x.dtype in COMPLEX else raw.Identity(x),
    "view": _view,
    "fourier_transform": _transform,
    "real_fourier_transform": _real_transform,
    "inverse_real_fourier_transform": _inverse_real_transform,
    "i0": _bessel(raw.BesselI0),
    "i1": by_rule("i1", _bessel(raw.BesselI1)),
}
