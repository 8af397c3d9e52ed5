"""Recurrences: one loop over time, of matrix products and of ufuncs that write into arrays made beforehand.

On the way back, what the gradients by the states are multiplied with at each step is computed for all steps at once.
Where the mask is false these factors are 0, or 1 for what the cell hands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras.ops.recurrent_cells import CELLS, HARD_SIGMOIDS
from polykeras.ops.registry import REGISTRY

Array = Any

# ---- activations, with the result given, and their slopes by the result --------------------------------------------------


def _sigmoid(x: Array, out: Array) -> None:
    np.multiply(x, 0.5, out)  # by tanh, which NumPy has for whole vectors and which cannot overflow
    np.tanh(out, out)
    out *= 0.5
    out += 0.5


def _hard_sigmoid(slope: float) -> Callable[[Array, Array], None]:
    def run(x: Array, out: Array) -> None:
        np.multiply(x, slope, out)
        out += 0.5
        np.maximum(out, 0, out=out)
        np.minimum(out, 1, out=out)

    return run


def _slope_of_tanh(y: Array, out: Array) -> None:
    np.multiply(y, y, out)
    np.subtract(1, out, out)


def _slope_of_sigmoid(y: Array, out: Array) -> None:
    np.multiply(y, y, out)
    np.subtract(y, out, out)


def _slope_of_hard_sigmoid(slope: float) -> Callable[[Array, Array], None]:
    return lambda y, out: np.multiply((y > 0) & (y < 1), slope, out, casting="same_kind")


_ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "tanh": (np.tanh, _slope_of_tanh),
    "sigmoid": (_sigmoid, _slope_of_sigmoid),
    "relu": (lambda x, out: np.maximum(x, 0, out=out), lambda y, out: np.greater(y, 0, out)),
    "linear": (lambda x, out: None if x is out else np.copyto(out, x), lambda y, out: out.fill(1)),
    **{name: (_hard_sigmoid(s), _slope_of_hard_sigmoid(s)) for name, s in HARD_SIGMOIDS.items()},
}

# ---- cells: the whole way there, and the whole way back ----------------------------------------------------------------


def _parts(x: Array, count: int) -> list[Array]:
    """Views of the columns of each gate."""
    units = x.shape[-1] // count
    return [x[..., i * units : (i + 1) * units] for i in range(count)]


def _keep(new: Array, old: Array, excluded: Array | None, t: int) -> None:
    if excluded is not None:
        np.copyto(new, old, where=excluded[t])


def _close(excluded: Array | None, factors: Sequence[Array], handing_on: Array | None = None) -> None:
    if excluded is not None:
        for f in factors:
            np.copyto(f, 0, where=excluded)
        if handing_on is not None:
            np.copyto(handing_on, 1, where=excluded)


def _before(initial: Array, states: Array) -> Array:
    """The state before each step."""
    return np.concatenate([initial[None], states])[:-1]


def _weight(h: Array, d: Array) -> Array:
    """``hᵀ d``, summed over steps and samples."""
    return h.reshape(-1, h.shape[-1]).T @ d.reshape(-1, d.shape[-1])


def _simple(x: Array, states: Any, weights: Any, excluded: Any, act: Any, gate: Any) -> Any:
    (h,), (kernel,) = states, weights
    hs = np.empty_like(x)
    for t, z in enumerate(hs):
        np.dot(h, kernel, z)
        z += x[t]
        act(z, z)
        _keep(z, h, excluded, t)
        h = z
    return (hs,)


def _simple_back(
    states: Any, weights: Any, results: Any, got: Any, excluded: Any, act: Any, slope: Any, gate: Any
) -> Any:
    (kernel,), (hs,) = weights, results
    dx = np.empty_like(hs)
    slope(hs, dx)
    _close(excluded, [dx])
    back, dh = kernel.T, np.zeros_like(states[0])
    for t in reversed(range(len(dx))):
        dh += got[0][t]
        dx[t] *= dh
        handed_on = None if excluded is None else dh * excluded[t]
        np.dot(dx[t], back, dh)
        if handed_on is not None:
            dh += handed_on
    return dx, dh, _weight(_before(states[0], hs), dx)


def _lstm(x: Array, states: Any, weights: Any, excluded: Any, act: Any, gate: Any) -> Any:
    (h, c), (kernel,) = states, weights
    steps, batch, width = x.shape
    units = width // 4
    hs, cs = np.empty((2, steps, batch, units), x.dtype)
    gates = np.empty_like(x)
    part = np.empty_like(c)
    for t, z in enumerate(gates):
        new_h, new_c = hs[t], cs[t]
        i, f, new, o = _parts(z, 4)
        np.dot(h, kernel, z)
        z += x[t]
        both = z[:, : 2 * units]
        gate(both, both)
        act(new, new)
        gate(o, o)
        np.multiply(f, c, new_c)
        np.multiply(i, new, part)
        new_c += part
        act(new_c, part)
        np.multiply(o, part, new_h)
        _keep(new_h, h, excluded, t)
        _keep(new_c, c, excluded, t)
        h, c = new_h, new_c
    return hs, cs, gates


def _lstm_back(
    states: Any, weights: Any, results: Any, got: Any, excluded: Any, act: Any, slope: Any, gate: Any
) -> Any:
    (h, c), (kernel,), (hs, cs, gates) = states, weights, results
    steps, batch, units = hs.shape
    i, f, new, o = _parts(gates, 4)
    before, squashed, through, handing_on = _before(c, cs), np.empty_like(cs), np.empty_like(cs), f
    act(cs, squashed)
    slope(squashed, through)
    through *= o
    dx = np.empty_like(gates)  # first the factors, then the products
    by_i, by_f, by_new, by_o = _parts(dx, 4)
    gate(gates[..., : 2 * units], dx[..., : 2 * units])
    slope(new, by_new)
    gate(o, by_o)
    for factor, other in ((by_i, new), (by_f, before), (by_new, i), (by_o, squashed)):
        factor *= other
    if excluded is not None:
        handing_on = f.copy()
        _close(excluded, [through, dx], handing_on)
    of_c, back = dx.reshape(steps, batch, 4, units)[:, :, :3], kernel.T
    dh, dc, part = np.zeros_like(h), np.zeros_like(c), np.empty_like(c)
    for t in reversed(range(steps)):
        for d, g in ((dh, got[0]), (dc, got[1])):
            if g is not None:
                d += g[t]
        np.multiply(dh, through[t], part)
        dc += part
        of_c[t] *= dc[:, None]
        by_o[t] *= dh
        dc *= handing_on[t]
        handed_on = None if excluded is None else dh * excluded[t]
        np.dot(dx[t], back, dh)
        if handed_on is not None:
            dh += handed_on
    return dx, dh, dc, _weight(_before(h, hs), dx)


def _gru(x: Array, states: Any, weights: Any, excluded: Any, act: Any, gate: Any) -> Any:
    (h,), (kernel, bias) = states, weights
    steps, batch, width = x.shape
    units = width // 3
    hs, inners = np.empty((2, steps, batch, units), x.dtype)
    gates = np.empty_like(x)
    product = np.empty_like(x, shape=(batch, width))
    for t, g in enumerate(gates):
        new_h, inner = hs[t], inners[t]
        both, (z, r, new) = g[:, : 2 * units], _parts(g, 3)
        np.dot(h, kernel, product)
        product += bias
        np.copyto(inner, product[:, 2 * units :])
        np.add(x[t, :, : 2 * units], product[:, : 2 * units], both)
        gate(both, both)
        np.multiply(r, inner, new)
        new += x[t, :, 2 * units :]
        act(new, new)
        _mix(z, h, new, new_h)
        _keep(new_h, h, excluded, t)
        h = new_h
    return hs, gates, inners


def _mix(z: Array, old: Array, new: Array, out: Array) -> None:
    np.subtract(old, new, out)
    out *= z
    out += new


def _gru_factors(before: Array, gates: Array, excluded: Any, slope: Any, gate: Any) -> tuple[Array, ...]:
    """What the gradient by the state is multiplied with for z, r (but for its factor) and new, and for the old state."""
    z, _, new = _parts(gates, 3)
    factors = np.empty_like(gates)
    by_z, by_r, by_new = _parts(factors, 3)
    units = z.shape[-1]
    gate(gates[..., : 2 * units], factors[..., : 2 * units])
    slope(new, by_new)
    by_z *= before - new
    by_new *= 1 - z
    handing_on = z
    if excluded is not None:
        handing_on = z.copy()
        _close(excluded, [factors], handing_on)
    return factors, by_z, by_r, by_new, handing_on


def _gru_back(states: Any, weights: Any, results: Any, got: Any, excluded: Any, act: Any, slope: Any, gate: Any) -> Any:
    (h,), (kernel, _), (hs, gates, inners) = states, weights, results
    steps, batch, units = hs.shape
    before = _before(h, hs)
    dx, _, by_r, by_new, handing_on = _gru_factors(before, gates, excluded, slope, gate)
    by_r *= inners
    by_r *= by_new
    products = dx.copy()
    products[..., 2 * units :] *= gates[..., units : 2 * units]
    of_h, back, dh = products.reshape(steps, batch, 3, units), kernel.T, np.zeros_like(h)
    part = np.empty_like(h)
    for t in reversed(range(steps)):
        dh += got[0][t]
        of_h[t] *= dh[:, None]
        by_new[t] *= dh
        np.multiply(dh, handing_on[t], part)
        np.dot(products[t], back, dh)
        dh += part
    dx[..., : 2 * units] = products[..., : 2 * units]
    return dx, dh, _weight(before, products), products.sum((0, 1))


def _gru_reset_before(x: Array, states: Any, weights: Any, excluded: Any, act: Any, gate: Any) -> Any:
    (h,), (kernel,) = states, weights
    units = h.shape[-1]
    of_gates, of_new = (np.ascontiguousarray(k) for k in np.split(kernel, [2 * units], 1))
    hs = np.empty((*x.shape[:2], units), x.dtype)
    gates = np.empty_like(x)
    reset, product, both = np.empty_like(h), np.empty_like(h), np.empty_like(h, shape=(len(h), 2 * units))
    for t, g in enumerate(gates):
        z, r, new = _parts(g, 3)
        np.dot(h, of_gates, both)
        both += x[t, :, : 2 * units]
        gate(both, g[:, : 2 * units])
        np.multiply(r, h, reset)
        np.dot(reset, of_new, product)
        product += x[t, :, 2 * units :]
        act(product, new)
        _mix(z, h, new, hs[t])
        _keep(hs[t], h, excluded, t)
        h = hs[t]
    return hs, gates


def _gru_reset_before_back(
    states: Any, weights: Any, results: Any, got: Any, excluded: Any, act: Any, slope: Any, gate: Any
) -> Any:
    (h,), (kernel,), (hs, gates) = states, weights, results
    units = h.shape[-1]
    before, r = _before(h, hs), _parts(gates, 3)[1]
    dx, by_z, by_r, by_new, handing_on = _gru_factors(before, gates, excluded, slope, gate)
    by_r *= before
    of_gates, of_new = (k.T for k in np.split(kernel, [2 * units], 1))
    dh, reset, part, product = np.zeros_like(h), np.empty_like(h), np.empty_like(h), np.empty_like(h)
    for t in reversed(range(len(dx))):
        dh += got[0][t]
        by_new[t] *= dh
        by_z[t] *= dh
        np.dot(by_new[t], of_new, reset)
        by_r[t] *= reset
        np.multiply(dh, handing_on[t], part)
        reset *= r[t]
        part += reset
        np.dot(dx[t, :, : 2 * units], of_gates, product)
        np.add(part, product, dh)
    weights_gradient = [_weight(before, dx[..., : 2 * units]), _weight(r * before, dx[..., 2 * units :])]
    return dx, dh, np.concatenate(weights_gradient, 1)


_LOOPS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "simple": (_simple, _simple_back),
    "lstm": (_lstm, _lstm_back),
    "gru": (_gru, _gru_back),
    "gru_reset_before": (_gru_reset_before, _gru_reset_before_back),
}

# ---- the two ops ---------------------------------------------------------------------------------------------------------

_EXACT = (np.float32, np.float64)


def _excluded(mask: Any) -> Any:
    return None if mask is None else ~mask[..., None]


def _recurrence(operands: Any, mask: Any, cell: str, activation: str, recurrent_activation: str) -> Any:
    x, *rest = operands
    if x.dtype not in _EXACT or activation not in _ACTIVATIONS or recurrent_activation not in _ACTIVATIONS:
        return REGISTRY["recurrent_loop"].body(operands, mask, cell, activation, recurrent_activation)  # type: ignore[misc]
    count = CELLS[cell].states
    functions = _ACTIVATIONS[activation][0], _ACTIVATIONS[recurrent_activation][0]
    return _LOOPS[cell][0](x, rest[:count], rest[count:], _excluded(mask), *functions)


def _recurrence_gradient(
    operands: Any, results: Any, cotangents: Any, received: Any, mask: Any, cell: str, *activations: str
) -> Any:
    count = CELLS[cell].states
    if operands[0].dtype not in _EXACT or max(received) >= count:  # the latter in second derivatives only
        body: Any = REGISTRY["recurrent_loop_gradient"].body
        return body(operands, results, cotangents, received, mask, cell, *activations)
    known = dict(zip(received, cotangents, strict=True))
    (act, slope), (_, gate) = (_ACTIVATIONS[name] for name in activations)
    got = [known.get(i) for i in range(count)]
    return _LOOPS[cell][1](operands[:count], operands[count:], results, got, _excluded(mask), act, slope, gate)


OVERRIDES: dict[str, Callable[..., Any]] = {
    "recurrent_loop": _recurrence,
    "recurrent_loop_gradient": _recurrence_gradient,
}
