"""`mlp` by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp import BATCH, EPSILON, LEARNING_RATE, RATE, RHO, initial_weights


def eager() -> Fit:
    """Tensors and functions, no modules; the loss is taken on the logits."""
    weights = [torch.from_numpy(w).requires_grad_() for w in initial_weights()]
    w1, b1, w2, b2, w3, b3 = weights

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = F.dropout(F.relu(torch.addmm(b1, x, w1), inplace=True), RATE)
        h = F.dropout(F.relu(torch.addmm(b2, h, w2), inplace=True), RATE)
        return F.cross_entropy(torch.addmm(b3, h, w3), y)

    return loops.fit_loop(weights, loss, loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON), BATCH)
