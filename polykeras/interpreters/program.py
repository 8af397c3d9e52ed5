"""Programs: straight-line Python source, one kernel call a line, compiled when it is complete."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from polykeras.backend import Backend


class Ref(str):
    """The name of a value, as an argument of a call."""

    __slots__ = ()


class Code(str):
    """Source that is an argument as it stands: the name of a function of the program."""

    __slots__ = ()


class Keyword(NamedTuple):
    """An argument that is given by name."""

    name: str
    value: Any


@dataclass(frozen=True)
class Info:
    """What is known of a value: it has these in every replay."""

    shape: tuple[int, ...]
    dtype: Any
    plain: bool  # laid out as a new buffer of its shape would be
    root: str  # the value whose memory it is a view of: its own name if it has memory of its own


@dataclass(eq=False)
class Line:
    """A line of a program: a call, or with ``opens`` the head of a function, or without a function a ``return``."""

    function: Callable[..., Any] | None
    args: tuple[Any, ...]
    targets: tuple[str, ...] = ()
    single: bool = True  # whether the result is one value, not a sequence of them
    depth: int = 1  # 2 inside of a function of the program: a branch, or the body of a loop
    opens: str = ""
    plain_call: bool = True  # False: calls functions of the program
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.reads = frozenset(_refs(self.args))

    @property
    def nested(self) -> bool:
        """Whether it belongs to a function inside the program."""
        return self.depth > 1 or bool(self.opens)


def _refs(arg: Any) -> Iterable[str]:
    if type(arg) is Ref:
        yield arg
    elif isinstance(arg, (list, tuple)):
        for part in arg:
            yield from _refs(part)


class Program:
    """The lines of a trace, the constants that they mention, and what is known of the values."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.lines: list[Line] = []
        self.info: dict[str, Info] = {}
        self.constants: dict[str, Any] = {}
        self._constant_names: dict[int, str] = {}

    # ---- source ------------------------------------------------------------------------------------------------

    def constant(self, value: Any) -> str:
        """The name under which the source finds `value`."""
        name = self._constant_names.get(id(value))
        if name is None:
            name = self._constant_names[id(value)] = f"c{len(self.constants)}"
            self.constants[name] = value  # also keeps it alive, so that its id stays its own
        return name

    def expression(self, arg: Any) -> str:
        """An argument as source."""
        if type(arg) in (Ref, Code):
            return str(arg)
        if type(arg) is Keyword:
            return f"{arg.name}={self.expression(arg.value)}"
        if arg is None or type(arg) in (bool, int, str) or (type(arg) is float and math.isfinite(arg)):
            return repr(arg)
        if type(arg) in (list, tuple):
            inner = "".join(f"{self.expression(v)}, " for v in arg)
            return f"[{inner}]" if type(arg) is list else f"({inner})"
        return self.constant(arg)

    def call(self, function: Callable[..., Any], args: Iterable[Any]) -> str:
        """A call as source."""
        return f"{self.constant(function)}({', '.join(map(self.expression, args))})"

    def source_of(self, line: Line) -> str:
        """A line as source."""
        indent = "    " * line.depth
        if line.opens:
            return f"{indent}{line.opens}"
        if line.function is None:
            return f"{indent}return {self.expression(line.args[0] if line.single else line.args)}"
        call = self.call(line.function, line.args)
        if not line.targets:
            return f"{indent}{call}"
        return f"{indent}{', '.join(line.targets)}{'' if line.single else ','} = {call}"

    def compiled(self, name: str, source: Sequence[str], **names: Any) -> Any:
        """What the source defines under `name`. `names` are known to it beside the constants."""
        space = {**self.constants, **names}
        exec(compile("\n".join(source), "<recorded step>", "exec"), space)
        return space[name]

    def function(self, inputs: Sequence[str], outputs: Sequence[Any]) -> Callable[..., Any]:
        """The program as a function from the inputs' values to a list of the outputs'."""
        result = self.expression(list(outputs))
        lines = self.with_deletions(frozenset(_refs(tuple(outputs))))
        source = [f"def program({', '.join(inputs)}):", *lines, f"    return {result}"]
        return self.compiled("program", source)  # type: ignore[no-any-return]

    def with_deletions(self, kept: Iterable[str], source_of: Callable[[Line], str | None] | None = None) -> list[str]:
        """The lines, each followed by `del` of the names that it reads last. Names that nested functions read stay."""
        source_of = source_of or self.source_of
        seen = set(kept).union(*(line.reads for line in self.lines if line.nested))
        lines: list[str] = []
        for line in reversed(self.lines):
            dead = sorted(name for name in line.reads.union(line.targets) if name not in seen)
            if dead and not line.nested:
                lines.append(f"    del {', '.join(dead)}")
            seen.update(dead)
            source = source_of(line)
            if source is not None:
                lines.append(source)
        return lines[::-1]

    # ---- passes ------------------------------------------------------------------------------------------------

    def nested_reads(self) -> set[str]:
        """What functions inside the program read: it must be there when they are called."""
        return set().union(*(line.reads for line in self.lines if line.nested))

    def drop_unread(self, kept: Iterable[str]) -> None:
        """Leave out lines that do not lead to the names in `kept`, nor to what nested functions read.

        Kernels have no effects. The backend's `gradients` has one: it ends what its `watch` began.
        """
        needed = set(kept) | self.nested_reads()
        lines: list[Line] = []
        for line in reversed(self.lines):
            wanted = not line.targets or line.nested or not needed.isdisjoint(line.targets)
            if wanted or line.function == self.backend.gradients:
                needed |= line.reads
                lines.append(line)
        self.lines = lines[::-1]

    def batch_calls(self) -> None:
        """Join calls of one kernel that do not depend on each other, where the backend has a kernel for lists.

        Calls are put in the order of the longest chain that leads to each; those of equal length can't depend on each
        other. Those that lead to nothing but their like and results, an optimizer's above all, come last: there, chains
        are as long for one weight as for another, however early its gradient was known. What the backend's own
        differentiation follows stays as it is: it must see single calls.
        """
        batched, gradients = self.backend.batched, self.backend.gradients
        start = max((i + 1 for i, line in enumerate(self.lines) if line.function == gradients), default=0)
        if not batched or any(line.nested for line in self.lines[start:]):
            return
        last, read_before = set(), set[str]()
        for line in reversed(self.lines[start:]):
            if line.single and line.function in batched and read_before.isdisjoint(line.targets):
                last.add(line)
            else:
                read_before |= line.reads
        chains: tuple[dict[str, int], dict[str, int]] = ({}, {})
        groups: dict[tuple[Any, ...], list[Line]] = {}
        for i, line in enumerate(self.lines[start:]):
            chain = chains[line in last]
            length = 1 + max((chain.get(name, 0) for name in line.reads), default=0)
            chain.update(dict.fromkeys(line.targets, length))
            joinable = line.single and line.function in batched
            groups.setdefault((line in last, length, line.function if joinable else i), []).append(line)
        del self.lines[start:]
        for (_, _, function), lines in sorted(groups.items(), key=lambda item: item[0][:2]):
            if len(lines) == 1:
                self.lines += lines
                continue
            columns = tuple(list(column) for column in zip(*(line.args for line in lines), strict=True))
            targets = tuple(name for line in lines for name in line.targets)
            self.lines.append(Line(batched[function], columns, targets, single=False))
