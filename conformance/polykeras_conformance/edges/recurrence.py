"""Recurrent layers: masks, no steps, no samples, numbers far out, half precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, edge, f32, no

ONE = np.ones((1, 1), "float32")
RUNNING_SUM = {"activation": "linear"}


def steps(*rows: Any, dtype: str = "float32") -> np.ndarray:
    """One feature: a sequence per row."""
    return np.array(rows, dtype)[..., None]


def state(*rows: float, dtype: str = "float32") -> np.ndarray:
    """One unit: a number per sample."""
    return np.array(rows, dtype)[:, None]


def mask(*rows: Any) -> np.ndarray:
    """A mask of zeros and ones."""
    return np.array(rows, bool)


TWO = steps([1, 2, 3], [4, 5, 6])
START = state(10, 20)
GATES = np.zeros((1, 4), "float32")
HALF = np.array(1, "float16").reshape(1, 1)

ROWS = [
    edge("all", "simple_rnn", TWO, START, ONE, ONE, None, None, **RUNNING_SUM,
         to=[steps([11, 13, 16], [24, 29, 35]), state(16, 35)]),
    edge("masked", "simple_rnn", TWO, START, ONE, ONE, None, mask([0, 1, 0], [1, 0, 1]), **RUNNING_SUM,
         to=[steps([0, 12, 12], [24, 24, 30]), state(12, 30)]),
    edge("masked-to-zero", "simple_rnn", TWO, START, ONE, ONE, None, mask([0, 1, 0], [1, 0, 1]), **RUNNING_SUM,
         zero_output_for_mask=True, to=[steps([0, 12, 0], [24, 0, 30]), state(12, 30)]),
    edge("masked-backwards", "simple_rnn", TWO, START, ONE, ONE, None, mask([0, 1, 0], [1, 0, 1]), **RUNNING_SUM,
         go_backwards=True, to=[steps([0, 12, 12], [26, 26, 30]), state(12, 30)]),
    edge("all-masked", "simple_rnn", TWO, START, ONE, ONE, None, mask([0, 0, 0], [0, 0, 0]),
         to=[steps([0, 0, 0], [0, 0, 0]), START]),
    edge("all-masked", "lstm", TWO, START, START, GATES, GATES, None, mask([0, 0, 0], [0, 0, 0]),
         to=[steps([0, 0, 0], [0, 0, 0]), START, START]),
    edge("all-masked", "gru", TWO, START, GATES[:, :3], GATES[:, :3], None, mask([0, 0, 0], [0, 0, 0]),
         to=[steps([0, 0, 0], [0, 0, 0]), START]),
    edge("nan-where-masked", "lstm", steps([0, NAN, 0]), state(0), state(0), GATES + 1, GATES, None, mask([1, 0, 1]),
         to=[steps([0, 0, 0]), state(0), state(0)]),
    edge("nan-where-masked", "gru", steps([0, NAN, 0]), state(0), ONE.repeat(3, 1), GATES[:, :3], None, mask([1, 0, 1]),
         to=[steps([0, 0, 0]), state(0)]),
    edge("nan", "simple_rnn", steps([0, NAN, 0], [0, 0, 0]), state(0, 0), ONE, ONE,
         to=[steps([0, NAN, NAN], [0, 0, 0]), state(NAN, 0)]),
    edge("nan", "simple_rnn", steps([0, NAN]), state(0), ONE, ONE, activation="hard_sigmoid",
         to=[steps([0.5, NAN]), state(NAN)]),
    edge("far-out", "simple_rnn", steps([1000, INF, -INF]), state(0), ONE, ONE, to=[steps([1, 1, -1]), state(-1)]),
    edge("far-out", "lstm", steps([1000, 1000]), state(0), state(0), f32(1, 1, 1, 1)[None], GATES,
         to=[steps([np.tanh(1), np.tanh(2)]), state(np.tanh(2)), state(2)]),
    edge("far-out", "lstm", steps([-1000]), state(5), state(5), f32(1, 1, 1, 1)[None], GATES,
         to=[steps([0]), state(0), state(0)]),
    edge("far-out", "gru", steps([1000, -1000]), state(5), f32(1, 1, 1)[None], GATES[:, :3],
         to=[steps([5, -1]), state(-1)]),
    edge("hard", "simple_rnn", steps([-4, 0, 4]), state(0), ONE, 0 * ONE, activation="hard_sigmoid",
         to=[steps([0, 0.5, 1]), state(1)]),
    edge("hard", "simple_rnn", steps([-4, 1, 4]), state(0), ONE, 0 * ONE, activation="hard_sigmoid_v1",
         to=[steps([0, 0.7, 1]), state(1)]),
    edge("no-steps", "simple_rnn", no(2, 0, 1), START, ONE, ONE, to=[no(2, 0, 1), START]),
    edge("no-steps", "lstm", no(2, 0, 1), START, START, GATES, GATES, to=[no(2, 0, 1), START, START]),
    edge("no-samples", "gru", no(0, 2, 1), no(0, 1), GATES[:, :3], GATES[:, :3], to=[no(0, 2, 1), no(0, 1)]),
    edge("no-features", "simple_rnn", no(1, 2, 0), state(3), no(0, 1), ONE, **RUNNING_SUM, to=[steps([3, 3]), state(3)]),
    # In float16 there is no number between 1024 and 1025.
    edge("half-precision", "simple_rnn", steps([0.5, 0.5, 0.5, 0.5], dtype="float16"), state(1024, dtype="float16"), HALF,
         HALF, **RUNNING_SUM, to=[steps([1024, 1025, 1026, 1026], dtype="float16"), state(1026, dtype="float16")]),
]  # fmt: skip
