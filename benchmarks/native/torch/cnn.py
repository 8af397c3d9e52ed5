"""`cnn` by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.cnn import BATCH, LEARNING_RATE, MOMENTUM, initial_weights


def eager() -> Fit:
    """Images and kernels in channels_last memory: a batch of NHWC arrays, permuted, is that already."""
    weights = [torch.from_numpy(w) for w in initial_weights()]
    weights = [
        (w.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last) if w.ndim == 4 else w).requires_grad_()
        for w in weights
    ]
    k1, b1, k2, b2, k3, b3, k4, b4, w5, b5, w6, b6 = weights

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = x.permute(0, 3, 1, 2)
        h = F.relu(F.conv2d(h, k1, b1), inplace=True)
        h = F.max_pool2d(F.relu(F.conv2d(h, k2, b2), inplace=True), 2)
        h = F.relu(F.conv2d(h, k3, b3), inplace=True)
        h = F.max_pool2d(F.relu(F.conv2d(h, k4, b4), inplace=True), 2)
        flat = h.permute(0, 2, 3, 1).flatten(1)
        return F.cross_entropy(torch.addmm(b6, F.relu(torch.addmm(b5, flat, w5), inplace=True), w6), y)

    return loops.fit_loop(weights, loss, loops.nesterov(weights, LEARNING_RATE, MOMENTUM), BATCH)
