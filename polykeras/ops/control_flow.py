"""Branches and loops on values that a compiled step learns only when it runs.

The backend of the tensors involved decides how: a Python `if` where values are at hand, a structured op in a traced
step. Results may be any trees of tensors; both branches, and each round of a loop, must agree in structure, shapes and
dtypes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from polykeras import tree
from polykeras.backend import Backend
from polykeras.errors import ArgumentError
from polykeras.ops.dispatch import HOST, VARIABLE, owner_of
from polykeras.scope import current_backend
from polykeras.typing import Tensor

F = TypeVar("F", bound=Callable[..., Any])


def _engine(*structures: Any) -> Backend:
    """The backend or interpreter that runs a construct on these values: the highest among them, else the default."""
    from polykeras.errors import DtypeError

    found: Backend | None = None
    for leaf in tree.flatten(structures):
        try:
            owner = owner_of(leaf)
        except DtypeError:
            continue
        if owner is VARIABLE:
            owner = owner_of(leaf.value)
        if owner is not HOST and (found is None or owner.level > found.level):
            found = owner
    return current_backend() if found is None else found


def on_graphs(function: F) -> F:
    """`function`, whose calls with symbolic tensors among the arguments become nodes of their graph."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        record = getattr(_engine(args, kwargs), "record", None)
        return function(*args, **kwargs) if record is None else record(function, args, kwargs)

    return run  # type: ignore[return-value]


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """``true_fn()`` if the scalar `pred` is true, else ``false_fn()``."""
    if isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    from polykeras.ops.casting import cast

    pred = cast(pred, "bool")
    return _engine(pred).cond(pred, true_fn, false_fn)


@on_graphs
def switch(index: Tensor, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """``branches[index](*operands)``; an index out of range is clipped to the first or last branch."""
    if not branches:
        raise ArgumentError("switch: branches must hold at least one function.")

    def choose(low: int, high: int) -> Any:
        if low == high:
            return branches[low](*operands)
        from polykeras.ops.comparison import less_equal

        middle = (low + high) // 2
        return cond(less_equal(index, middle), lambda: choose(low, middle), lambda: choose(middle + 1, high))

    return choose(0, len(branches) - 1)


@on_graphs
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Repeat ``loop_vars = body(*loop_vars)`` while ``cond(*loop_vars)`` is true.

    `loop_vars` is a tuple or list, or a single tensor; the result has the same form. Gradients pass; in a compiled step
    a backend may need to know `maximum_iterations` for them, and says so.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import convert_to_tensor

    single = not isinstance(loop_vars, (tuple, list))
    start = tree.map_structure(convert_to_tensor, (loop_vars,) if single else tuple(loop_vars))

    def step(*values: Any) -> tuple[Any, ...]:
        result = body(*values)
        return tuple(result) if isinstance(result, (tuple, list)) else (result,)

    result = _engine(start).while_loop(lambda *v: cast(cond(*v), "bool"), step, start, maximum_iterations)
    return result[0] if single else type(loop_vars)(result)


@on_graphs
def fori_loop(lower: Tensor, upper: Tensor, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """``init_val = body_fun(i, init_val)`` for i from `lower` to `upper` - 1."""
    if isinstance(lower, int) and isinstance(upper, int):
        from polykeras.ops.creation import range_

        indices = range_(lower, upper, 1, "int32")
        return scan(lambda value, i: (body_fun(i, value), None), init_val, indices)[0]
    from polykeras.ops.comparison import less
    from polykeras.ops.conversion import convert_to_tensor
    from polykeras.ops.elementwise import add

    start = (convert_to_tensor(lower, "int32"), init_val)
    return while_loop(lambda i, _: less(i, upper), lambda i, value: (add(i, 1), body_fun(i, value)), start)[1]


@on_graphs
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """``carry, ys``: fold ``carry, y = f(carry, x)`` over the leading axis of the leaves of `xs`, stacking the ys.

    Without `xs`, `f` gets None as x, `length` times. ``reverse=True`` runs from the last x to the first; ys keep the
    order of xs. `unroll` is a hint, and ignored.
    """
    from polykeras.ops.conversion import convert_to_tensor

    init = tree.map_structure(lambda v: v if v is None else convert_to_tensor(v), init)
    if xs is None:
        if length is None:
            raise ArgumentError("scan: give xs, or length.")
        from polykeras.ops.creation import range_

        inner = f
        xs, f = range_(0, length, 1, "int32"), lambda carry, _: inner(carry, None)
    else:
        xs = tree.map_structure(convert_to_tensor, xs)
        sizes = {x.shape[0] for x in tree.flatten(xs)}
        if length is not None:
            sizes.add(length)
        if len(sizes) != 1:
            raise ArgumentError(f"scan: xs (and length) must agree in their leading size, got {sorted(sizes)}.")
        length = sizes.pop()
    carry, ys = _engine(init, xs).scan(f, init, xs, length, reverse)
    return carry, ys


@on_graphs
def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """`f` of each slice of `xs` along the leading axis, one after the other, stacked."""
    return scan(lambda _, x: (None, f(x)), None, xs)[1]


@on_graphs
def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """As `map`, all slices at once where the backend can."""
    from polykeras.ops.conversion import convert_to_tensor

    elements = tree.map_structure(convert_to_tensor, elements)
    return _engine(elements).vectorized_map(function, elements)
