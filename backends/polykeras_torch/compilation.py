"""``jit=True``: recorded programs, compiled by `torch.compile`.

A recorded program is what PyTorch's compiler likes best: a flat list of calls on tensors of known shapes, gradients
included. It is compiled when it is run for the second time, so that what runs once starts at once.
Compiled, a random key stands for other numbers than recorded: see `polykeras_torch.random`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from polykeras import config
from polykeras.interpreters.replay import RecordedFunction


class CompiledFunction(RecordedFunction):
    """A step with its compiled programs, one per signature."""

    works = True  # as far as is known

    def _trace(self, signature: Any, *rest: Any) -> Any:
        result = super()._trace(signature, *rest)
        if signature in self.programs:
            program, *how = self.programs[signature]
            self.programs[signature] = (self._compiled(program), *how)  # type: ignore[assignment]
        return result

    def _compiled(self, program: Callable[..., Any]) -> Callable[..., Any]:
        optimised: Callable[..., Any] | None = None

        def first(*args: Any) -> Any:
            nonlocal optimised
            with _gradients_allowed():
                attempt = torch.compile(program, fullgraph=True, dynamic=False)
                results = attempt(*args)
            optimised = attempt
            return results

        def run(*args: Any) -> Any:
            if optimised is not None:
                return optimised(*args)
            if not self.works:
                return program(*args)
            try:
                return first(*args)
            except Exception as error:
                results = program(*args)  # what is wrong with the arguments is raised here
                self.works = False
                warnings.warn(
                    "torch.compile does not work for this step here, which runs uncompiled, by jit=False's way: "
                    f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}",
                    RuntimeWarning,
                    stacklevel=4,
                )
                return results

        return run


def _gradients_allowed() -> AbstractContextManager[Any]:
    """Inside, the compiler takes `torch.autograd.grad` into its graph, where this version of PyTorch can."""
    from torch._dynamo import config as settings

    torch.compiler.assume_constant_result(config.epsilon)  # it may be read from a file
    return settings.patch(trace_autograd_ops=True) if hasattr(settings, "trace_autograd_ops") else nullcontext()
