"""Activation functions."""

from __future__ import annotations

from polykeras_conformance.kinks.row import kink

ROWS = [
    kink("at-zero", "relu", [0.0, -1.0, 1.0], [0, 0, 1]),
    kink("at-both-kinks", "relu6", [0.0, 6.0, 3.0, 7.0], [0, 0, 1, 0]),
    kink("at-zero", "leaky_relu", [0.0, -1.0, 1.0], [0.2, 0.2, 1]),
    kink("at-zero", "elu", [0.0, 1.0], [1, 1]),
    kink("at-zero", "elu", [0.0], [0.5], alpha=0.5),
    kink("at-zero", "celu", [0.0], [1], alpha=0.5),
    kink("at-zero", "selu", [0.0], [1.0507009873554805 * 1.6732632423543772]),
    kink("at-zero", "softplus", [0.0], [0.5]),
    kink("at-zero", "log_sigmoid", [0.0], [0.5]),
    kink("at-zero", "softsign", [0.0], [1]),
    kink("at-zero", "silu", [0.0], [0.5]),
    kink("far-out", "sigmoid", [-1000.0, 1000.0], [0, 0]),
    kink("far-out", "softplus", [-1000.0, 1000.0], [0, 1]),
    kink("at-both-kinks", "hard_sigmoid", [-3.0, 3.0, 0.0], [0, 0, 1 / 6]),
    kink("at-both-kinks", "hard_silu", [-3.0, 3.0, 0.0], [0, 1, 0.5]),
    kink("at-both-kinks", "hard_tanh", [-1.0, 1.0, 1.5], [1, 1, 0]),
    kink("at-both-kinks", "soft_shrink", [-0.5, 0.5, 1.0], [0, 0, 1]),
    kink("at-both-kinks", "hard_shrink", [-0.5, 0.5, 1.0], [0, 0, 1]),
    kink("at-the-kink", "threshold", [0.5, 0.75], [0, 1], rest=[0.5, 9.0]),
    kink("at-both-kinks", "sparse_plus", [-1.0, 1.0, 0.0], [0, 1, 0.5]),
    kink("at-both-kinks", "sparse_sigmoid", [-1.0, 1.0, -1.5], [0.5, 0.5, 0]),
]
