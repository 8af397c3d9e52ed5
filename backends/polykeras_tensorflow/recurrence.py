"""Whole-sequence recurrent kernels: TensorFlow's own of an LSTM without a mask; else the ops' bodies, a while loop.

On a CPU, forward and backward of an LSTM (80 steps, 64 units, batch 32) take 16 ms by the loop and 11.5 by `BlockLSTM`,
which XLA and float64 do not have. Its gradient has no gradient: second derivatives are those of the body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from polykeras import ops
from polykeras.ops.recurrence import check
from polykeras_tensorflow.control_flow import custom_gradient
from polykeras_tensorflow.native import in_xla, ints, raw, run_body

_HALF = (tf.float16, tf.bfloat16)
_STEPS_FIRST = (1, 0, 2)  # and back


def _lstm(
    inputs: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, gate: str, *how: bool
) -> Any:
    check(inputs, [h, c], kernel, recurrent, bias, mask, "lstm", act, gate)
    fits = mask is None and (act, gate) == ("tanh", "sigmoid") and inputs.dtype in (tf.float32, *_HALF)
    known = inputs.shape.is_fully_defined() and inputs.shape.num_elements()
    if not fits or not known or in_xla():
        return run_body("lstm", inputs, h, c, kernel, recurrent, bias, mask, act, gate, *how)
    operands = [inputs, h, c, kernel, recurrent, raw.ZerosLike(kernel[0]) if bias is None else bias]
    if inputs.dtype in _HALF:
        operands = [raw.Cast(x, tf.float32) for x in operands]
    outputs, last = custom_gradient(lambda *xs: _block(xs, how[0]), operands)
    results = outputs, outputs[:, -1], last
    return tuple(raw.Cast(r, inputs.dtype) for r in results) if inputs.dtype in _HALF else results


def _block(operands: Any, go_backwards: bool) -> Any:
    """Outputs and last carry, and the way back."""
    x, h, c, kernel, recurrent, bias = operands

    def turn(x: Any) -> Any:
        return raw.ReverseV2(x, ints((0,))) if go_backwards else x

    steps, peephole = tf.constant(x.shape[1], tf.int64), raw.ZerosLike(bias[: c.shape[-1]])
    weights = _columns(raw.ConcatV2([kernel, recurrent], 0))
    x = turn(raw.Transpose(x, ints(_STEPS_FIRST)))
    given = [steps, x, c, h, weights, peephole, peephole, peephole, _columns(bias)]
    _, carries, *_, outputs = found = raw.BlockLSTM(*given, 0.0, -1.0, False)

    def gradient(*tensors: Any) -> Any:
        by_outputs, by_last = tensors[-2:]
        by_carries = raw.ConcatV2([raw.ZerosLike(carries[1:]), tf.expand_dims(by_last, 0)], 0)
        by_outputs = raw.Transpose(by_outputs, ints(_STEPS_FIRST))
        dx, dc, dh, dw, _, _, _, db = raw.BlockLSTMGrad(*given, *found, by_carries, by_outputs, False)
        dkernel, drecurrent = tf.split(_columns(dw), [kernel.shape[0], recurrent.shape[0]])
        dx = raw.Transpose(turn(dx), ints(_STEPS_FIRST))
        return [dx, dh, dc, dkernel, drecurrent, _columns(db)], lambda d: _second(tensors, d, go_backwards)

    results = raw.Transpose(outputs, ints(_STEPS_FIRST)), carries[-1]
    return results, lambda cotangents: custom_gradient(gradient, [*operands, *cotangents])


def _second(tensors: Any, cotangents: Any, go_backwards: bool) -> Any:
    """The pullback of the gradient, from the operands and the gradients by both results, as the op's body has it."""

    def body(*operands: Any) -> Any:
        return run_body("lstm", *operands, None, "tanh", "sigmoid", go_backwards, False)[::2]

    def first(*tensors: Any) -> Any:
        return ops.vjp(body, *tensors[:-2])[1](tensors[-2:])

    return ops.vjp(first, *tensors)[1](tuple(cotangents))


def _columns(x: Any) -> Any:
    """The gates i, f, new, o in BlockLSTM's order i, new, f, o, or back."""
    i, f, new, o = raw.Split(-1, x, 4)
    return raw.ConcatV2([i, new, f, o], -1)


OVERRIDES: dict[str, Callable[..., Any]] = {"lstm": _lstm}
