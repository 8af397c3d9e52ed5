"""Matrix factorizations and what is solved with them."""

from __future__ import annotations

from typing import Any

import torch
from torch import linalg

from polykeras import tree
from polykeras.gradients.applied import pulled_back
from polykeras.ops.linalg.kernels import kernels
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope
from polykeras_torch.native import Kernel


class _ByRule(torch.autograd.Function):
    """A kernel whose gradient is that of the core's table: PyTorch's own is not finite where singular values are equal."""

    @staticmethod
    def forward(ctx: Any, kernel: Kernel, op: Any, args: Any, *xs: torch.Tensor) -> Any:
        out = kernel(*args)
        results = out if isinstance(out, tuple) else (out,)
        ctx.op, ctx.args, ctx.single = op, [None if isinstance(a, torch.Tensor) else a for a in args], out is results[0]
        ctx.save_for_backward(*xs, *results)
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*(r for r in results if not r.is_floating_point() and not r.is_complex()))
        return out

    @staticmethod
    def backward(ctx: Any, *g: Any) -> Any:
        places = [p.index for p in ctx.op.tensors]
        xs, results = ctx.saved_tensors[: len(places)], ctx.saved_tensors[len(places) :]
        if all(each is None for each in g):
            return (None,) * (3 + len(places))
        args = list(ctx.args)
        for i, x in zip(places, xs, strict=True):
            args[i] = x
        out, g = (results[0], g[0]) if ctx.single else (results, g)
        with backend_scope("torch"):  # another thread runs this for tensors on a GPU
            grads = pulled_back(ctx.op, out, args, _conj(g), ctx.needs_input_grad[3:])
            return (None, None, None, *(_conj(grads)))


def _conj(g: Any) -> Any:
    """Gradients of complex tensors as the rules have them, from PyTorch's, or back; see `gradients.complex_numbers`."""
    return tree.map_structure(lambda x: x.conj() if isinstance(x, torch.Tensor) and x.is_complex() else x, g)


def _by_rule(name: str, kernel: Kernel) -> Kernel:
    def run(*args: Any) -> Any:
        op = REGISTRY[name]
        xs = [args[p.index] for p in op.tensors]
        if torch.is_grad_enabled() and any(x.requires_grad for x in xs):
            return _ByRule.apply(kernel, op, args, *xs)  # type: ignore[no-untyped-call]
        return kernel(*args)

    return run


def _where_solved(result: torch.Tensor, info: torch.Tensor) -> torch.Tensor:
    """NaN for matrices that LAPACK has given up on."""
    return torch.where((info == 0)[..., None, None], result, torch.nan)


def _lu(x: torch.Tensor) -> Any:
    lu, pivots, _ = linalg.lu_factor_ex(x)
    return lu, pivots - 1


KERNELS: dict[str, Kernel] = {
    name: _by_rule(name, kernel)
    for name, kernel in kernels(
        "torch",
        {
            "cholesky": lambda x: _where_solved(*linalg.cholesky_ex(x)),
            "qr": lambda x: tuple(linalg.qr(x)),
            "svd": lambda x: tuple(linalg.svd(x, full_matrices=False)),
            "eigh": lambda x: tuple(linalg.eigh(x)),
            "eig": lambda x: tuple(linalg.eig(x)),
            "lu": _lu,
            "solve": lambda a, b: _where_solved(*linalg.solve_ex(a, b)),
            "solve_triangular": lambda a, b, lower: linalg.solve_triangular(a, b, upper=not lower),
            "det": linalg.det,
            "slogdet": lambda x: tuple(linalg.slogdet(x)),
        },
    ).items()
}
OVERRIDES: dict[str, Kernel] = {"slogdet": KERNELS.pop("slogdet")}
