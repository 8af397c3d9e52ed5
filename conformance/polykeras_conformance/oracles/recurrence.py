"""Recurrent layers, sample by sample and step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "relu": lambda x: np.maximum(x, 0),
    "linear": lambda x: x,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_sigmoid_v1": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
}


def _simple(x: Any, states: Any, weights: Any, act: Any, gate: Any) -> Any:
    return [act(x + states[0] @ weights[0])], []


def _lstm(x: Any, states: Any, weights: Any, act: Any, gate: Any) -> Any:
    h, c = states
    i, f, new, o = np.split(x + h @ weights[0], 4)
    c = gate(f) * c + gate(i) * act(new)
    return [gate(o) * act(c), c], [np.concatenate([gate(i), gate(f), act(new), gate(o)])]


def _gru(x: Any, states: Any, weights: Any, act: Any, gate: Any) -> Any:
    h, (kernel, bias) = states[0], weights
    (x_z, x_r, x_new), (h_z, h_r, h_new) = np.split(x, 3), np.split(h @ kernel + bias, 3)
    z, r = gate(x_z + h_z), gate(x_r + h_r)
    new = act(x_new + r * h_new)
    return [z * h + (1 - z) * new], [np.concatenate([z, r, new]), h_new]


def _gru_reset_before(x: Any, states: Any, weights: Any, act: Any, gate: Any) -> Any:
    h, (x_z, x_r, x_new) = states[0], np.split(x, 3)
    k_z, k_r, k_new = np.split(weights[0], 3, 1)
    z, r = gate(x_z + h @ k_z), gate(x_r + h @ k_r)
    new = act(x_new + (r * h) @ k_new)
    return [z * h + (1 - z) * new], [np.concatenate([z, r, new])]


CELLS = {
    "simple": (_simple, 1, 1),
    "lstm": (_lstm, 2, 4),
    "gru": (_gru, 1, 3),
    "gru_reset_before": (_gru_reset_before, 1, 3),
}


def _recurrence(operands: Any, mask: Any, cell: str, activation: str, recurrent_activation: str) -> Any:
    step, count, gates = CELLS[cell]
    x, initial, weights = operands[0], operands[1 : 1 + count], operands[1 + count :]
    steps, batch, width = x.shape
    units = width // gates
    saved_widths = {"simple": [], "gru": [width, units]}.get(cell, [width])
    results = [np.zeros((steps, batch, n)) for n in [units] * count + saved_widths]
    functions = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]
    for b in range(batch):
        states = [s[b] for s in initial]
        for t in range(steps):
            new, saved = step(x[t, b], states, weights, *functions)
            states = new if mask is None or mask[t, b] else states
            for result, value in zip(results, [*states, *saved], strict=True):
                result[t, b] = value
    return results


def _whole(
    cell: str, inputs: Any, states: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, gate: str,
    go_backwards: bool, zero_output_for_mask: bool,
) -> Any:  # fmt: skip
    weights = [recurrent]
    if cell == "gru":
        bias = np.zeros((2, kernel.shape[1])) if bias is None else bias
        weights, bias = [recurrent, bias[1]], bias[0]
    step = CELLS[cell][0]
    batch, steps = inputs.shape[:2]
    outputs, last = np.zeros((batch, steps, recurrent.shape[0])), [s.copy() for s in states]
    for b in range(batch):
        output = 0.0
        for n in range(steps):
            t = steps - 1 - n if go_backwards else n
            x = inputs[b, t] @ kernel + (0 if bias is None else bias)
            if mask is None or mask[b, t]:
                new, _ = step(x, [s[b] for s in last], weights, ACTIVATIONS[act], ACTIVATIONS[gate])
                for s, value in zip(last, new, strict=True):
                    s[b] = value
                output = new[0]
            elif zero_output_for_mask:
                output = 0.0
            outputs[b, n] = output
    return [outputs, *last]


def _lstm_whole(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any) -> Any:
    return _whole("lstm", x, [h, c], kernel, recurrent, bias, *rest)


def _gru_whole(
    x: Any,
    h: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    mask: Any,
    act: str,
    gate: str,
    reset_after: bool,
    *rest: Any,
) -> Any:
    cell = "gru" if reset_after else "gru_reset_before"
    return _whole(cell, x, [h], kernel, recurrent, bias, mask, act, gate, *rest)


def _simple_whole(x: Any, h: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, *rest: Any) -> Any:
    return _whole("simple", x, [h], kernel, recurrent, bias, mask, act, "linear", *rest)


ORACLES: dict[str, Callable[..., Any]] = {
    "recurrent_loop": _recurrence,
    "lstm": _lstm_whole,
    "gru": _gru_whole,
    "simple_rnn": _simple_whole,
}
