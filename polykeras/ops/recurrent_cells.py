"""What a recurrent layer does at each step, and the way back; `polykeras.ops.recurrence` has the layers' whole ops.

Two ops share the work, for all cells. `recurrent_loop` runs a cell over projected inputs and keeps what its gradient reads;
`recurrent_loop_gradient` reads it. Each is a loop over time around a few lines that a cell supplies. A backend that writes
the loops by hand overrides both: the tape then takes the first as one node, whose rule is the second.

Activations are named, and such that their derivative follows from their result. That of the hard sigmoids is 0 at both
ends of the slope.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.ops.activations import relu, sigmoid
from polykeras.ops.comparison import greater, less
from polykeras.ops.control_flow import _engine
from polykeras.ops.conversion import dtype
from polykeras.ops.creation import zeros, zeros_like
from polykeras.ops.elementwise import add, multiply, square, subtract, tanh
from polykeras.ops.indexing import where
from polykeras.ops.joining import concatenate, split
from polykeras.ops.logic import logical_and
from polykeras.ops.movement import expand_dims, reshape, swapaxes
from polykeras.ops.policies import FLOAT
from polykeras.ops.products import matmul
from polykeras.ops.reductions import sum_
from polykeras.ops.registry import composite
from polykeras.typing import Mask, Tensor

Activation = Callable[[Any], Any]
Product = Callable[[Any, Any, int], Any]
Pull = Callable[[Any, Any], Any]
"""From an activation's result and the gradient by it to the gradient by its argument."""

# ---- activations -----------------------------------------------------------------------------------------------------

HARD_SIGMOIDS = {"hard_sigmoid": 1 / 6, "hard_sigmoid_v1": 0.2}
"""``slope * x + 1/2`` clipped to [0, 1]: that of Keras 3, and that of Keras 1 and 2."""


def _hard_sigmoid(slope: float) -> Activation:
    def run(x: Tensor) -> Tensor:
        return relu(subtract(1.0, relu(subtract(0.5, multiply(x, slope)))))

    return run


def _hard_sigmoid_pull(slope: float) -> Pull:
    def pull(y: Tensor, g: Tensor) -> Tensor:
        return where(logical_and(greater(y, 0), less(y, 1)), multiply(g, slope), 0.0)

    return pull


ACTIVATIONS: dict[str, tuple[Activation, Pull]] = {
    "tanh": (tanh, lambda y, g: multiply(g, subtract(1, square(y)))),
    "sigmoid": (sigmoid, lambda y, g: multiply(g, multiply(y, subtract(1, y)))),
    "relu": (relu, lambda y, g: where(greater(y, 0), g, 0.0)),
    "linear": (lambda x: x, lambda y, g: g),
    **{name: (_hard_sigmoid(slope), _hard_sigmoid_pull(slope)) for name, slope in HARD_SIGMOIDS.items()},
}
"""By name, the function and its `Pull`."""


def activation_of(name: str) -> tuple[Activation, Pull]:
    """The function of that name and its `Pull`. Raises `ArgumentError` if there is none."""
    if name not in ACTIVATIONS:
        raise ArgumentError(f"an activation must be one of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]


# ---- cells -----------------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A cell. Its tensors at one step: x ``(batch, gates * units)``, states ``(batch, units)`` each."""

    gates: int
    states: int
    step: Callable[..., Any]
    """``step(x, states, weights, act, gate, product) -> (new states, saved)``: lists.

    ``product(h, kernel, first)`` is the product of a state with the columns of the gates from `first` on; by default the
    plain one, but dropout makes its own.
    """
    back: Callable[..., Any]
    """``back(d, before, after, saved, dsaved, weights, act, gate) -> (dx, dbefore, products)``.

    `before` and `after` are the states before and after the step, `d` and `dbefore` the gradients by them. `dsaved`
    are the gradients by `saved`, None for zeros. `products` is what `weigh` needs beside dx.
    """
    weigh: Callable[..., Any]
    """``weigh(before, saved, dx, products) -> gradients by the weights``, with all steps at once."""


def _gates(x: Tensor | None, count: int) -> list[Any]:
    """The columns that belong to each gate; of None, that many Nones."""
    return [None] * count if x is None else split(x, count, -1)


def _plus(x: Tensor, y: Tensor | None) -> Tensor:
    return x if y is None else add(x, y)


def _product(h: Tensor, kernel: Tensor, first: int) -> Tensor:
    return matmul(h, kernel)


def _weight(h: Tensor, d: Tensor) -> Tensor:
    """``hᵀ d``, summed over steps and samples."""
    h, d = (reshape(x, (-1, int(x.shape[-1]))) for x in (h, d))
    return matmul(swapaxes(h, 0, 1), d)


def _simple_step(
    x: Tensor, states: Any, weights: Any, act: Activation, gate: Activation, product: Product = _product
) -> Any:
    return [act(add(x, product(states[0], weights[0], 0)))], []


def _simple_back(d: Any, before: Any, after: Any, saved: Any, dsaved: Any, weights: Any, act: Pull, gate: Pull) -> Any:
    dx = act(after[0], d[0])
    return dx, [matmul(dx, swapaxes(weights[0], 0, 1))], []


def _simple_weigh(before: Any, saved: Any, dx: Tensor, products: Any) -> Any:
    return [_weight(before[0], dx)]


def _lstm_step(
    x: Tensor, states: Any, weights: Any, act: Activation, gate: Activation, product: Product = _product
) -> Any:
    h, c = states
    units = int(c.shape[-1])
    both, new, o = split(add(x, product(h, weights[0], 0)), [2 * units, 3 * units], -1)
    both, new, o = gate(both), act(new), gate(o)
    i, f = _gates(both, 2)
    c = add(multiply(f, c), multiply(i, new))
    return [multiply(o, act(c)), c], [concatenate([both, new, o], -1)]


def _lstm_back(d: Any, before: Any, after: Any, saved: Any, dsaved: Any, weights: Any, act: Pull, gate: Pull) -> Any:
    (dh, dc), (_, c_before), (_, c) = d, before, after
    i, f, new, o = _gates(saved[0], 4)
    gi, gf, gnew, go = _gates(dsaved[0], 4)
    squashed = _ACT_OF[act](c)
    dc = add(dc, act(squashed, multiply(dh, o)))
    dx = concatenate(
        [
            gate(i, _plus(multiply(dc, new), gi)),
            gate(f, _plus(multiply(dc, c_before), gf)),
            act(new, _plus(multiply(dc, i), gnew)),
            gate(o, _plus(multiply(dh, squashed), go)),
        ],
        -1,
    )
    return dx, [matmul(dx, swapaxes(weights[0], 0, 1)), multiply(dc, f)], []


def _mix(z: Tensor, old: Tensor, new: Tensor) -> Tensor:
    return add(new, multiply(z, subtract(old, new)))


def _gru_step(
    x: Tensor, states: Any, weights: Any, act: Activation, gate: Activation, product: Product = _product
) -> Any:
    (h,), (kernel, bias) = states, weights
    h_z, h_r, inner = _gates(add(product(h, kernel, 0), bias), 3)
    x_z, x_r, x_new = _gates(x, 3)
    z, r = gate(add(x_z, h_z)), gate(add(x_r, h_r))
    new = act(add(x_new, multiply(r, inner)))
    return [_mix(z, h, new)], [concatenate([z, r, new], -1), inner]


def _gru_back(d: Any, before: Any, after: Any, saved: Any, dsaved: Any, weights: Any, act: Pull, gate: Pull) -> Any:
    (dh,), (h,), inner = d, before, saved[1]
    z, r, new = _gates(saved[0], 3)
    gz, gr, gnew = _gates(dsaved[0], 3)
    dnew = act(new, _plus(subtract(dh, multiply(dh, z)), gnew))
    dz = gate(z, _plus(multiply(dh, subtract(h, new)), gz))
    dr = gate(r, _plus(multiply(dnew, inner), gr))
    products = concatenate([dz, dr, _plus(multiply(dnew, r), dsaved[1])], -1)
    dbefore = add(multiply(dh, z), matmul(products, swapaxes(weights[0], 0, 1)))
    return concatenate([dz, dr, dnew], -1), [dbefore], [products]


def _gru_weigh(before: Any, saved: Any, dx: Tensor, products: Any) -> Any:
    return [_weight(before[0], products[0]), sum_(products[0], (0, 1))]


def _parts(kernel: Tensor) -> tuple[Any, Any]:
    """The recurrent kernel of the two gates, and that of the new state."""
    of_gates, of_new = split(kernel, [2 * int(kernel.shape[0])], -1)
    return of_gates, of_new


def _gru_before_step(
    x: Tensor, states: Any, weights: Any, act: Activation, gate: Activation, product: Product = _product
) -> Any:
    (h,), (of_gates, of_new) = states, _parts(weights[0])
    x_z, x_r, x_new = _gates(x, 3)
    h_z, h_r = _gates(product(h, of_gates, 0), 2)
    z, r = gate(add(x_z, h_z)), gate(add(x_r, h_r))
    new = act(add(x_new, product(multiply(r, h), of_new, 2)))
    return [_mix(z, h, new)], [concatenate([z, r, new], -1)]


def _gru_before_back(
    d: Any, before: Any, after: Any, saved: Any, dsaved: Any, weights: Any, act: Pull, gate: Pull
) -> Any:
    (dh,), (h,), (of_gates, of_new) = d, before, _parts(weights[0])
    z, r, new = _gates(saved[0], 3)
    gz, gr, gnew = _gates(dsaved[0], 3)
    dnew = act(new, _plus(subtract(dh, multiply(dh, z)), gnew))
    reset = matmul(dnew, swapaxes(of_new, 0, 1))
    dz = gate(z, _plus(multiply(dh, subtract(h, new)), gz))
    dr = gate(r, _plus(multiply(reset, h), gr))
    gates = matmul(concatenate([dz, dr], -1), swapaxes(of_gates, 0, 1))
    dbefore = add(add(multiply(dh, z), multiply(reset, r)), gates)
    return concatenate([dz, dr, dnew], -1), [dbefore], []


def _gru_before_weigh(before: Any, saved: Any, dx: Tensor, products: Any) -> Any:
    h, r = before[0], _gates(saved[0], 3)[1]
    of_gates, of_new = split(dx, [2 * int(h.shape[-1])], -1)
    return [concatenate([_weight(h, of_gates), _weight(multiply(r, h), of_new)], -1)]


_ACT_OF = {pull: act for act, pull in ACTIVATIONS.values()}

CELLS: dict[str, Cell] = {
    "simple": Cell(1, 1, _simple_step, _simple_back, _simple_weigh),
    "lstm": Cell(4, 2, _lstm_step, _lstm_back, _simple_weigh),
    "gru": Cell(3, 1, _gru_step, _gru_back, _gru_weigh),
    "gru_reset_before": Cell(3, 1, _gru_before_step, _gru_before_back, _gru_before_weigh),
}

# ---- the loop there and back -------------------------------------------------------------------------------------------


def _operands(s: Any, cell: str, steps: int = 3, batch: int = 2, units: int = 2) -> list[np.ndarray]:
    gates, states, *_ = CELLS[cell]

    def real(*shape: int) -> Any:
        return s.real(*shape, low=-0.9, high=0.9)

    bias = [real(gates * units)] if cell == "gru" else []
    initial = [real(batch, units) for _ in range(states)]
    return [real(steps, batch, gates * units), *initial, real(units, gates * units), *bias]


_MASK = [[True, False], [False, True], [True, True]]
_EXACT = ("float32", "float64")


def _recurrence_cases(s: Any) -> list[Any]:
    return [
        s(_operands(s, "lstm"), dtypes=_EXACT),
        s(_operands(s, "gru"), _MASK, "gru", dtypes=_EXACT),
        s(_operands(s, "gru_reset_before"), None, "gru_reset_before", "tanh", "hard_sigmoid", dtypes=_EXACT),
        s(_operands(s, "simple"), _MASK, "simple", "linear", dtypes=_EXACT, grad=False),
        s(_operands(s, "lstm", steps=0), dtypes=_EXACT, grad=False),
    ]


@composite(FLOAT, samples=_recurrence_cases)
def recurrent_loop(
    operands: Sequence[Tensor],
    mask: Mask | None = None,
    cell: str = "lstm",
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[Tensor, ...]:
    """A recurrent cell over all steps: its states after each, and what `recurrent_loop_gradient` reads beside them.

    Meant for `lstm`, `gru` and `simple_rnn`, and for backends that write it by hand.

    Args:
        operands: the projected inputs ``(steps, batch, gates * units)``, bias included; the initial states,
            ``(batch, units)`` each; the recurrent kernel ``(units, gates * units)``; for ``"gru"`` also the bias
            ``(3 * units,)`` of the product with it.
        mask: bool ``(steps, batch)``. Where it is false, the states stay what they were.
        cell: ``"simple"``; ``"lstm"``, states h and c, gates i, f, new, o; ``"gru"`` (reset gate after the product) and
            ``"gru_reset_before"``, gates z, r, new.
        activation, recurrent_activation: of the new state and of the gates; names in `ACTIVATIONS`.

    Returns:
        Each state, ``(steps, batch, units)``; except for ``"simple"`` the gates after their activations,
        ``(steps, batch, gates * units)``; for ``"gru"`` the new state's part of the recurrent product.
    """
    kind = CELLS.get(cell)
    if kind is None:
        raise ArgumentError(f"a cell must be one of {', '.join(CELLS)}, got {cell!r}")
    wanted = kind.states + (3 if cell == "gru" else 2)
    if len(operands) != wanted:
        raise ArgumentError(f"{cell!r} takes {wanted} operands, got {len(operands)}")
    x, initial, weights = operands[0], list(operands[1 : 1 + kind.states]), operands[1 + kind.states :]
    functions = [activation_of(name)[0] for name in (activation, recurrent_activation)]

    def step(states: list[Any], given: Any) -> tuple[list[Any], tuple[Any, ...]]:
        x, included = given if mask is not None else (given, None)
        new, saved = kind.step(x, states, weights, *functions)
        if included is not None:
            included = expand_dims(included, -1)
            new = [where(included, n, old) for n, old in zip(new, states, strict=True)]
        return new, (*new, *saved)

    given = x if mask is None else (x, mask)
    return tuple(_over_time(step, initial, given, operands)[1])


def _over_time(
    step: Callable[..., Any], start: list[Any], given: Any, operands: Sequence[Tensor], reverse: bool = False
) -> Any:
    """As `scan`, but by whoever follows `operands`, and with results without rows where there are no steps."""
    steps = int(tree.flatten(given)[0].shape[0])
    if steps:
        return _engine(list(operands)).scan(step, start, given, steps, reverse)
    rows = tree.map_structure(lambda x: zeros(tuple(x.shape)[1:], dtype(x)), given)
    return start, tree.map_structure(lambda x: expand_dims(x, 0)[:0], step(start, rows)[1])


def _gradient_cases(s: Any) -> list[Any]:
    def case(cell: str, received: tuple[int, ...], *rest: Any, **options: Any) -> Any:
        kind, (x, *operands) = CELLS[cell], _operands(s, cell)
        results = [s.real(3, 2, 2, low=-0.9, high=0.9) for _ in range(kind.states)]
        if cell != "simple":
            results.append(s.real(*x.shape, low=0.05, high=0.95))
        if cell == "gru":
            results.append(s.real(3, 2, 2))
        cotangents = [s.real(*results[i].shape) for i in received]
        return s(operands, results, cotangents, received, *rest, cell, dtypes=_EXACT, **options)

    return [
        case("lstm", (0, 1, 2), None, grad=False),  # the second derivatives of `lstm` have seen to it
        case("gru", (0, 2), _MASK),
        case("gru_reset_before", (0,), _MASK, activation="relu"),
        case("simple", (0,), None, activation="sigmoid", grad=False),
    ]


@composite(FLOAT, samples=_gradient_cases)
def recurrent_loop_gradient(
    operands: Sequence[Tensor],
    results: Sequence[Tensor],
    cotangents: Sequence[Tensor],
    received: Sequence[int],
    mask: Mask | None = None,
    cell: str = "lstm",
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[Tensor, ...]:
    """The gradients by the operands of `recurrent_loop`, from its results and the gradients by these.

    Werbos 1990, "Backpropagation through time": one pass from the last step to the first, which finds the gradients by
    the products; those by the weights are then one product over all steps.

    Args:
        operands: those of `recurrent_loop` but the first.
        results: what it returned.
        cotangents: the gradients by some of the results.
        received: which results these are.
        mask, cell, activation, recurrent_activation: as they were given.

    Returns:
        A gradient for each operand, that of the projected inputs first.
    """
    kind = CELLS[cell]
    initial, weights = operands[: kind.states], operands[kind.states :]
    after, saved = list(results[: kind.states]), list(results[kind.states :])
    before = [concatenate([expand_dims(s, 0), states], 0)[:-1] for s, states in zip(initial, after, strict=True)]
    pulls = [activation_of(name)[1] for name in (activation, recurrent_activation)]

    def step(d: list[Any], given: Any) -> tuple[list[Any], tuple[Any, ...]]:
        before, after, saved, cotangents, *rest = given
        known = dict(zip(received, cotangents, strict=True))
        d = [_plus(x, known.get(i)) for i, x in enumerate(d)]
        kept = None
        if rest:  # what goes past the cell, and what goes through it
            included = expand_dims(rest[0], -1)
            kept = [where(included, 0.0, x) for x in d]
            d = [where(included, x, 0.0) for x in d]
        dsaved = [known.get(i + kind.states) for i in range(len(saved))]
        dx, dbefore, products = kind.back(d, before, after, saved, dsaved, weights, *pulls)
        if kept is not None:
            dbefore = [add(x, k) for x, k in zip(dbefore, kept, strict=True)]
        return dbefore, (dx, *products)

    given = (before, after, saved, list(cotangents), *([] if mask is None else [mask]))
    start = [zeros_like(s) for s in initial]
    dinitial, (dx, *products) = _over_time(step, start, given, [*operands, *results, *cotangents], reverse=True)
    dweights = kind.weigh(before, saved, dx, products)
    return (dx, *dinitial, *dweights)
