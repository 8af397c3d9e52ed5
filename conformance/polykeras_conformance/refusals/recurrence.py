"""Recurrent layers: shapes that do not go together, and activations that the ops do not have."""

from __future__ import annotations

from polykeras.errors import ArgumentError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

STATE = x(2, 3)
SIMPLE = (x(4, 3), x(3, 3))
LSTM = (x(4, 12), x(3, 12))
GRU = (x(4, 9), x(3, 9))
IN = x(2, 5, 4)

ROWS = [
    refusal("cell", ArgumentError, "recurrent_loop", [x(5, 2, 12), STATE, STATE, LSTM[1]], None, "lstm2"),
    refusal("operands", ArgumentError, "recurrent_loop", [x(5, 2, 9), STATE, GRU[1]], None, "gru"),
    refusal("no-steps-axis", ShapeError, "simple_rnn", x(2, 4), STATE, *SIMPLE),
    refusal("state", ShapeError, "simple_rnn", IN, x(3), *SIMPLE),
    refusal("features", ShapeError, "simple_rnn", IN, STATE, x(5, 3), SIMPLE[1]),
    refusal("units", ShapeError, "simple_rnn", IN, STATE, SIMPLE[0], x(3, 4)),
    refusal("0-d-kernel", ShapeError, "simple_rnn", IN, STATE, SIMPLE[0], x()),
    refusal("bias", ShapeError, "simple_rnn", IN, STATE, *SIMPLE, x(2)),
    refusal("mask", ShapeError, "simple_rnn", IN, STATE, *SIMPLE, None, x(5, 2, dtype="bool")),
    refusal("activation", ArgumentError, "simple_rnn", IN, STATE, *SIMPLE, activation="softmax"),
    refusal("no-steps-axis", ShapeError, "lstm", x(2, 4), STATE, STATE, *LSTM),
    refusal("carry", ShapeError, "lstm", IN, STATE, x(2, 4), *LSTM),
    refusal("gates", ShapeError, "lstm", IN, STATE, STATE, *GRU),
    refusal("mask", ShapeError, "lstm", IN, STATE, STATE, *LSTM, None, x(2, 4, dtype="bool")),
    refusal("activation", ArgumentError, "lstm", IN, STATE, STATE, *LSTM, recurrent_activation="hard"),
    refusal("gates", ShapeError, "gru", IN, STATE, *LSTM),
    refusal("one-bias", ShapeError, "gru", IN, STATE, *GRU, x(9)),
    refusal("two-biases", ShapeError, "gru", IN, STATE, *GRU, x(2, 9), reset_after=False),
    refusal("activation", ArgumentError, "gru", IN, STATE, *GRU, activation=None),
]
