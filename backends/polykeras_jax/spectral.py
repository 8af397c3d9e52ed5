"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy import special

from polykeras_jax.compiled import compiled

_AXES = {1: (-1,), 2: (-2, -1)}


def _view(x: Any, dtype: str) -> Any:
    return lax.stop_gradient(x).view(dtype)


def _transform(x: Any, rank: int, inverse: bool) -> Any:
    if 0 in x.shape[-rank:]:
        raise ValueError("there is nothing to transform")
    return (jnp.fft.ifftn if inverse else jnp.fft.fftn)(x, axes=_AXES[rank])


def _inverse_real_transform(x: Any, length: int) -> Any:
    if x.shape[-1] != length // 2 + 1:
        raise ValueError("JAX would cut x off, or continue it with zeros")
    return jnp.fft.irfft(x, length)


# JAX says NaN of infinity, and that the derivative of i0 at 0 is 1.
@jax.custom_jvp
def _i0(x: Any) -> Any:
    return special.i0(jnp.clip(x, -1000, 1000))


@jax.custom_jvp
def _i1(x: Any) -> Any:
    return special.i1(jnp.clip(x, -1000, 1000))


_i0.defjvps(lambda t, out, x: t * _i1(x))
_i1.defjvps(lambda t, out, x: t * jnp.where(x == 0, 0.5, _i0(x) - out / jnp.where(x == 0, 1, x)))


def _bessel(native: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(x: Any) -> Any:
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        return native(wide).astype(x.dtype)

    return compiled(kernel)


KERNELS: dict[str, Callable[..., Any]] = {
    "make_complex": compiled(lambda x1, x2: lax.complex(*jnp.broadcast_arrays(x1, x2))),
    "real": compiled(jnp.real),
    "imag": compiled(jnp.imag),
    "conj": compiled(lambda x: lax.conj(x) if jnp.iscomplexobj(x) else x),
    "view": compiled(_view, 1),
    "fourier_transform": compiled(_transform, 1, 2),
    "real_fourier_transform": compiled(jnp.fft.rfft),
    "inverse_real_fourier_transform": compiled(_inverse_real_transform, 1),
    "i0": _bessel(_i0),
    "i1": _bessel(_i1),
}
