"""`evaluate` by hand."""

from __future__ import annotations

import torch.nn.functional as F

from benchmarks.native.torch import loops, mlp_small
from benchmarks.workloads import Fit
from benchmarks.workloads.predict import BATCH


def eager() -> Fit:
    """Without gradients; the loss is taken on the logits."""
    weights = mlp_small.weights()
    return loops.evaluate_loop(lambda x, y: F.cross_entropy(mlp_small.logits(weights, x), y), BATCH)
