"""Matrix products and contractions."""

from __future__ import annotations

from typing import Any

import torch
from torch import _VF

from polykeras_torch.native import SIGNED, Kernel, body, on_bits


def _without_floats(f: Kernel, xs: Any) -> Any:
    """`f` of tensors that PyTorch does not multiply: unsigned integers as signed ones, bools as integers."""
    if xs[0].dtype in SIGNED:
        return on_bits(lambda *bits: f(bits), *xs)
    if xs[0].dtype is torch.bool:
        return f([x.to(torch.int32) for x in xs]) != 0
    return f(xs)


def _matmul(x1: Any, x2: Any) -> Any:
    try:
        return torch.matmul(x1, x2)
    except NotImplementedError:
        return _without_floats(lambda xs: torch.matmul(*xs), (x1, x2))


def _contract(equation: str, operands: Any) -> Any:
    dtype = operands[0].dtype
    if dtype.is_floating_point or dtype.is_complex:
        return torch.einsum(equation, operands)
    # Sums of integers come in 64 bits, also those inside, which must not meet what is narrower.
    return torch.einsum(equation, [x.to(torch.int64) for x in operands]).to(dtype)


def _einsum(subscripts: str, operands: Any) -> Any:
    if len(operands) < 3 and operands[0].is_floating_point():
        return _VF.einsum(subscripts, operands)  # type: ignore[attr-defined]  # torch.einsum only asks for an order
    return body("einsum")(subscripts, operands)


KERNELS: dict[str, Kernel] = {"matmul": _matmul, "contract": _contract}
OVERRIDES: dict[str, Kernel] = {"einsum": _einsum}
