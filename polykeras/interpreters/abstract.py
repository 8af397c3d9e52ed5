"""The symbolic backend: tensors with a shape and a dtype and no values.

Its kernels are the shape rules of the primitives, so running anything on it (an op, a composite, a user's layer) is
shape inference. Sizes are always known here; `infer` makes unknown ones from two runs with different probe sizes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from polykeras import dtypes, tree
from polykeras.backend import Backend, Capabilities
from polykeras.errors import PolykerasError, TraceError
from polykeras.interpreters.operators import TensorOperators
from polykeras.ops import dispatch, registry
from polykeras.scope import backend_scope, local

# Two sizes for what is unknown: a dimension that differs between the two runs depends on an unknown one. They divide by
# all small numbers, so that a reshape that splits an unknown axis works.
PROBES = (2520, 5040)


class AbstractTensor(TensorOperators):
    """A shape and a dtype."""

    __slots__ = ("__weakref__", "dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: str) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype

    @property
    def owner(self) -> Backend:
        """The symbolic backend."""
        return SYMBOLIC

    def __repr__(self) -> str:
        return f"AbstractTensor(shape={self.shape}, dtype={self.dtype})"

    def _no_value(self) -> NoReturn:
        raise TraceError(
            "The value of a tensor was asked for during shape inference, where tensors have only shapes. "
            "Use ops.cond, ops.where or ops.while_loop in place of Python's `if` and `while` on tensors."
        )

    def __bool__(self) -> bool:
        self._no_value()

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        self._no_value()

    __int__ = __float__ = __index__ = __bool__  # type: ignore[assignment]


class Symbolic(Backend):
    """The backend whose tensors are `AbstractTensor`."""

    name = "symbolic"
    tensor_types = (AbstractTensor,)
    dtypes = {d: d for d in dtypes.ALL}
    capabilities = Capabilities()
    level = 1 << 60
    absorbs = True

    def __init__(self) -> None:
        self.entries = {}

    def entry_for(self, op: Any) -> Callable[..., Any] | None:
        """The shape rule of a primitive, the body of a composite."""
        return _rule(op) if op.primitive else op.body

    def convert(self, value: Any, dtype: str) -> AbstractTensor:
        """The shape of host data."""
        import numpy as np

        return AbstractTensor(np.shape(value), dtype)

    def to_numpy(self, x: Any) -> Any:
        """Refused: there is nothing to look at."""
        x._no_value()

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """Both branches run; they must agree in structure, so one result stands for both."""
        result = true_fn()
        false_fn()
        return tree.map_structure(abstract, result)

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """The body runs once."""
        cond(*loop_vars)
        return tuple(body(*loop_vars))

    def scan(self, f: Callable[..., Any], init: Any, xs: Any, length: int, reverse: bool = False) -> Any:
        """One step runs; its output gets a leading axis."""
        x = tree.map_structure(lambda leaf: AbstractTensor(tuple(leaf.shape)[1:], abstract(leaf).dtype), xs)
        carry, y = f(init, x)
        return tree.map_structure(abstract, carry), _stacked(y, length)

    def vectorized_map(self, f: Callable[[Any], Any], xs: Any) -> Any:
        """One call runs; its output gets a leading axis."""
        length = tree.flatten(xs)[0].shape[0]
        y = f(tree.map_structure(lambda leaf: AbstractTensor(tuple(leaf.shape)[1:], abstract(leaf).dtype), xs))
        return _stacked(y, length)

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """Gradients are shaped like the arguments."""
        return lambda xs, *rest: (f(xs, *rest), [abstract(x) for x in xs])

    def vjp(self, f: Callable[..., Any], xs: Any) -> Any:
        """Gradients are shaped like the arguments."""
        return f(*xs), lambda cotangents: [abstract(x) for x in xs]

    def jvp(self, f: Callable[..., Any], xs: Any, tangents: Any) -> Any:
        """Tangents are shaped like the results."""
        result = f(*xs)
        return result, [abstract(y) for y in tree.flatten(result)]

    def compile(self, step: Callable[..., Any], **options: Any) -> Callable[..., Any]:
        """Nothing to make faster."""
        return step


def _stacked(results: Any, length: int) -> Any:
    """A tree of results with a new leading axis; None stays None."""

    def stacked(leaf: Any) -> Any:
        return None if leaf is None else AbstractTensor((length, *leaf.shape), leaf.dtype)

    return tree.map_structure(stacked, abstract_tree(results))


def _rule(op: Any) -> Callable[..., Any]:
    tensors = [(p.index, p.sequence) for p in op.tensors]

    def run(*args: Any) -> Any:
        values = list(args)
        for index, sequence in tensors:
            value = values[index]
            values[index] = [abstract(v) for v in value] if sequence else abstract(value)
        try:
            return op.shape(*values)
        except PolykerasError as error:
            if not str(error).startswith(op.name):
                error.args = (f"{op.name}: {error}",)
            raise

    return run


def abstract(x: Any) -> Any:
    """Shape and dtype of a tensor of any backend; None stays None."""
    if x is None or type(x) is AbstractTensor:
        return x
    owner = dispatch.owner_of(x)
    if owner is dispatch.VARIABLE:
        return AbstractTensor(tuple(x.shape), x.dtype)
    if owner is dispatch.HOST:
        import numpy as np

        return AbstractTensor(np.shape(x), dtypes.strong(dispatch.weak_dtype_of(x)))
    return AbstractTensor(owner.shape(x), owner.dtype_name(x))


def abstract_tree(xs: Any) -> Any:
    """`abstract` over the leaves of a tree."""
    return tree.map_structure(abstract, xs)


def check(op: Any, args: tuple[Any, ...]) -> None:
    """Run the op's shape rule, or its body, on the shapes of arguments of any backend; raises what that raises."""
    values = list(args)
    for p in op.tensors:
        value = values[p.index]
        values[p.index] = [abstract(v) for v in value] if p.sequence else abstract(value)
    with backend_scope(SYMBOLIC):
        SYMBOLIC.entries[op.name](*values)


def infer(f: Callable[..., Any], *args: Any, probes: tuple[int, int] = PROBES, **kwargs: Any) -> Any:
    """The tree of abstract results of ``f(*args, **kwargs)``, where dimensions that can't be known are None.

    Leaves of the arguments with ``.shape`` and ``.dtype`` become abstract tensors; a None in a shape is filled with a
    probe size, and `f` is run twice if there is one.
    """

    from polykeras.variable import StatelessScope, storage_backend

    def run(probe: int) -> Any:
        def fill(x: Any) -> Any:
            if not hasattr(x, "shape") or not hasattr(x, "dtype"):
                return x
            return AbstractTensor(tuple(probe if d is None else d for d in x.shape), dtypes.standardize(x.dtype))

        filled_args, filled_kwargs = tree.map_structure(fill, (args, kwargs))
        previous = local.storage
        local.storage = storage_backend()
        try:
            with backend_scope(SYMBOLIC), StatelessScope():
                return abstract_tree(f(*filled_args, **filled_kwargs))
        finally:
            local.storage = previous

    unknown = any(d is None for x in tree.flatten((args, kwargs)) for d in getattr(x, "shape", ()))
    first = run(probes[0])
    if not unknown:
        return first
    second = run(probes[1])

    def merge(a: Any, b: Any) -> Any:
        if a is None:
            return None
        return AbstractTensor(tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)), a.dtype)  # type: ignore[misc]

    return tree.map_structure(merge, first, second)


def infer_matching(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """As `infer`; where `f` refuses unknown sizes, with as few as possible of them taken to be sizes that are known.

    What is added to ``(3, 4)``, say, has four columns, or one: then ``(None, None)`` does not move what is known.
    Raises what `infer` raises if nothing fits.
    """
    try:
        return infer(f, *args, **kwargs)
    except PolykerasError:
        for guess in _guesses((args, kwargs)):
            try:
                return infer(f, *guess[0], **guess[1])
            except PolykerasError:
                continue
        raise


def _guesses(arguments: Any) -> Iterator[Any]:
    """The arguments with some of their unknown sizes replaced by known ones, the fewest first; not without end."""
    leaves, treedef = tree.flatten_with_treedef(arguments)
    tensors = [x for x in leaves if hasattr(x, "shape") and hasattr(x, "dtype")]
    known = {d: None for x in tensors for d in x.shape if d is not None} | {1: None}
    places = [(id(x), axis) for x in tensors for axis, d in enumerate(x.shape) if d is None]
    combinations = (
        dict(zip(chosen, sizes, strict=True))
        for count in range(1, len(places) + 1)
        for chosen in itertools.combinations(places, count)
        for sizes in itertools.product(known, repeat=count)
    )
    for guess in itertools.islice(combinations, 500):
        filled = [
            AbstractTensor(tuple(guess.get((id(x), i), d) for i, d in enumerate(x.shape)), x.dtype)  # type: ignore[misc]
            if hasattr(x, "shape") and hasattr(x, "dtype")
            else x
            for x in leaves
        ]
        yield tree.unflatten(treedef, filled)


SYMBOLIC = Symbolic()
dispatch.OWNERS[AbstractTensor] = SYMBOLIC
registry.attach(SYMBOLIC)
