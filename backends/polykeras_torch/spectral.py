"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from typing import Any

import torch

from polykeras_torch.native import DTYPES, Kernel


def _view(x: Any, dtype: str) -> Any:
    x = x.detach().contiguous()
    return x.view(torch.uint8) != 0 if dtype == "bool" else x.view(DTYPES[dtype])


def _transform(x: Any, rank: int, inverse: bool) -> Any:
    return (torch.fft.ifftn if inverse else torch.fft.fftn)(x, dim=tuple(range(-rank, 0)))


def _bessel(native: Kernel) -> Kernel:
    return lambda x: native(x) if x.itemsize > 2 else native(x.float()).to(x.dtype)


KERNELS: dict[str, Kernel] = {
    "make_complex": torch.complex,
    "real": torch.real,
    "imag": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "conj": torch.conj_physical,
    "view": _view,
    "fourier_transform": _transform,
    "real_fourier_transform": torch.fft.rfft,
    "inverse_real_fourier_transform": lambda x, length: torch.fft.irfft(x, length),
    "i0": _bessel(torch.special.i0),
    "i1": _bessel(torch.special.i1),
}
OVERRIDES: dict[str, Kernel] = {}
