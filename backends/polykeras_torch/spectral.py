"""Complex numbers and Fourier transforms."""

from __future__ import annotations

from typing import Any

import torch

from polykeras.interpreters.abstract import AbstractTensor
from polykeras.ops.registry import REGISTRY
from polykeras_torch.native import DTYPES, Kernel

_AXES = {1: (-1,), 2: (-2, -1)}


def _view(x: Any, dtype: str) -> Any:
    if not x.numel():  # its stride may be 0, which PyTorch refuses
        shape = REGISTRY["view"].shape(AbstractTensor(x.shape, str(x.dtype)[6:]), dtype).shape  # type: ignore[misc]
        return x.new_empty(shape, dtype=DTYPES[dtype])
    x = x.detach().contiguous()
    return x.view(torch.uint8) != 0 if dtype == "bool" else x.view(DTYPES[dtype])


def _transform(x: Any, rank: int, inverse: bool) -> Any:
    transform = torch.fft.ifftn if inverse else torch.fft.fftn
    return transform(x, dim=_AXES[rank]) if x.numel() or 0 in x.shape[-rank:] else x.clone()  # MKL refuses none at all


def _real_transform(x: Any) -> Any:
    if x.numel() or not x.shape[-1]:
        return torch.fft.rfft(x)
    return torch.complex(x, x)[..., : x.shape[-1] // 2 + 1]


def _inverse_real_transform(x: Any, length: int) -> Any:
    if x.shape[-1] != length // 2 + 1:
        raise ValueError("PyTorch would cut x off, or continue it with zeros")
    return torch.fft.irfft(x, length) if x.numel() else torch.real(x).new_zeros((*x.shape[:-1], length))


def _bessel(native: Kernel) -> Kernel:
    def kernel(x: Any) -> Any:
        wide = torch.clamp(x if x.itemsize > 2 else x.float(), -1000, 1000)  # PyTorch says NaN of infinity
        return native(wide).to(x.dtype)

    return kernel


KERNELS: dict[str, Kernel] = {
    "make_complex": torch.complex,
    "real": torch.real,
    "imag": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "conj": torch.conj_physical,
    "view": _view,
    "fourier_transform": _transform,
    "real_fourier_transform": _real_transform,
    "inverse_real_fourier_transform": _inverse_real_transform,
    "i0": _bessel(torch.special.i0),
    "i1": _bessel(torch.special.i1),
}
