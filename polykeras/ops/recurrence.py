"""Recurrent layers as ops over whole sequences, and the loop over time of a step of one's own.

Inputs are ``(batch, steps, features)``. The product of all inputs with the kernel is made at once, before the loop.
In half precision the loop runs in float32, and its results are rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import dtypes, tree
from polykeras.errors import ShapeError
from polykeras.interpreters.unroll import unrolled_scan
from polykeras.ops.casting import cast
from polykeras.ops.comparison import greater, less
from polykeras.ops.control_flow import on_graphs, scan
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.creation import range_, zeros
from polykeras.ops.elementwise import add
from polykeras.ops.indexing import where
from polykeras.ops.movement import expand_dims, flip, reshape, squeeze, swapaxes
from polykeras.ops.policies import FLOAT
from polykeras.ops.products import matmul
from polykeras.ops.recurrent_cells import CELLS, activation_of, recurrent_loop
from polykeras.ops.reductions import cumsum
from polykeras.ops.registry import composite
from polykeras.typing import Mask, Tensor

# ---- what the three ops share ------------------------------------------------------------------------------------------


def check(
    inputs: Tensor,
    states: list[Tensor],
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    mask: Mask | None,
    cell: str,
    *activations: str,
) -> None:
    """Raise `ShapeError` or `ArgumentError` for what the ops below refuse."""
    shape = tuple(inputs.shape)
    if len(shape) != 3:
        raise ShapeError(f"inputs must be (batch, steps, features), got shape {shape}")
    batch, steps, features = shape
    units = int(recurrent_kernel.shape[0]) if len(recurrent_kernel.shape) else 0
    width = CELLS[cell].gates * units
    wanted = [
        ("kernel", kernel, (features, width)),
        ("recurrent_kernel", recurrent_kernel, (units, width)),
        ("bias", bias, (2, width) if cell == "gru" else (width,)),
        ("mask", mask, (batch, steps)),
        *(("an initial state", s, (batch, units)) for s in states),
    ]
    for name, x, expected in wanted:
        if x is not None and tuple(x.shape) != expected:
            raise ShapeError(f"{name} must have shape {expected} for inputs {shape}, got {tuple(x.shape)}")
    for name in activations:
        activation_of(name)


def _run(
    inputs: Tensor,
    states: list[Tensor],
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None,
    mask: Mask | None,
    cell: str,
    activation: str,
    recurrent_activation: str,
    go_backwards: bool,
    zero_output_for_mask: bool,
) -> tuple[Tensor, ...]:
    """The outputs of all steps, then the last states."""
    check(inputs, states, kernel, recurrent_kernel, bias, mask, cell, activation, recurrent_activation)
    kind = dtype(inputs)
    if kind in ("float16", "bfloat16"):
        inputs, kernel, recurrent_kernel, bias, *states = (
            x if x is None else cast(x, "float32") for x in (inputs, kernel, recurrent_kernel, bias, *states)
        )
    own = []  # the bias of the recurrent product
    if cell == "gru":
        own = [zeros(tuple(kernel.shape)[1:], dtype(kernel)) if bias is None else bias[1]]
        bias = None if bias is None else bias[0]
    batch, steps, features = inputs.shape
    rows = reshape(swapaxes(inputs, 0, 1), (steps * batch, features))
    x = matmul(rows, kernel)
    x = reshape(x if bias is None else add(x, bias), (steps, batch, int(kernel.shape[1])))
    included = None if mask is None else swapaxes(mask, 0, 1)
    if go_backwards:
        x, included = flip(x, 0), included if included is None else flip(included, 0)
    found = recurrent_loop([x, *states, recurrent_kernel, *own], included, cell, activation, recurrent_activation)
    outputs, last = found[0], [found[i][-1] if steps else s for i, s in enumerate(states)]
    if included is not None:
        shown = included if zero_output_for_mask else greater(cumsum(cast(included, "int32"), 0), 0)
        outputs = where(expand_dims(shown, -1), outputs, 0.0)
    return tuple(cast(r, kind) for r in (swapaxes(outputs, 0, 1), *last))


# ---- ops ---------------------------------------------------------------------------------------------------------------

_MASK = [[True, False, True], [False, True, False]]


def _cases(cell: str) -> Callable[[Any], list[Any]]:
    gates, states, *_ = CELLS[cell]

    def cases(s: Any) -> list[Any]:
        def arguments(batch: int = 2, steps: int = 3, bias: bool = True) -> list[Any]:
            def real(*shape: int) -> Any:
                return s.real(*shape, low=-0.9, high=0.9)

            width = 2 * gates
            tensors = [real(batch, steps, 3), *(real(batch, 2) for _ in range(states)), real(3, width), real(2, width)]
            return [*tensors, real(*((2,) if cell == "gru" else ()), width) if bias else None]

        floats = (*dtypes.FLOATING,)
        return [
            s(*arguments(), dtypes=floats),
            s(*arguments(), _MASK, go_backwards=True, dtypes=floats),
            s(*arguments(bias=False), _MASK, activation="linear", zero_output_for_mask=True, dtypes=floats),
            s(*arguments(steps=0), dtypes=floats, grad=cell == "lstm"),
            s(*arguments(batch=0), dtypes=floats, grad=cell == "lstm"),
        ]

    return cases


@composite(FLOAT, samples=_cases("simple"))
def simple_rnn(
    inputs: Tensor,
    initial_state: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Mask | None = None,
    activation: str = "tanh",
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
) -> tuple[Tensor, Tensor]:
    """``h = activation(x @ kernel + h @ recurrent_kernel + bias)`` at each step (Elman 1990).

    Args:
        inputs: ``(batch, steps, features)``.
        initial_state: ``(batch, units)``.
        kernel: ``(features, units)``.
        recurrent_kernel: ``(units, units)``.
        bias: ``(units,)``.
        mask: bool ``(batch, steps)``. Where it is false, the state stays what it was, and so does the output, which is
            0 before the first step that is not masked.
        activation: ``"tanh"``, ``"sigmoid"``, ``"relu"``, ``"linear"``, ``"hard_sigmoid"`` or ``"hard_sigmoid_v1"``.
        go_backwards: from the last step to the first; the outputs come in the order in which they were made.
        zero_output_for_mask: where the mask is false, the output is 0 instead.

    Returns:
        The outputs of all steps ``(batch, steps, units)``, and the last state.
    """
    options = ("simple", activation, "linear", go_backwards, zero_output_for_mask)
    outputs, h = _run(inputs, [initial_state], kernel, recurrent_kernel, bias, mask, *options)
    return outputs, h


@composite(FLOAT, samples=_cases("lstm"))
def lstm(
    inputs: Tensor,
    initial_state_h: Tensor,
    initial_state_c: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Mask | None = None,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """Long short-term memory (Hochreiter and Schmidhuber 1997; with the forget gate of Gers et al. 2000).

    ``i, f, new, o`` are the columns, in this order, of ``x @ kernel + h @ recurrent_kernel + bias``;
    ``c = gate(f) * c + gate(i) * activation(new)`` and ``h = gate(o) * activation(c)``, where `gate` is the
    `recurrent_activation`.

    Args:
        inputs: ``(batch, steps, features)``.
        initial_state_h, initial_state_c: output and carry before the first step, ``(batch, units)``.
        kernel: ``(features, 4 * units)``.
        recurrent_kernel: ``(units, 4 * units)``.
        bias: ``(4 * units,)``.
        mask, activation, recurrent_activation, go_backwards, zero_output_for_mask: see `simple_rnn`.

    Returns:
        The outputs of all steps ``(batch, steps, units)``, and the last h and c.
    """
    options = ("lstm", activation, recurrent_activation, go_backwards, zero_output_for_mask)
    states = [initial_state_h, initial_state_c]
    outputs, h, c = _run(inputs, states, kernel, recurrent_kernel, bias, mask, *options)
    return outputs, h, c


def _gru_cases(s: Any) -> list[Any]:
    before = _cases("gru_reset_before")(s)
    return [*_cases("gru")(s), *(s(*c.args, reset_after=False, dtypes=c.dtypes, **c.kwargs) for c in before[:2])]


@composite(FLOAT, samples=_gru_cases)
def gru(
    inputs: Tensor,
    initial_state: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Mask | None = None,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    reset_after: bool = True,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
) -> tuple[Tensor, Tensor]:
    """Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078).

    ``h = gate(z) * h + (1 - gate(z)) * activation(new)``, where `gate` is the `recurrent_activation`. The columns of the
    kernels are those of z, r and new, in this order. With `reset_after`, ``new = x + gate(r) * (h @ kernel + bias)``,
    with parts of the recurrent kernel and the second bias; without, ``new = x + (gate(r) * h) @ kernel``.

    Args:
        inputs: ``(batch, steps, features)``.
        initial_state: ``(batch, units)``.
        kernel: ``(features, 3 * units)``.
        recurrent_kernel: ``(units, 3 * units)``.
        bias: with `reset_after` ``(2, 3 * units)``, of the inputs' and of the state's product; without ``(3 * units,)``.
        mask, activation, recurrent_activation, go_backwards, zero_output_for_mask: see `simple_rnn`.

    Returns:
        The outputs of all steps ``(batch, steps, units)``, and the last state.
    """
    cell = "gru" if reset_after else "gru_reset_before"
    options = (cell, activation, recurrent_activation, go_backwards, zero_output_for_mask)
    outputs, h = _run(inputs, [initial_state], kernel, recurrent_kernel, bias, mask, *options)
    return outputs, h


# ---- the loop ------------------------------------------------------------------------------------------------------------

Step = Callable[[Any, list[Any]], tuple[Any, list[Any]]]
"""``output, states = step(x, states)``"""


@on_graphs
def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Mask | None = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, Any]:
    """``last_output, outputs, new_states``: a step, repeated over the time axis of the inputs.

    Not an op, since it takes a function; what the function computes may be differentiated and compiled.

    Args:
        step_function: ``output, new_states = step_function(x, states)``. It gets one step of the inputs, ``(batch, ...)``,
            and a list: the states, then the constants. The output is a tensor or a tree of tensors; the new states
            have the form of the initial ones.
        inputs: ``(batch, steps, ...)``, or a tree of such.
        initial_states: a list of tensors, or of trees of tensors.
        go_backwards: from the last step to the first; the outputs come in the order in which they were made.
        mask: bool ``(batch, steps)`` or ``(batch, steps, 1)``. Where it is false, the states stay what they were, and so
            does the output, which is 0 before the first step that is not masked.
        constants: a list of what is handed to every step beside the states.
        unroll: loop in Python, whatever the backend would do.
        input_length: the numbers of steps ``(batch,)`` that count, in place of a mask. An int has no effect.
        time_major: inputs, mask and outputs are ``(steps, batch, ...)``.
        zero_output_for_mask: where the mask is false, the output is 0 instead.
        return_all_outputs: whether `outputs` has all steps, or, for False, the last one.

    >>> last, outputs, states = rnn(lambda x, s: (x + s[0], [x + s[0]]), ones((2, 3, 1)), [zeros((2, 1))])
    """
    from polykeras.interpreters.abstract import AbstractTensor, abstract_tree, infer

    inputs, initial_states = tree.map_structure(convert_to_tensor, (inputs, list(initial_states)))
    xs = inputs if time_major else tree.map_structure(lambda x: swapaxes(x, 0, 1), inputs)
    given = [] if constants is None else list(constants)
    first = tree.flatten(xs)[0]
    steps = int(first.shape[0])
    if mask is not None:
        mask = cast(mask, "bool")
        mask = squeeze(mask, -1) if len(mask.shape) == 3 else mask
        mask = mask if time_major else swapaxes(mask, 0, 1)
    elif len(getattr(input_length, "shape", ())) == 1:
        mask = less(expand_dims(range_(0, steps, 1, "int32"), -1), input_length)

    def step(x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        output, new = step_function(x, [*states, *given])
        return output, list(new)

    x = tree.map_structure(lambda x: AbstractTensor(tuple(x.shape)[1:], dtype(x)), xs)
    before = tree.map_structure(lambda y: zeros(y.shape, y.dtype), infer(step, x, abstract_tree(initial_states))[0])
    options = {"go_backwards": go_backwards, "zero_output_for_mask": zero_output_for_mask, "unroll": unroll}
    last, outputs, states = repeat_step(step, xs, before, initial_states, mask, keep_all=return_all_outputs, **options)
    if not return_all_outputs:
        outputs = tree.map_structure(lambda y: expand_dims(y, 0), last)
    return last, outputs if time_major else tree.map_structure(lambda y: swapaxes(y, 0, 1), outputs), states


def repeat_step(
    step: Step,
    xs: Any,
    output: Any,
    states: list[Any],
    mask: Mask | None = None,
    *,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
    unroll: bool = False,
    keep_all: bool = True,
) -> tuple[Any, Any, list[Any]]:
    """As `rnn`, time first, and told what counts as the output before the first step."""

    def body(carry: Any, x: Any) -> Any:
        previous, states = carry
        if mask is None:
            y, new = step(x, states)
        else:
            x, included = x
            y, new = step(x, states)
            new = tree.map_structure(lambda n, old: _choose(included, n, old), new, states)
            y = tree.map_structure(lambda n, old: _choose(included, n, 0 if zero_output_for_mask else old), y, previous)
        return (y, new), (y if keep_all else None)

    given = xs if mask is None else (xs, mask)
    if unroll:
        length = int(tree.flatten(xs)[0].shape[0])
        (last, states), outputs = unrolled_scan(body, (output, states), given, length, go_backwards)
    else:
        (last, states), outputs = scan(body, (output, states), given, reverse=go_backwards)
    if keep_all and outputs is None:  # there were no steps
        outputs = tree.map_structure(lambda y: expand_dims(y, 0)[:0], output)
    if keep_all and go_backwards:
        outputs = tree.map_structure(lambda y: flip(y, 0), outputs)
    return last, outputs, states


def _choose(mask: Mask, new: Tensor, old: Tensor) -> Tensor:
    """`new` for the samples where `mask`, ``(batch,)``, is true, else `old`."""
    return where(reshape(mask, (*mask.shape, *(1,) * (len(new.shape) - 1))), new, old)
