"""Compilation for backends without a compiler: trace a step once, then replay its kernel calls.

A step is called with `Recorded` tensors, which hold real values. Every op on them runs its kernel and appends the call
to a `Program`. That is written out as straight-line Python source, one kernel call a line, and compiled: a replay does
no dispatch, no promotion, no layer calls and no gradient bookkeeping, and drops each value after its last use. Where
tensors are memory that kernels can write into, `layout` decides beforehand where each value goes.

What depends on a value in Python (`if`, `int()`) cannot be recorded; `replay` holds the programs of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from polykeras import tree
from polykeras.backend import Backend
from polykeras.errors import TraceError
from polykeras.interpreters import layout, tape
from polykeras.interpreters.operators import TensorOperators
from polykeras.interpreters.program import Code, Info, Line, Program, Ref
from polykeras.interpreters.storage import Storage
from polykeras.ops import dispatch, registry


class Recorded(TensorOperators):
    """A tensor while a step is being traced: its value now, and its name in the program."""

    __slots__ = ("__weakref__", "name", "owner", "value")

    def __init__(self, value: Any, name: Ref, owner: Recorder) -> None:
        self.value = value
        self.name = name
        self.owner = owner

    @property
    def dtype(self) -> Any:
        """The dtype object of the value."""
        return self.value.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return tuple(self.value.shape)

    def __repr__(self) -> str:
        return f"Recorded({self.name}, shape={self.shape}, dtype={self.dtype})"

    def _no_value(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TraceError(
            "The value of a tensor was asked for while a training step was being traced. "
            "Use ops.cond, ops.where or ops.while_loop in place of Python's `if` and `while` on tensors."
        )

    __bool__ = __int__ = __float__ = __index__ = __array__ = _no_value  # type: ignore[assignment]


class Recorder(Backend):
    """One trace in progress."""

    name = "recorder"
    tensor_types = (Recorded,)
    entries: dict[str, Callable[..., Any]] = {}

    def __init__(self, root: Backend) -> None:
        self._root = root
        self.level = next(tape.levels)
        self.program = Program(root)
        self._memory = root.memory
        self._count = 0
        self._depth = 1
        self.natively = False  # the root's own differentiation is under way
        self.values_stand_in = False  # some values of the trace have the right shape only

    @property
    def root(self) -> Backend:
        """The backend that holds the numbers."""
        return self._root

    def entry_for(self, op: registry.Op) -> Callable[..., Any]:
        """Run the kernel and write it down; a composite that the root does not fuse runs its body."""
        name, body = op.name, op.body
        tensors = [(p.index, p.sequence) for p in op.tensors]

        def run(*args: Any) -> Any:
            recorder = _recorder_of(args, tensors)
            root = recorder._root
            if body is not None and name not in root.overrides:
                return body(*args)
            kernel, values = root.entries[name], values_of(args)
            out = kernel(*values)
            if name in _OF_SHAPE and recorder._memory is not None:
                return out
            kernel, special = root.specialized(kernel, values)
            plain = [v if type(a) in (bool, int, float) else a for a, v in zip(args, special, strict=True)]
            return recorder.emit(kernel, plain, out)

        return run

    # ---- writing the program -----------------------------------------------------------------------------------

    def fresh(self, value: Any, root: str = "") -> Recorded:
        """A new name for `value`, which is a view of the value named `root`, if that is given."""
        self._count += 1
        name = Ref(f"v{self._count}")
        if self._memory is not None:
            shape, dtype = tuple(getattr(value, "shape", ())), getattr(value, "dtype", None)
            self.program.info[name] = Info(shape, dtype, self._memory.is_plain(value), root or name)
        return Recorded(value, name, self)

    def emit(self, function: Callable[..., Any], args: Sequence[Any], out: Any) -> Any:
        """Append ``out = function(*args)``, whose result just now was `out`: a tensor or a flat list or tuple of them."""
        if isinstance(out, (list, tuple)):
            recorded = [self.fresh(o, self._root_of(o, args)) for o in out]
            self._line(function, args, recorded, single=False)
            return type(out)(recorded)
        result = self.fresh(out, self._root_of(out, args))
        self._line(function, args, [result])
        return result

    def _root_of(self, out: Any, args: Sequence[Any]) -> str:
        """The name of the value among `args`, or behind it, whose memory `out` is in; "" if it has its own."""
        if self._memory is not None:
            for a in tree.flatten(list(args)):
                if type(a) is Recorded and a.owner is self and self._memory.shares(out, a.value):
                    return self.program.info[a.name].root
        return ""

    def _line(
        self, function: Callable[..., Any] | None, args: Sequence[Any], targets: Sequence[Recorded] = (), **about: Any
    ) -> None:
        names = tuple(r.name for r in targets)
        self.program.lines.append(Line(function, self._named(tuple(args)), names, depth=self._depth, **about))

    def _named(self, a: Any) -> Any:
        """`a` with names in place of recorded tensors."""
        if type(a) is Recorded and a.owner is self:
            return a.name
        return type(a)(map(self._named, a)) if type(a) in (list, tuple) else a

    @contextmanager
    def _function(self, name: str, parameters: Sequence[str]) -> Iterator[None]:
        self._line(None, (), opens=f"def {name}({', '.join(parameters)}):")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def finish(
        self,
        inputs: Sequence[Recorded],
        outputs: Sequence[Any],
        after: Mapping[str, str],
        storage: Storage | None = None,
    ) -> tuple[Callable[..., Any], list[Any]]:
        """The program as a function from the inputs' values to a list of the outputs' values; and these values now.

        `after` has the names of inputs that the caller hands over, each with the name of the output that replaces it.
        """
        names, results = [r.name for r in inputs], [self._named(o) for o in outputs]
        self.program.drop_unread([r for r in results if type(r) is Ref])
        if storage is None:
            self.program.batch_calls()
            return self.program.function(names, results), values_of(outputs)
        shared = layout.shared_results(self.program, names, results, after)
        now = [storage.memory.copied(v) if i in shared else v for i, v in enumerate(values_of(outputs))]
        return layout.laid_out(self.program, names, results, after, storage), now

    # ---- the engine --------------------------------------------------------------------------------------------

    def convert(self, value: Any, dtype: str) -> Any:
        """Host data are constants of the program."""
        return self._root.convert(value, dtype)

    def to_numpy(self, x: Recorded) -> Any:
        """Refused: the value differs from replay to replay."""
        x._no_value()

    def dtype_name(self, x: Any) -> str:
        """The dtype of the value."""
        return self._root.dtype_name(x.value)

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """The tape over recorded values, so that the program holds the gradients' kernel calls like all others.

        Where the root fuses an op for which the rule table has no row (a convolution, say), its own differentiation
        stands in the program instead: it knows the fused op's gradient, and the tape would follow the op's body.
        """
        root = self._root
        if not root.capabilities.native_gradients:
            return tape.value_and_grad(self, f, has_aux)

        def run(xs: Sequence[Any], *rest: Any) -> Any:
            start = len(self.program.lines)
            try:
                return tape.value_and_grad(self, f, has_aux, fused_only=True)(xs, *rest)
            except tape.NoFusedRule:
                del self.program.lines[start:]
            watched = [self.emit(root.watch, [x], root.watch(*values_of([x]))) for x in xs]
            outer, self.natively = self.natively, True
            try:
                result = f(watched, *rest)
            finally:
                self.natively = outer
            value = result[0] if has_aux else result
            grads = self.emit(root.gradients, [value, watched], root.gradients(*values_of([value, watched])))
            return tree.map_structure(self._released, result), grads

        return run

    def vjp(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """By the tape, over recorded values."""
        return tape.vjp(self, f, xs)

    def custom_gradient(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """The outputs; the tape sees to the gradient, the root's differentiation could not."""
        if self.natively:
            raise TraceError(
                "a custom gradient cannot be recorded beside an op whose gradient only the framework knows; "
                "the step runs as it would uncompiled"
            )
        return f(*xs)[0]

    def _released(self, x: Any) -> Any:
        # Not a plain stop_gradient: inside another differentiation the root keeps its results connected.
        return self.emit(self._root.release, [x], self._root.release(x.value)) if type(x) is Recorded else x

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """Both branches become functions of the program; the root's `cond` calls one of them.

        A tape that follows what they compute comes first, and asks again about the values inside.
        """
        if type(pred) is not Recorded:
            return self._root.cond(pred, true_fn, false_fn)
        taken, other = (true_fn, false_fn) if bool(pred.value) else (false_fn, true_fn)
        names, results = {}, {}
        start = len(self.program.lines)
        for branch in (taken, other):
            names[branch] = self._function_name()
            with self._function(names[branch], ()):
                results[branch] = branch()
                follower = tape.top_of(results[branch])
                if follower is None:
                    self._return(tree.flatten(results[branch]))
            if follower is not None:
                del self.program.lines[start:]
                return follower.cond(pred, true_fn, false_fn)
        leaves, treedef = tree.flatten_with_treedef(results[taken])
        if tree.flatten_with_treedef(results[other])[1] != treedef:
            raise TraceError("The two branches of ops.cond return different structures.")
        out = [self.fresh(values_of([leaf])[0]) for leaf in leaves]
        self._line(self._root.cond, (pred, names[true_fn], names[false_fn]), out, single=False, plain_call=False)
        return tree.unflatten(treedef, out)

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """Condition and body become functions of the program, traced on the starting values.

        A tape that follows what they compute unrolls a loop that has a bound.
        """
        leaves, treedef = tree.flatten_with_treedef(loop_vars)
        start = len(self.program.lines)
        names = {}
        for f in (cond, body):
            names[f] = self._function_name()
            inner = [self.fresh(values_of([leaf])[0]) for leaf in leaves]
            with self._function(names[f], [r.name for r in inner]):
                result = f(*tree.unflatten(treedef, inner))
                follower = tape.top_of(result)
                if follower is None:
                    self._return(tree.flatten(tuple(result) if f is body else result), single=f is cond)
            if follower is not None:
                del self.program.lines[start:]
                return follower.while_loop(cond, body, loop_vars, maximum_iterations)
        # The values before the loop stand in for those after it: to the trace only shapes and dtypes matter.
        self.values_stand_in = True
        out = [self.fresh(values_of([leaf])[0]) for leaf in leaves]
        args = (names[cond], names[body], tuple(leaves), maximum_iterations)
        self._line(self._root.while_loop, args, out, single=False, plain_call=False)
        return tree.unflatten(treedef, out)

    def _function_name(self) -> Code:
        self._count += 1
        return Code(f"f{self._count}")

    def _return(self, leaves: list[Any], single: bool = False) -> None:
        self._line(None, leaves, single=single)


_OF_SHAPE = frozenset({"fill_like"})
"""Ops that read nothing of a tensor but its shape: in a program, where shapes are known, their results are constants."""


def _recorder_of(args: Sequence[Any], tensors: list[tuple[int, bool]]) -> Recorder:
    found = [a.owner for a in args if type(a) is Recorded]
    found += [v.owner for i, sequence in tensors if sequence for v in args[i] if type(v) is Recorded]
    return max(found, key=lambda r: r.level)


def values_of(args: Sequence[Any]) -> list[Any]:
    """The arguments with values in place of recorded tensors."""
    return [
        a.value if type(a) is Recorded else [v.value if type(v) is Recorded else v for v in a] if type(a) is list else a
        for a in args
    ]


dispatch.OWNERS[Recorded] = dispatch.DYNAMIC
registry.attach(object.__new__(Recorder))
