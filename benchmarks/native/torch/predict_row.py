"""`predict_row` by hand."""

from __future__ import annotations

import torch

from benchmarks.native.torch import loops, mlp_small
from benchmarks.workloads import Fit


def eager() -> Fit:
    """Without gradients."""
    weights = mlp_small.weights()
    return loops.predict_rows(lambda x: torch.softmax(mlp_small.logits(weights, x), 1))
