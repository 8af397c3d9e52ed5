"""`lstm` by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.lstm import BATCH, EPSILON, LEARNING_RATE, RHO, UNITS, initial_weights


def eager() -> Fit:
    """The kernel of `torch.nn.LSTM`, whose second bias stays zero; the loss is taken on the logits."""
    words, kernel, recurrent, bias, w, b = map(torch.from_numpy, initial_weights())
    weights = [x.contiguous().requires_grad_() for x in (words, kernel.t(), recurrent.t(), bias, w, b)]
    words, kernel, recurrent, bias, w, b = weights
    none, start = torch.zeros(4 * UNITS), torch.zeros(1, BATCH, UNITS)

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        steps = F.embedding(x.t(), words)
        cell = [kernel, recurrent, bias, none]
        _, h, _ = torch._VF.lstm(steps, (start, start), cell, True, 1, 0.0, True, False, False)
        return F.binary_cross_entropy_with_logits(torch.addmm(b, h[0], w), y)

    return loops.fit_loop(weights, loss, loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON), BATCH)
