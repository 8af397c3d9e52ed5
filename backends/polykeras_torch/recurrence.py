"""Whole-sequence recurrent kernels: PyTorch's own, where they compute what the op says; else the op's body.

A step that is masked leaves the state as it is, so a masked sequence is the sequence of its other steps. These are
brought to the front; outputs go back to where they belong, and are repeated where the mask is false. What comes of the
steps beyond is not used, except for an LSTM's last carry: there, they leave it alone.
"""

from __future__ import annotations

from typing import Any

import torch

from polykeras.ops.recurrence import check
from polykeras_torch.native import HALF, Kernel, body

_VF: Any = torch._VF  # type: ignore[attr-defined]


def _columns(x: Any, cell: str) -> Any:
    """The gates in PyTorch's order, which has r before z."""
    if cell != "gru":
        return x
    z, r, new = x.chunk(3, -1)
    return torch.cat([r, z, new], -1)


def _weights(kernel: Any, recurrent: Any, bias: Any, cell: str) -> list[Any]:
    weights = [_columns(kernel, cell).t(), _columns(recurrent, cell).t()]
    if bias is not None:
        first, second = bias if bias.ndim == 2 else (bias, torch.zeros_like(bias))
        weights += [_columns(first, cell), _columns(second, cell)]
    return weights


def _run(
    native: Kernel, inputs: Any, states: list[Any], weights: list[Any], mask: Any, go_backwards: bool, zero: bool
) -> tuple[Any, ...]:
    dtype = inputs.dtype
    if dtype in HALF:
        inputs, *others = (x.float() for x in (inputs, *states, *weights))
        states, weights = others[: len(states)], others[len(states) :]
    x = inputs.transpose(0, 1)
    included = None if mask is None else mask.t()
    if go_backwards:
        x, included = x.flip(0), included if included is None else included.flip(0)
    if included is None:
        outputs, *last = _native(native, x, states, weights)
        return tuple(r.to(dtype) for r in (outputs.transpose(0, 1), *last))
    counts = included.sum(0)
    x = _taken(x, torch.argsort(~included, dim=0, stable=True))
    beyond = (torch.arange(len(x), device=x.device).unsqueeze(-1) >= counts).unsqueeze(-1)
    x = torch.where(beyond, 0.0, x)
    if len(states) > 1:
        x = torch.cat([x, beyond.to(x.dtype)], -1)
        weights = [torch.cat([weights[0], _closing(weights[0])], 1), *weights[1:]]
    outputs, *last = _native(native, x, states, weights)
    last[0] = _taken(outputs, (counts - 1).clamp(min=0).unsqueeze(0)).squeeze(0)
    last = [torch.where((counts > 0).unsqueeze(-1), s, old) for s, old in zip(last, states, strict=True)]
    seen = included.cumsum(0)
    outputs = _taken(outputs, (seen - 1).clamp(min=0))
    outputs = torch.where((included if zero else seen > 0).unsqueeze(-1), outputs, 0.0)
    return tuple(r.to(dtype) for r in (outputs.transpose(0, 1), *last))


def _native(native: Kernel, x: Any, states: list[Any], weights: list[Any]) -> list[Any]:
    start = [s.unsqueeze(0) for s in states]
    options = (weights, len(weights) == 4, 1, 0.0, True, False, False)
    outputs, *last = native(x, start if len(start) > 1 else start[0], *options)
    return [outputs, *(s.squeeze(0) for s in last)]


def _taken(x: Any, steps: Any) -> Any:
    """For each sample the steps of those numbers."""
    return x.gather(0, steps.unsqueeze(-1).expand(*steps.shape, x.shape[-1]))


_FAR = 1e6  # the sigmoid of it is 1 exactly, that of its negative 0


def _closing(kernel: Any) -> Any:
    """A column that closes an LSTM's input gate and opens its forget gate, so that the carry stays what it is."""
    units = len(kernel) // 4
    column = kernel.new_zeros((4 * units, 1))
    column[:units], column[units : 2 * units] = -_FAR, _FAR
    return column


def _lstm(
    inputs: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, gate: str, *how: bool
) -> Any:
    check(inputs, [h, c], kernel, recurrent, bias, mask, "lstm", act, gate)
    if (act, gate) != ("tanh", "sigmoid") or not inputs.numel():
        return body("lstm")(inputs, h, c, kernel, recurrent, bias, mask, act, gate, *how)
    return _run(_VF.lstm, inputs, [h, c], _weights(kernel, recurrent, bias, "lstm"), mask, *how)


def _gru(
    inputs: Any, h: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, gate: str, after: bool, *how: bool
) -> Any:
    check(inputs, [h], kernel, recurrent, bias, mask, "gru" if after else "gru_reset_before", act, gate)
    if (act, gate, after) != ("tanh", "sigmoid", True) or not inputs.numel():
        return body("gru")(inputs, h, kernel, recurrent, bias, mask, act, gate, after, *how)
    return _run(_VF.gru, inputs, [h], _weights(kernel, recurrent, bias, "gru"), mask, *how)


def _simple_rnn(inputs: Any, h: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, act: str, *how: bool) -> Any:
    check(inputs, [h], kernel, recurrent, bias, mask, "simple", act)
    native = {"tanh": _VF.rnn_tanh, "relu": _VF.rnn_relu}.get(act)
    if native is None or not inputs.numel():
        return body("simple_rnn")(inputs, h, kernel, recurrent, bias, mask, act, *how)
    return _run(native, inputs, [h], _weights(kernel, recurrent, bias, "simple"), mask, *how)


OVERRIDES: dict[str, Kernel] = {"lstm": _lstm, "gru": _gru, "simple_rnn": _simple_rnn}
