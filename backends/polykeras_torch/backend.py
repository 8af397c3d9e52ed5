"""The engine: conversion, devices, PyTorch's gradients, compilation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import torch

from polykeras import tree
from polykeras.backend import Backend, Capabilities, kernel_tables
from polykeras.dtypes import numpy_dtype
from polykeras.errors import ArgumentError
from polykeras.interpreters import replay
from polykeras_torch import autograd, elementwise
from polykeras_torch.native import DEVICES, DTYPES, NUMBERS, placement, tensors


class TorchBackend(Backend):
    """Plain tensors; subclasses such as `torch.nn.Parameter` are taken, but not made."""

    name = "torch"
    tensor_types = (torch.Tensor,)
    dtypes = DTYPES
    dtype_names = {native: name for name, native in DTYPES.items()}
    kernels, overrides = kernel_tables("polykeras_torch")
    capabilities = Capabilities(scalars=True, native_gradients=True, compiled="recorded")

    # ---- tensors -------------------------------------------------------------------------------------------------

    def convert(self, value: Any, dtype: str) -> torch.Tensor:
        """A tensor on the default device; it never shares memory with the caller's data."""
        target = DTYPES[dtype]
        if type(value) in NUMBERS and (type(value) is not float or target.is_floating_point):
            return torch.tensor(value, dtype=target, device=placement.device)
        array = np.array(value, numpy_dtype(dtype), order="C")
        if dtype == "bfloat16":
            x = torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
        else:
            x = torch.from_numpy(array)
        return x if placement.device.type == "cpu" else x.to(placement.device)

    def to_numpy(self, x: Any) -> np.ndarray:
        """A copy, to be changed at will: an array that shared memory with a variable would change it too."""
        if x.dtype is torch.bfloat16:
            return self.to_numpy(x.detach().view(torch.uint16)).view(numpy_dtype("bfloat16"))
        array: np.ndarray = x.numpy(force=True)
        return array.copy() if x.is_cpu else array

    def allocate(self, value: Any) -> torch.Tensor:
        """A compact copy that no gradient follows: PyTorch's tensors can be changed by whoever holds them."""
        return torch.clone(value.detach(), memory_format=torch.contiguous_format)

    def synchronize(self, x: Any) -> None:
        """Wait for the devices that hold tensors of the tree."""
        for device in {leaf.device for leaf in tree.flatten(x) if isinstance(leaf, torch.Tensor)}:
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            elif device.type == "mps":
                torch.mps.synchronize()

    # ---- devices -------------------------------------------------------------------------------------------------

    def devices(self) -> list[str]:
        """``gpu:0`` and so on for CUDA devices, ``mps:0`` on a Mac, ``cpu:0``."""
        return list(DEVICES)

    def device_of(self, x: Any) -> str:
        """Where the tensor lies."""
        kind = {"cuda": "gpu"}.get(x.device.type, x.device.type)
        return f"{kind}:{x.device.index or 0}"

    @contextmanager
    def device_scope(self, device: str) -> Iterator[None]:
        """New tensors of this thread go to `device` inside the scope."""
        if device not in DEVICES:
            raise ArgumentError(f"backend {self.name!r} has no device {device!r}; it has {self.devices()}.")
        before, placement.device = placement.device, DEVICES[device]
        try:
            yield
        finally:
            placement.device = before

    # ---- gradients -----------------------------------------------------------------------------------------------

    watch = staticmethod(autograd.watch)
    gradients = staticmethod(autograd.gradients)
    release = staticmethod(autograd.release)
    stop_gradient = staticmethod(torch.detach)
    custom_gradient = staticmethod(autograd.custom_gradient)

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """PyTorch's own reverse mode, to any order."""
        return autograd.value_and_grad(self, f, has_aux)

    def vjp(self, f: Callable[..., Any], xs: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
        """PyTorch's own reverse mode; the pullback may be called more than once."""
        return autograd.vjp(self, f, xs)

    # ---- recorded programs ---------------------------------------------------------------------------------------

    batched: ClassVar[dict[Any, Any]] = elementwise.BATCHED

    def specialized(self, kernel: Callable[..., Any], args: Sequence[Any]) -> tuple[Callable[..., Any], Sequence[Any]]:
        """Of floating tensors, PyTorch's own function, Python numbers having become tensors."""
        native = getattr(kernel, "of_floats", None)
        if native is None or not all(a.is_floating_point() for a in args if isinstance(a, torch.Tensor)):
            return kernel, args
        return native, tensors(*args)  # the functions that have such a form take two arguments

    # ---- compilation ---------------------------------------------------------------------------------------------

    def compile(
        self, step: Callable[..., Any], *, donate: Any = (), alike: Any = (), jit: bool | str = "auto"
    ) -> Callable[..., Any]:
        """A recorded program of kernel calls; with ``jit=True``, that program compiled, where `torch.compile` works."""
        if jit is True:
            from polykeras_torch.compilation import CompiledFunction

            return autograd.guarded(CompiledFunction(self, autograd.guarded(step), donate, alike))
        return autograd.guarded(replay.compile_step(self, autograd.guarded(step), donate, alike))
