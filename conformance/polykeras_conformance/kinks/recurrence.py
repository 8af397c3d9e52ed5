"""Activations of recurrent layers at their corners: the slope there is 0."""

from __future__ import annotations

from typing import Any

from polykeras_conformance.kinks.row import Kink, kink


def _at(x: float, activation: str) -> Kink:
    """One step of one unit whose activation meets x. Its gradients would be 1, 1, x and 0 times the slope."""
    inputs, state, kernel, recurrent = [[[x]]], [[0.0]], [[1.0]], [[1.0]]
    nothing: Any = ([[[0.0]]], [[0.0]], [[0.0]], [[0.0]])
    return kink(f"{activation}-at-{x}", "simple_rnn", inputs, state, kernel, recurrent, *nothing, activation=activation)


ROWS = [
    _at(0.0, "relu"),
    _at(3.0, "hard_sigmoid"),
    _at(-3.0, "hard_sigmoid"),
    _at(2.5, "hard_sigmoid_v1"),
    _at(-2.5, "hard_sigmoid_v1"),
]
