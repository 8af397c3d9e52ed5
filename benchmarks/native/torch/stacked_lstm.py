"""`stacked_lstm` by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.stacked_lstm import BATCH, EPSILON, LAYERS, LEARNING_RATE, RHO, UNITS, initial_weights


def eager() -> Fit:
    """The kernel of `torch.nn.LSTM` for all layers in one call; their second biases stay zero."""
    *cells, w, b = map(torch.from_numpy, initial_weights())
    weights = [(x.t() if x.ndim == 2 else x).contiguous().requires_grad_() for x in cells]
    weights += [w.requires_grad_(), b.requires_grad_()]
    none, start = torch.zeros(4 * UNITS), torch.zeros(LAYERS, BATCH, UNITS)
    stack = [x for layer in range(LAYERS) for x in (*weights[3 * layer : 3 * layer + 3], none)]

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        steps = x.transpose(0, 1)
        _, h, _ = torch._VF.lstm(steps, (start, start), stack, True, LAYERS, 0.0, True, False, False)
        return F.cross_entropy(torch.addmm(b, h[-1], w), y)

    return loops.fit_loop(weights, loss, loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON), BATCH)
