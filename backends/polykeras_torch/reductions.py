"""Sums, extremes, running sums and order along axes."""

from __future__ import annotations

from typing import Any

import torch

from polykeras.ops import rules
from polykeras_torch.native import HALF, SIGNED, Kernel, body, in_order, on_bits, refuse, widened


def _sum(x: Any, axis: Any, keepdims: bool) -> Any:
    if isinstance(axis, (tuple, list)) and not axis:  # no axes, which PyTorch takes for all of them
        return x
    if x.is_floating_point():
        return torch.sum(x, axis, keepdims)
    if x.dtype in SIGNED:
        return on_bits(lambda bits: torch.sum(bits, axis, keepdims, dtype=bits.dtype), x)
    return torch.sum(x, axis, keepdims, dtype=x.dtype)


def _prod(x: Any, axis: Any, keepdims: bool) -> Any:
    if x.dtype in SIGNED:
        return on_bits(lambda bits: _prod(bits, axis, keepdims), x)
    if x.dtype in HALF:
        return _prod(x.to(torch.float32), axis, keepdims).to(x.dtype)
    if axis is None and not keepdims:
        return torch.prod(x, dtype=x.dtype)
    if isinstance(axis, int):
        return torch.prod(x, axis, keepdims, dtype=x.dtype)
    axes = rules.axes_of(axis, x.ndim)
    if not axes:
        return x
    # PyTorch multiplies along one axis only: bring all of them there.
    rest = [a for a in range(x.ndim) if a not in axes]
    flat = x.permute([*rest, *axes]).flatten(len(rest))
    return torch.prod(flat, -1, dtype=x.dtype).reshape(rules.reduced(x.shape, axes, keepdims))


def _extreme(native: Kernel) -> Kernel:
    def kernel(x: Any, axis: Any, keepdims: bool) -> Any:
        if type(axis) is int and x.is_floating_point():
            return native(x, axis, keepdims)
        if axis is None:
            axis = tuple(range(x.ndim))  # named, so that PyTorch complains of nothing to choose from
        if isinstance(axis, (tuple, list)) and not axis:
            return x
        if x.dtype in SIGNED:
            return in_order(lambda wide: native(wide, axis, keepdims), x)
        return native(x, axis, keepdims)

    return kernel


def _arg(native: Kernel) -> Kernel:
    def kernel(x: Any, axis: Any, keepdims: bool) -> Any:
        if x.dtype is torch.bool:
            x = x.view(torch.uint8)
        elif x.dtype in SIGNED:
            x = widened(x)
        return native(x, axis, keepdims).int()

    return kernel


def _cumulative(native: Kernel) -> Kernel:
    def kernel(x: Any, axis: int) -> Any:
        if not x.ndim:
            rules.axis_of(axis, 0)  # raises
        if x.dtype in SIGNED:
            return on_bits(lambda bits: native(bits, axis, dtype=bits.dtype), x)
        return native(x, axis, dtype=x.dtype)

    return kernel


def _argsort(x: Any, axis: int | None) -> Any:
    if axis is None:
        x, axis = x.reshape(-1), 0
    if not x.ndim:
        refuse("argsort", x, axis)  # raises
    return torch.argsort(x, dim=axis, stable=True).to(torch.int32)


KERNELS: dict[str, Kernel] = {
    "sum": _sum,
    "product": _prod,
    "amax": _extreme(torch.amax),
    "amin": _extreme(torch.amin),
    "any": torch.any,
    "all": torch.all,
    "argmax": _arg(torch.argmax),
    "argmin": _arg(torch.argmin),
    "cumulative_sum": _cumulative(torch.cumsum),
    "cumulative_prod": _cumulative(torch.cumprod),
    "argsort": _argsort,
}


def _mean(x: Any, axis: Any, keepdims: bool) -> Any:
    if isinstance(axis, (tuple, list)) and not axis:
        return x
    return torch.mean(x, axis, keepdims)


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    axes = rules.axes_of(axis, x.ndim)
    return torch.logsumexp(x, axes, keepdims) if axes and x.numel() else body("logsumexp")(x, axis, keepdims)


def _sort(x: Any, axis: int | None) -> Any:
    if axis is None or not x.ndim or x.dtype in SIGNED:
        return body("sort")(x, axis)
    return torch.sort(x, dim=axis, stable=True)[0]


def _largest(name: str, native: Kernel) -> Kernel:
    reduce = _extreme(native)

    return lambda *args: reduce(*args[:3]) if args[3] is None else body(name)(*args)


# Not variance and moments: PyTorch computes them in one pass that is many times slower than two.
OVERRIDES: dict[str, Kernel] = {
    "max": _largest("max", torch.amax),
    "min": _largest("min", torch.amin),
    "mean": _mean,
    "logsumexp": _logsumexp,
    "sort": _sort,
}
