"""What the modules of this adapter share: dtypes, the default device, constants, and unsigned integers.

PyTorch holds uint16, uint32 and uint64 but computes next to nothing with them. Two ways round that: `on_bits`, where
the same bits give the right answer when taken for signed integers (addition and its like wrap around the same way), and
`in_order`, where the answer depends on which is larger.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.compiler import is_compiling

from polykeras.dtypes import ALL
from polykeras.ops.registry import REGISTRY

Kernel = Callable[..., Any]

DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in ALL}

SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}
"""The unsigned dtypes without arithmetic, with the signed ones of their width."""

HALF = frozenset({torch.float16, torch.bfloat16})
"""What accumulates in float32: its own sums stop growing at 2048 (bfloat16: 256)."""

NUMBERS = frozenset({float, int, bool, complex})
"""Classes of the Python scalars that may stand for a tensor."""

# ---- ops ------------------------------------------------------------------------------------------------------------


def body(name: str) -> Kernel:
    """The body of a composite op, for arguments that PyTorch has nothing faster for."""
    return REGISTRY[name].body  # type: ignore[return-value]


def refuse(name: str, *args: Any) -> None:
    """Raise what the rule of a primitive has to say of these arguments, if it refuses them."""
    REGISTRY[name].shape(*args)  # type: ignore[misc]


# ---- devices ---------------------------------------------------------------------------------------------------------


def find_devices() -> dict[str, torch.device]:
    """All devices by polykeras name, the one to use by default first."""
    found = {f"gpu:{i}": torch.device("cuda", i) for i in range(torch.cuda.device_count())}
    if torch.backends.mps.is_available():
        found["mps:0"] = torch.device("mps", 0)
    return {**found, "cpu:0": torch.device("cpu")}


DEVICES = find_devices()


def values_at_hand(x: torch.Tensor) -> bool:
    """Whether a kernel may look at values, or try something and see if PyTorch refuses: not while other devices would
    have to be waited for, nor while `torch.compile` reads the kernel."""
    return x.is_cpu and not is_compiling()


class _Placement(threading.local):
    """Where new tensors of this thread go. `torch.device` as a context would put a Python call before every op."""

    device: torch.device = next(iter(DEVICES.values()))


placement = _Placement()

# ---- constants -------------------------------------------------------------------------------------------------------

_constants: dict[tuple[Any, torch.dtype], torch.Tensor] = {}
_MOST_CONSTANTS = 4096


def constant(number: Any, like: torch.Tensor) -> torch.Tensor:
    """A 0-d tensor of a Python number, of the dtype of `like`, kept for the next time; not to be changed.

    PyTorch takes longer to make a tensor of a number, in each call that gets one, than to add it. A 0-d tensor in host
    memory goes with tensors on any device.
    """
    dtype = like.dtype
    if is_compiling():  # it would watch the dictionary for changes
        return torch.full((), number, dtype=dtype, device=like.device)
    # Zeros by name: 0, 0.0, -0.0 and False are equal, but not the same.
    key = (number or str(number), dtype)
    found = _constants.get(key)
    if found is None:
        if len(_constants) >= _MOST_CONSTANTS:
            _constants.clear()
        with torch.inference_mode(False):
            found = _constants[key] = torch.tensor(number, dtype=dtype, device="cpu")
    return found


def tensors(x1: Any, x2: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as tensors, where one of the two may be a Python number."""
    if type(x2) in NUMBERS:
        return x1, constant(x2, x1)
    if type(x1) in NUMBERS:
        return constant(x1, x2), x2
    return x1, x2


# ---- unsigned integers -----------------------------------------------------------------------------------------------


def on_bits(f: Callable[..., Any], x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
    """`f` of the tensors taken for signed integers, its result taken for what `x` is. They have one dtype."""
    signed = SIGNED[x.dtype]
    result: torch.Tensor = f(x.view(signed), *[o.view(signed) for o in others])
    return result.view(x.dtype)


_LOWEST = -(2**63)


def widened(x: torch.Tensor) -> torch.Tensor:
    """Unsigned integers as int64 in the same order: their values, but those of uint64 moved down by 2**63."""
    return x.view(torch.int64) ^ _LOWEST if x.dtype is torch.uint64 else x.to(torch.int64)


def narrowed(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The inverse of `widened`; integers too large for `dtype` wrap around."""
    return (x ^ _LOWEST).view(dtype) if dtype is torch.uint64 else x.to(dtype)


def in_order(f: Callable[..., Any], x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
    """`f`, which compares, of unsigned integers of one dtype; a result that is not bool is taken for one of them."""
    result: torch.Tensor = f(widened(x), *[widened(o) for o in others])
    return result if result.dtype is torch.bool else narrowed(result, x.dtype)
