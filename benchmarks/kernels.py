"""Forward and backward of convolution, pooling and embeddings, beside PyTorch run eagerly.

    python -m benchmarks.kernels
    python -m benchmarks.kernels --kernels conv2d max_pool --backends numpy

All systems are measured in one process with one thread, in turn; each figure is the median of the CPU time, and each
ratio the median of the quotients of neighbouring runs. PyTorch gets tensors in its own layout, channels first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import systems
from benchmarks.paired import command, cpu_times

BUDGET = 4.0
REFERENCE = "torch eager"
IMAGES = (32, 32, 32, 32)  # batch, height, width, channels


@dataclass(frozen=True)
class Case:
    """A function of float32 arrays, in polykeras and in PyTorch, and whether its arrays are images or kernels."""

    shapes: tuple[tuple[int, ...], ...]
    ops: Callable[..., Any]
    torch: Callable[..., Any]
    layout: str = "images"


def _torch_functions() -> Any:
    from torch.nn import functional

    return functional


def _ops() -> Any:
    from polykeras import ops

    return ops


def _last(name: str, *options: Any) -> Callable[..., Any]:
    return lambda *xs: getattr(_ops(), name)(*xs, *options, data_format="channels_last")


TOKENS = np.random.default_rng(1).integers(0, 10_000, (64, 128)).astype("int32")

CASES = {
    "conv2d": Case(
        (IMAGES, (3, 3, 32, 64)),
        _last("conv", 1, "same"),
        lambda x, k: _torch_functions().conv2d(x, k, padding=1),
    ),
    "conv2d_strided": Case(
        (IMAGES, (3, 3, 32, 64)),
        _last("conv", 2, "valid"),
        lambda x, k: _torch_functions().conv2d(x, k, stride=2),
    ),
    "depthwise_conv2d": Case(
        (IMAGES, (3, 3, 32, 1)),
        _last("depthwise_conv", 1, "same"),
        lambda x, k: _torch_functions().conv2d(x, k.transpose(0, 1), padding=1, groups=32),
    ),
    "conv2d_transpose": Case(
        (IMAGES, (2, 2, 16, 32)),
        _last("conv_transpose", 2),
        lambda x, k: _torch_functions().conv_transpose2d(x, k, stride=2),
    ),
    "max_pool": Case((IMAGES,), _last("max_pool", 2), lambda x: _torch_functions().max_pool2d(x, 2)),
    "average_pool": Case((IMAGES,), _last("average_pool", 2), lambda x: _torch_functions().avg_pool2d(x, 2)),
    "embedding": Case(
        ((10_000, 64),),
        lambda table: _ops().take(table, TOKENS, 0),
        lambda table: _torch_functions().embedding(_tokens(), table),
        layout="tables",
    ),
}


def _tokens() -> Any:
    import torch

    return torch.from_numpy(TOKENS)


def _channels_first(x: np.ndarray, layout: str) -> np.ndarray:
    """Images, or a kernel, in the order of PyTorch's axes."""
    if layout == "tables":
        return x
    return np.ascontiguousarray(x.transpose((0, 3, 1, 2) if x.shape == IMAGES else (3, 2, 0, 1)))


def reference(case: Case, arrays: Sequence[np.ndarray]) -> Callable[[], Any]:
    """The function in PyTorch, and its gradients by all arrays for a gradient of ones of the result."""
    import torch

    xs = [torch.tensor(_channels_first(x, case.layout), requires_grad=True) for x in arrays]
    ones = torch.ones_like(case.torch(*xs))
    return lambda: torch.autograd.grad(case.torch(*xs), xs, ones)


def polykeras(case: Case, arrays: Sequence[np.ndarray], backend: str) -> Callable[[], Any]:
    """The same in ops on `backend`."""
    from polykeras import ops, plugins

    engine = plugins.load(backend)
    xs = [engine.convert(x, "float32") for x in arrays]
    ones = ops.ones_like(case.ops(*xs))

    def run() -> Any:
        _, pullback = ops.vjp(case.ops, *xs)
        result = pullback(ones)
        engine.synchronize(result)
        return result

    return run


def measure(names: Sequence[str], backends: Sequence[str], repeats: int) -> list[dict[str, Any]]:
    """In this process: for each kernel and system milliseconds, and the ratio to the reference."""
    for framework in {"torch", *backends}:
        systems.import_framework(framework)
    random = np.random.default_rng(0)
    rows = []
    for name in names:
        case = CASES[name]
        arrays = [random.normal(size=shape).astype("float32") for shape in case.shapes]
        runs = {REFERENCE: reference(case, arrays)}
        runs |= {backend: polykeras(case, arrays, backend) for backend in backends}
        for system, found in cpu_times(runs, repeats).items():
            rows.append({"kernel": name, "system": system, **found})
    return rows


def main() -> int:
    """See `benchmarks.paired.command`."""
    return command("kernels", __doc__, {"kernels": list(CASES)}, ["numpy", "torch"], measure, "torch", BUDGET)


if __name__ == "__main__":
    sys.exit(main())
