"""Compilation for backends without a compiler: trace a step once, then replay its kernel calls.

A step is called with `Recorded` tensors, which hold real values. Every op on them runs its kernel and appends the call
to a program. The program is written out as straight-line Python source, one kernel call a line, and compiled: a replay
does no dispatch, no promotion, no layer calls and no gradient bookkeeping, and drops each value after its last use.

There is one program per signature (structure, shapes and dtypes of the arguments). What depends on a value in Python
(`if`, `int()`) cannot be recorded: the step then runs eagerly, with one warning.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn

import numpy as np

from polykeras import tree
from polykeras.backend import Backend
from polykeras.errors import TraceError
from polykeras.interpreters import tape
from polykeras.interpreters.operators import TensorOperators
from polykeras.ops import dispatch, registry
from polykeras.scope import backend_scope


class Recorded(TensorOperators):
    """A tensor while a step is being traced: its value now, and its name in the program."""

    __slots__ = ("__weakref__", "name", "owner", "value")

    def __init__(self, value: Any, name: str, owner: Recorder) -> None:
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


class Line(NamedTuple):
    """A line of a program: its source, the names that it reads, and those that it assigns."""

    source: str
    reads: set[str]
    writes: set[str]
    call: tuple[str, tuple[str, ...]] | None = None  # function and arguments, of a call with one result

    @property
    def nested(self) -> bool:
        """Whether it belongs to a function inside the program: a branch, or the body of a loop."""
        return self.source.startswith("        ") or self.source.startswith("    def ")

    def calls(self, function: str | None) -> bool:
        """Whether it is a call of the function of that name."""
        return function is not None and f"= {function}(" in self.source


class Recorder(Backend):
    """One trace in progress."""

    name = "recorder"
    tensor_types = (Recorded,)
    entries: dict[str, Callable[..., Any]] = {}

    def __init__(self, root: Backend) -> None:
        self._root = root
        self.level = next(tape.levels)
        self.lines: list[Line] = []
        self.constants: dict[str, Any] = {}
        self._constant_names: dict[int, str] = {}
        self._count = 0
        self._indent = 1
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
            kernel, values = root.entries[name], _values(args)
            out = kernel(*values)
            kernel, special = root.specialized(kernel, values)
            plain = [v if type(a) in (bool, int, float) else a for a, v in zip(args, special, strict=True)]
            return recorder.emit(kernel, plain, out)

        return run

    # ---- writing the program -----------------------------------------------------------------------------------

    def fresh(self, value: Any) -> Recorded:
        """A new name for `value`."""
        self._count += 1
        return Recorded(value, f"v{self._count}", self)

    def emit(self, function: Callable[..., Any], args: Sequence[Any], out: Any) -> Any:
        """Append ``out = function(*args)``, whose result just now was `out`: a tensor or a flat list or tuple of them."""
        reads: set[str] = set()
        name, expressions = self._constant(function), tuple(self._expression(a, reads) for a in args)
        call = f"{name}({', '.join(expressions)})"
        if isinstance(out, (list, tuple)):
            recorded = [self.fresh(o) for o in out]
            self._assign(recorded, call, reads)
            return type(out)(recorded)
        result = self.fresh(out)
        self._line(f"{result.name} = {call}", reads, {result.name}, (name, expressions))
        return result

    def _assign(self, targets: Sequence[Recorded], call: str, reads: set[str]) -> None:
        names = [r.name for r in targets]
        self._line("".join(f"{n}, " for n in names) + f"= {call}" if names else call, reads, set(names))

    def _line(
        self,
        source: str,
        reads: set[str],
        writes: set[str] | None = None,
        call: tuple[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.lines.append(Line("    " * self._indent + source, reads, writes or set(), call))

    def _constant(self, value: Any) -> str:
        name = self._constant_names.get(id(value))
        if name is None:
            name = self._constant_names[id(value)] = f"c{len(self.constants)}"
            self.constants[name] = value  # also keeps it alive, so that its id stays its own
        return name

    def _expression(self, a: Any, reads: set[str]) -> str:
        if type(a) is Recorded and a.owner is self:
            reads.add(a.name)
            return a.name
        if a is None or type(a) in (bool, int, str) or (type(a) is float and math.isfinite(a)):
            return repr(a)
        if type(a) in (list, tuple):
            inner = "".join(f"{self._expression(v, reads)}, " for v in a)
            return f"[{inner}]" if type(a) is list else f"({inner})"
        return self._constant(a)

    @contextmanager
    def _function(self, name: str, parameters: Sequence[str]) -> Iterator[None]:
        self._line(f"def {name}({', '.join(parameters)}):", set())
        self._indent += 1
        try:
            yield
        finally:
            self._indent -= 1

    def finish(self, inputs: Sequence[Recorded], outputs: Sequence[Any]) -> Callable[..., Any]:
        """The program as a function from the inputs' values to a list of the outputs' values."""
        parameters = [r.name for r in inputs]
        reads: set[str] = set()
        result = ", ".join(self._expression(o, reads) for o in outputs)
        self._drop_unread(reads)
        self._batch_calls()
        source = [f"def program({', '.join(parameters)}):", *self._with_deletions(reads), f"    return [{result}]"]
        space = dict(self.constants)
        exec(compile("\n".join(source), "<recorded step>", "exec"), space)
        program: Callable[..., Any] = space["program"]
        return program

    def _drop_unread(self, kept: set[str]) -> None:
        """Leave out lines that do not lead to the names in `kept`, nor to what nested functions read.

        Kernels have no effects. The root's `gradients` has one: it ends what its `watch` began.
        """
        gradients = self._constant_names.get(id(getattr(self._root, "gradients", None)))
        needed = set(kept).union(*(line.reads for line in self.lines if line.nested))
        lines: list[Line] = []
        for line in reversed(self.lines):
            if not line.writes or line.nested or line.writes & needed or line.calls(gradients):
                needed |= line.reads
                lines.append(line)
        self.lines = lines[::-1]

    def _batch_calls(self) -> None:
        """Join calls of one kernel that do not depend on each other, where the root has a kernel for lists.

        Calls are put in the order of the longest chain that leads to each; those of equal length can't depend on each
        other. What the root's own differentiation follows stays as it is: it must see single calls.
        """
        batched = {
            self._constant_names[id(k)]: many for k, many in self._root.batched.items() if id(k) in self._constant_names
        }
        gradients = self._constant_names.get(id(self._root.gradients))
        start = max((i + 1 for i, line in enumerate(self.lines) if line.calls(gradients)), default=None)
        start = start or 0
        if not batched or any(line.nested for line in self.lines[start:]):
            return
        chain: dict[str, int] = {}
        groups: dict[tuple[Any, ...], list[Line]] = {}
        for i, line in enumerate(self.lines[start:]):
            length = 1 + max((chain.get(name, 0) for name in line.reads), default=0)
            chain.update(dict.fromkeys(line.writes, length))
            joinable = line.call is not None and line.call[0] in batched
            groups.setdefault((length, line.call[0] if joinable else i), []).append(line)  # type: ignore[index]
        del self.lines[start:]
        for (_, function), lines in sorted(groups.items(), key=lambda item: item[0][0]):
            if len(lines) == 1:
                self.lines += lines
                continue
            columns = zip(*(line.call[1] for line in lines if line.call), strict=True)
            arguments = ", ".join(f"[{', '.join(column)}]" for column in columns)
            targets = ", ".join(name for line in lines for name in line.writes)
            reads, writes = (set().union(*(getattr(line, part) for line in lines)) for part in ("reads", "writes"))
            self._line(f"{targets} = {self._constant(batched[function])}({arguments})", reads, writes)

    def _with_deletions(self, kept: set[str]) -> list[str]:
        """The lines, each followed by `del` of the names that it reads last. Names that nested functions read stay."""
        seen = set(kept).union(*(line.reads for line in self.lines if line.nested))
        lines: list[str] = []
        for line in reversed(self.lines):
            dead = sorted(name for name in line.reads | line.writes if name not in seen)
            if dead and not line.nested:
                lines.append(f"    del {', '.join(dead)}")
            seen.update(dead)
            lines.append(line.source)
        return lines[::-1]

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
            start = len(self.lines)
            try:
                return tape.value_and_grad(self, f, has_aux, fused_only=True)(xs, *rest)
            except tape.NoFusedRule:
                del self.lines[start:]
            watched = [self.emit(root.watch, [x], root.watch(*_values([x]))) for x in xs]
            outer, self.natively = self.natively, True
            try:
                result = f(watched, *rest)
            finally:
                self.natively = outer
            value = result[0] if has_aux else result
            grads = self.emit(root.gradients, [value, watched], root.gradients(*_values([value, watched])))
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
        start = len(self.lines)
        for branch in (taken, other):
            names[branch] = self._constantless_name()
            with self._function(names[branch], ()):
                results[branch] = branch()
                follower = tape.top_of(results[branch])
                if follower is None:
                    self._return(tree.flatten(results[branch]))
            if follower is not None:
                del self.lines[start:]
                return follower.cond(pred, true_fn, false_fn)
        leaves, treedef = tree.flatten_with_treedef(results[taken])
        if tree.flatten_with_treedef(results[other])[1] != treedef:
            raise TraceError("The two branches of ops.cond return different structures.")
        out = [self.fresh(_values([leaf])[0]) for leaf in leaves]
        call = f"{self._constant(self._root.cond)}({pred.name}, {names[true_fn]}, {names[false_fn]})"
        self._assign(out, call, {pred.name})
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
        start = len(self.lines)
        names = {}
        for f in (cond, body):
            names[f] = self._constantless_name()
            inner = [self.fresh(_values([leaf])[0]) for leaf in leaves]
            with self._function(names[f], [r.name for r in inner]):
                result = f(*tree.unflatten(treedef, inner))
                follower = tape.top_of(result)
                if follower is None:
                    self._return(tree.flatten(tuple(result) if f is body else result), single=f is cond)
            if follower is not None:
                del self.lines[start:]
                return follower.while_loop(cond, body, loop_vars, maximum_iterations)
        reads: set[str] = set()
        first = self._expression(tuple(leaves), reads)
        # The values before the loop stand in for those after it: to the trace only shapes and dtypes matter.
        self.values_stand_in = True
        out = [self.fresh(_values([leaf])[0]) for leaf in leaves]
        call = f"{self._constant(self._root.while_loop)}({names[cond]}, {names[body]}, {first}, {maximum_iterations})"
        self._assign(out, call, reads)
        return tree.unflatten(treedef, out)

    def _constantless_name(self) -> str:
        self._count += 1
        return f"f{self._count}"

    def _return(self, leaves: list[Any], single: bool = False) -> None:
        reads: set[str] = set()
        result = self._expression(leaves[0] if single else tuple(leaves), reads)
        self._line(f"return {result}", reads)


def _recorder_of(args: Sequence[Any], tensors: list[tuple[int, bool]]) -> Recorder:
    found = [a.owner for a in args if type(a) is Recorded]
    found += [v.owner for i, sequence in tensors if sequence for v in args[i] if type(v) is Recorded]
    return max(found, key=lambda r: r.level)


def _values(args: Sequence[Any]) -> list[Any]:
    return [
        a.value if type(a) is Recorded else [v.value if type(v) is Recorded else v for v in a] if type(a) is list else a
        for a in args
    ]


class RecordedFunction:
    """A step with its programs, one per signature."""

    def __init__(self, backend: Backend, step: Callable[..., Any], donate: Sequence[int] = ()) -> None:
        self.backend = backend
        self.step = step
        self.donate = tuple(donate)
        self.programs: dict[Any, tuple[Callable[..., Any], list[int], Any]] = {}
        self.eager = False  # the step turned out not to be traceable

    def __call__(self, *args: Any) -> Any:
        if self.eager:
            return self._run_eagerly(args)
        # Donated arguments, a model's state, have the same structure, shapes and dtypes at every call: they need not be
        # looked at to find the program.
        given, given_treedef = tree.flatten_with_treedef([args[i] for i in self.donate])
        leaves, treedef = tree.flatten_with_treedef([a for i, a in enumerate(args) if i not in self.donate])
        if not self.backend.host_native:
            leaves = [self._as_tensor(x) for x in leaves]
        signature = (treedef, *[(x.shape, x.dtype) if hasattr(x, "shape") else x for x in leaves])
        try:
            known = self.programs.get(signature)
        except TypeError:  # an unhashable leaf
            return self._run_eagerly(args)
        leaves = given + leaves
        if known is None:
            if any(type(x) in (tape.Box, Recorded) for x in leaves):  # part of a larger trace or differentiation
                return self.step(*args)
            return self._trace(signature, leaves, given_treedef, treedef)
        program, positions, out_treedef = known
        return tree.unflatten(out_treedef, program(*[leaves[i] for i in positions]))

    def _as_tensor(self, x: Any) -> Any:
        """A batch may come as ndarrays, which kernels need not take."""
        return self.backend.convert(x, x.dtype.name) if type(x) is np.ndarray else x

    def _run_eagerly(self, args: Sequence[Any]) -> Any:
        with backend_scope(self.backend):
            return self.step(*args)

    def _trace(self, signature: Any, leaves: list[Any], given_treedef: Any, treedef: Any) -> Any:
        recorder = Recorder(self.backend)
        positions = [i for i, x in enumerate(leaves) if hasattr(x, "shape")]
        inputs = {i: recorder.fresh(leaves[i]) for i in positions}
        try:
            with backend_scope(self.backend):
                traced = [inputs.get(i, x) for i, x in enumerate(leaves)]
                result = self.step(*self._arguments(traced, given_treedef, treedef))
        except TraceError as error:
            self.eager = True
            warnings.warn(f"This step runs eagerly, because it cannot be traced: {error}", RuntimeWarning, stacklevel=3)
            return self._run_eagerly(self._arguments(leaves, given_treedef, treedef))
        outputs, out_treedef = tree.flatten_with_treedef(result)
        program = recorder.finish(list(inputs.values()), outputs)
        self.programs[signature] = (program, positions, out_treedef)
        results = program(*[leaves[i] for i in positions]) if recorder.values_stand_in else _values(outputs)
        return tree.unflatten(out_treedef, results)

    def _arguments(self, leaves: list[Any], given_treedef: Any, treedef: Any) -> list[Any]:
        """The step's arguments in their order, from the leaves of the donated and of the other ones."""
        count = given_treedef.num_leaves
        given = iter(tree.unflatten(given_treedef, leaves[:count]))
        rest = iter(tree.unflatten(treedef, leaves[count:]))
        total = len(self.donate) + treedef.num_children
        return [next(given) if i in self.donate else next(rest) for i in range(total)]


def compile_step(backend: Backend, step: Callable[..., Any], donate: Sequence[int] = ()) -> RecordedFunction:
    """See `polykeras.backend.Backend.compile`."""
    return RecordedFunction(backend, step, donate)


dispatch.OWNERS[Recorded] = dispatch.DYNAMIC
registry.attach(object.__new__(Recorder))
