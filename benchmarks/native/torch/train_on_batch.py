"""`train_on_batch` by hand."""

from __future__ import annotations

import torch.nn.functional as F

from benchmarks.native.torch import loops, mlp_small
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE


def eager() -> Fit:
    """A step as in `mlp_small`."""
    weights = mlp_small.weights()
    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
    return loops.train_on_batch_loop(
        weights, lambda x, y: F.cross_entropy(mlp_small.logits(weights, x, RATE), y), update, BATCH
    )
