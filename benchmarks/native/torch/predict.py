"""`predict` by hand."""

from __future__ import annotations

import torch

from benchmarks.native.torch import loops, mlp_small
from benchmarks.workloads import Fit
from benchmarks.workloads.predict import BATCH


def eager() -> Fit:
    """Without gradients; one softmax a batch."""
    weights = mlp_small.weights()
    return loops.predict_loop(lambda x: torch.softmax(mlp_small.logits(weights, x), 1), BATCH)
