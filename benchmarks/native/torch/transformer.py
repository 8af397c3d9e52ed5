"""`transformer` by hand."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from benchmarks.native.torch import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.transformer import (
    BATCH,
    BETA_1,
    BETA_2,
    BLOCKS,
    EPSILON,
    FEATURES,
    HEADS,
    LEARNING_RATE,
    NORM_EPSILON,
    SIZE,
    STEPS,
    initial_weights,
)

BLOCK = 16  # arrays of a block
PROJECTIONS = 6  # the first of them: kernels and biases of query, key and value


def start() -> list[torch.Tensor]:
    """The arrays, those of query, key and value joined in each block: one product makes all three."""
    arrays = [torch.from_numpy(w) for w in initial_weights()]
    weights = []
    for _ in range(BLOCKS):
        projections, rest = arrays[:PROJECTIONS], arrays[PROJECTIONS:BLOCK]
        weights += [torch.cat(projections[::2], 1), torch.cat(projections[1::2]), *rest]
        arrays = arrays[BLOCK:]
    return [w.requires_grad_() for w in [*weights, *arrays]]


def eager() -> Fit:
    """Fused attention and normalisation; every dense layer is one product over all steps of all samples."""
    weights = start()
    size = (len(weights) - 2) // BLOCKS

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = x.view(-1, FEATURES)
        for block in range(BLOCKS):
            w, b, wo, bo, scale_1, offset_1, w1, b1, w2, b2, scale_2, offset_2 = weights[size * block :][:size]
            heads = torch.addmm(b, h, w).view(BATCH, STEPS, 3, HEADS, SIZE).permute(2, 0, 3, 1, 4)
            attended = F.scaled_dot_product_attention(*heads.unbind(0)).transpose(1, 2).reshape(-1, FEATURES)
            h = F.layer_norm(h + torch.addmm(bo, attended, wo), (FEATURES,), scale_1, offset_1, NORM_EPSILON)
            hidden = F.relu(torch.addmm(b1, h, w1), inplace=True)
            h = F.layer_norm(h + torch.addmm(b2, hidden, w2), (FEATURES,), scale_2, offset_2, NORM_EPSILON)
        pooled = h.view(BATCH, STEPS, FEATURES).mean(1)
        return F.cross_entropy(torch.addmm(weights[-1], pooled, weights[-2]), y)

    return loops.fit_loop(weights, loss, loops.adam(weights, LEARNING_RATE, BETA_1, BETA_2, EPSILON), BATCH)
