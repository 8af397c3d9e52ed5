"""`mlp_small` by hand."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE, initial_weights


def weights() -> list[torch.Tensor]:
    """Parameters with gradients."""
    return [torch.from_numpy(w).requires_grad_() for w in initial_weights()]


def logits(parameters: Sequence[torch.Tensor], x: torch.Tensor, rate: float = 0.0) -> torch.Tensor:
    """What goes into the softmax."""
    w1, b1, w2, b2, w3, b3 = parameters
    h = torch.tanh(torch.addmm(b1, x, w1))
    h = torch.tanh(torch.addmm(b2, F.dropout(h, rate) if rate else h, w2))
    return torch.addmm(b3, F.dropout(h, rate) if rate else h, w3)


def eager() -> Fit:
    """Tensors and functions, no modules; the loss is taken on the logits."""
    parameters = weights()

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(logits(parameters, x, RATE), y)

    return loops.fit_loop(parameters, loss, loops.nesterov(parameters, LEARNING_RATE, MOMENTUM), BATCH)
