"""Arrangement, joining, creation and casts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from polykeras.dtypes import INTEGER, standardize
from polykeras_torch.native import DTYPES, SIGNED, Kernel, body, constant, on_bits, placement, refuse, values_at_hand


def _reshape(x: Any, newshape: Any) -> Any:
    return torch.reshape(x, (newshape,) if isinstance(newshape, int) else newshape)


def _transpose(x: Any, axes: Sequence[int] | None) -> Any:
    return torch.permute(x, tuple(range(x.ndim - 1, -1, -1)) if axes is None else tuple(axes))


def _reverse(x: Any, axes: Sequence[int]) -> Any:
    return on_bits(lambda bits: torch.flip(bits, axes), x) if x.dtype in SIGNED else torch.flip(x, axes)


def _pad_constant(x: Any, pad_width: Sequence[tuple[int, int]], value: Any) -> Any:
    widths = [n for pair in reversed(pad_width) for n in pair]
    if len(widths) != 2 * x.ndim or min(widths, default=0) < 0:
        refuse("pad_constant", x, pad_width, value)  # raises
    return torch.constant_pad_nd(x, widths, value)


def _fill(shape: Any, value: Any, dtype: str) -> Any:
    return torch.full(shape, value, dtype=DTYPES[dtype], device=placement.device)


def _fill_like(x: Any, value: Any, dtype: str) -> Any:
    return torch.full_like(x, value, dtype=DTYPES[dtype])


def _range(start: float, stop: float, step: float, dtype: str) -> Any:
    target = DTYPES[dtype]
    count = max(0, math.ceil((stop - start) / step))
    working = torch.float64 if target.is_floating_point else torch.int64
    if placement.device.type == "mps" and working is torch.float64:
        working = torch.float32  # there is nothing wider
    # A stop between two steps, so that rounding does not decide how many there are.
    stop = start + (max(count - 0.5, 0) if target.is_floating_point else count) * step
    return torch.arange(start, stop, step, dtype=working, device=placement.device).to(target)


def _to_integers(x: Any, target: torch.dtype) -> Any:
    """Floats in an integer dtype, the nearest number that it holds, NaN as 0; PyTorch leaves that to the processor."""
    low, high = torch.iinfo(target).min, torch.iinfo(target).max
    if values_at_hand(x):
        # One quick pass that nearly always finds nothing: NaN is not between the bounds either.
        least, most = torch.aminmax(x.detach()) if x.numel() else (x.new_zeros(()), x.new_zeros(()))
        if least.item() > low - 1 and most.item() < high + 1:
            return x.to(target)
    x = x.to(torch.float32) if x.dtype.itemsize == 2 else x
    top = float(high + 1)
    below = top * (1 - torch.finfo(x.dtype).eps / 2)  # the next number before it
    whole = torch.nan_to_num(x, 0.0).clamp(float(low), below).to(target)
    return torch.where(x >= top, constant(high, whole), whole)


_CASTS = {"float32": torch.Tensor.float, "float64": torch.Tensor.double, "int32": torch.Tensor.int}


def _cast(x: Any, dtype: str) -> Any:
    target = DTYPES[dtype]
    if x.is_floating_point() and dtype in INTEGER:
        return _to_integers(x, target)
    if x.is_complex() and not target.is_complex and dtype != "bool":  # PyTorch warns of the imaginary part
        x = torch.real(x)
    quick = _CASTS.get(dtype)  # half the price of Tensor.to, which first finds out what its arguments are
    return x.to(target) if quick is None else quick(x)


KERNELS: dict[str, Kernel] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": torch.broadcast_to,
    "reverse": _reverse,
    "pad_constant": _pad_constant,
    "concatenate": torch.cat,
    "fill": _fill,
    "fill_like": _fill_like,
    "range": _range,
    "cast": _cast,
    "stop_gradient": torch.detach,
}

# ---- fused -----------------------------------------------------------------------------------------------------------


def _split(x: Any, indices_or_sections: Any, axis: int) -> Any:
    size = x.shape[axis] if x.ndim else 0
    if isinstance(indices_or_sections, int):
        even = size and indices_or_sections > 0 and size % indices_or_sections == 0
        pieces = torch.split(x, size // indices_or_sections, axis) if even else None
    else:
        pieces = torch.tensor_split(x, [int(i) for i in indices_or_sections], axis) if size else None
    return body("split")(x, indices_or_sections, axis) if pieces is None else list(pieces)


def _unstack(x: Any, num: int | None, axis: int) -> Any:
    if num is None and -x.ndim <= axis < x.ndim:
        return list(torch.unbind(x, axis))
    return body("unstack")(x, num, axis)


def _expand_dims(x: Any, axis: Any) -> Any:
    return x.unsqueeze(axis) if type(axis) is int else body("expand_dims")(x, axis)


def _squeeze(x: Any, axis: Any) -> Any:
    if type(axis) is int and x.ndim and x.shape[axis] == 1:
        return x.squeeze(axis)
    return body("squeeze")(x, axis)


def _zeros_like(x: Any, dtype: Any) -> Any:
    return torch.zeros_like(x, dtype=None if dtype is None else DTYPES[standardize(dtype)], requires_grad=False)


OVERRIDES: dict[str, Kernel] = {
    "expand_dims": _expand_dims,
    "squeeze": _squeeze,
    "zeros_like": _zeros_like,
    "stack": torch.stack,
    "split": _split,
    "unstack": _unstack,
}
