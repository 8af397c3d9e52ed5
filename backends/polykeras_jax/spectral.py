"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax
from jax.scipy import special

from polykeras_jax.compiled import compiled


def _view(x: Any, dtype: str) -> Any:
    return lax.stop_gradient(x).view(dtype)


def _transform(x: Any, rank: int, inverse: bool) -> Any:
    return (jnp.fft.ifftn if inverse else jnp.fft.fftn)(x, axes=range(-rank, 0))


def _bessel(native: Callable[..., Any]) -> Callable[..., Any]:
    return compiled(lambda x: native(x.astype(jnp.promote_types(x.dtype, jnp.float32))).astype(x.dtype))


KERNELS: dict[str, Callable[..., Any]] = {
    "make_complex": compiled(lambda x1, x2: lax.complex(*jnp.broadcast_arrays(x1, x2))),
    "real": compiled(jnp.real),
    "imag": compiled(jnp.imag),
    "conj": compiled(lambda x: lax.conj(x) if jnp.iscomplexobj(x) else x),
    "view": compiled(_view, 1),
    "fourier_transform": compiled(_transform, 1, 2),
    "real_fourier_transform": compiled(jnp.fft.rfft),
    "inverse_real_fourier_transform": compiled(jnp.fft.irfft, 1),
    "i0": _bessel(special.i0),
    "i1": _bessel(special.i1),
}
OVERRIDES: dict[str, Callable[..., Any]] = {}
