"""Where the values of a recorded program go: a place in memory for each, decided once.

Kernels write into blocks that are used again as soon as nobody reads what is in them (the liveness of a compiler's
register allocation); views of blocks are made once. The updates that `lanes` finds come last, in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polykeras.interpreters.lanes import Update, take_updates
from polykeras.interpreters.program import Line, Program, Ref
from polykeras.interpreters.storage import Flat, HeldState, Storage


def laid_out(
    program: Program, inputs: Sequence[str], results: Sequence[Any], after: Mapping[str, str], storage: Storage
) -> Callable[..., Any]:
    """The program as a function of the inputs' values that computes in memory of its own.

    Args:
        inputs, results: names; a result may also be a constant.
        after: from inputs that are state, handed over by the caller, to the names of the results that replace them.
        storage: what the program shares with others.
    """
    return _Layout(program, inputs, results, after, storage).function()


def shared_results(
    program: Program, inputs: Sequence[str], results: Sequence[Any], after: Mapping[str, str]
) -> set[int]:
    """Which results others may change, or see change, unless they are copied: constants, and views of inputs."""
    found, known = set(), set(inputs)
    for i, r in enumerate(results):
        if type(r) is not Ref:
            shared = bool(getattr(r, "shape", ()))
        else:
            shared = program.info[r].root in known and after.get(r) != r
        if shared:
            found.add(i)
    return found


class _Layout:
    def __init__(
        self,
        program: Program,
        inputs: Sequence[str],
        results: Sequence[Any],
        after: Mapping[str, str],
        storage: Storage,
    ) -> None:
        memory = program.backend.memory
        assert memory is not None
        self.program, self.info, self.memory, self.storage = program, program.info, memory, storage
        self.inputs, self.results, self.after = inputs, results, after
        self.updates = take_updates(program, results, after)
        self.replaced = {  # from new values to the inputs that hold them in the end
            lane.lines[i].targets[0]: lane.slots[slot]
            for update in self.updates
            for lane in update.lanes
            for slot, i in lane.replaced.items()
        }
        self._placed, self._piece, self._copied = map(program.constant, (memory.placed, memory.piece, memory.copied))
        self.sizes: list[int] = []  # of blocks
        self.making: list[str] = []  # source that makes the tensors of a space
        self.space: dict[str, None] = {}  # the names of these
        self.writing: dict[Line, tuple[Any, Sequence[Any]]] = {}
        self._find_writable()
        self.buffers = [self._lay_out_slots(i, update) for i, update in enumerate(self.updates)]
        self._place()

    # ---- what can be written where -----------------------------------------------------------------------------

    def _find_writable(self) -> None:
        """The lines whose results may go into blocks, with the calls that write them there."""
        pinned = self.program.nested_reads().union(*(x.reads for x in self.program.lines if not x.plain_call))
        pinned |= {self.info[r].root for r in self.results if type(r) is Ref}
        pinned |= {self.info[name].root for name in pinned if name in self.info}
        for line in self.program.lines:
            if line.nested or not line.single or not line.plain_call or line.function is None:
                continue
            name = line.targets[0]
            info = self.info[name]
            if info.root == name and info.plain and name not in pinned and info.shape and 0 not in info.shape:
                call = self.memory.into(line.function, line.args, Ref(name), info.dtype)
                if call is not None:
                    self.writing[line] = call

    def _block(self, size: int) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def _constant(self, value: Any) -> str:
        return self.program.constant(value)

    def _make(self, name: str, source: str) -> None:
        self.making.append(f"    {name} = {source}")
        self.space[name] = None

    def _make_placed(self, name: str, block: int, shape: tuple[int, ...], dtype: Any) -> None:
        place = f"{self._placed}(blocks[{block}], {shape!r}, {self._constant(dtype)})"
        self._make(name, place)

    # ---- updates -----------------------------------------------------------------------------------------------

    def _lay_out_slots(self, number: int, update: Update) -> list[Flat]:
        """Flat buffers for what an update reads; what it replaces is laid out by what this returns."""
        writers = {line.targets[0]: line for line in self.writing}
        shapes = [lane.shape for lane in update.lanes]
        flat = Flat(self.memory, shapes, update.dtype)
        size = self.memory.size((), update.dtype)
        pieces = []
        for slot in update.read:
            buffer = f"r{number}_{slot}"
            self._make_placed(buffer, self._block(flat.count * size), (flat.count,), update.dtype)
            self.making.append(f"    {buffer}[...] = 0")
            for lane, start in zip(update.lanes, flat.starts):
                name = lane.slots[slot]
                if name in writers and name not in self.space and self.info[name].dtype == update.dtype:
                    place = name
                else:
                    place = f"{buffer}_{start}"
                    self.program.lines.append(Line(self.memory.copy, (Ref(place), Ref(name))))
                self._make(place, f"{self._piece}({buffer}, {start}, {lane.shape!r})")
            pieces.append(f"{self._constant(flat.chunks)}({buffer})")
        for spare in range(update.spares):
            buffer = f"t{number}_{spare}"
            count = min(flat.chunk, flat.count)
            self._make_placed(buffer, self._block(count * size), (count,), update.dtype)
            ends = f"range({flat.count}, 0, {-flat.chunk})"
            pieces.append(f"[{buffer}[:min(n, {flat.chunk})] for n in {ends}]")
        self._make(f"u{number}", f"list(zip({', '.join(pieces)}))")
        return [flat for _ in update.replaced]

    def _update(self, number: int, update: Update) -> list[str]:
        """The source of an update."""
        held = [("slot", i) for i in update.replaced]
        own = [("slot", i) for i in update.read] + [("spare", i) for i in range(update.spares)]
        names = {(kind, i): f"{'st'[kind == 'spare']}{i}" for kind, i in held + own}
        left, right = ("".join(f"{names[p]}, " for p in places) for places in (held, own))
        loop = f"for ({left}), ({right}) in zip(h{number}, u{number}):" if own else f"for ({left}) in h{number}:"
        source = [f"    {loop}"]
        for function, args, target in update.steps:
            out = Ref(names[target])
            given = [a if kind == "scalar" else Ref(names[kind, a]) for kind, a in args]
            if function is None:
                call = self.program.call(self.memory.copy, [out, *given])
            else:
                written = self.memory.into(function, given, out, update.dtype)
                assert written is not None  # elementwise calls can be written anywhere
                call = self.program.call(*written)
            source.append(f"        {call}")
        return source

    # ---- blocks ------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Give each result that can be written a block that is free at that time; make views of blocks once."""
        lines = self.program.lines
        last = {self.info[name].root: i for i, line in enumerate(lines) for name in line.reads if name in self.info}
        for update in self.updates:  # scalars, which it reads at the end
            for _, args, _ in update.steps:
                last.update({self.info[a].root: len(lines) for kind, a in args if kind == "scalar" and type(a) is Ref})
        free: list[int] = []
        block_of: dict[str, int] = {}

        def release(root: str) -> None:
            if root in block_of:
                free.append(block_of.pop(root))

        for i, line in enumerate(lines):
            ending = {self.info[name].root for name in line.reads if name in self.info}
            ending = {root for root in ending if last[root] == i}
            if line in self.writing:
                name = line.targets[0]
                if name not in self.space:
                    info = self.info[name]
                    if line.function and self.memory.elementwise(line.function):  # the result may replace an argument
                        for a in ending & line.reads:
                            if (self.info[a].shape, self.info[a].dtype) == (info.shape, info.dtype):
                                release(a)
                    size = self.memory.size(info.shape, info.dtype)
                    block_of[name] = self._choose(free, size)
                    self._make_placed(name, block_of[name], info.shape, info.dtype)
            elif self._is_view(line):
                self._make(line.targets[0], self.program.call(line.function, line.args))  # type: ignore[arg-type]
                self.writing[line] = (None, ())
            for root in ending:
                release(root)

    def _choose(self, free: list[int], size: int) -> int:
        """Of the free blocks the one used last that is large enough and not far too large; else the largest, grown."""
        fitting = [b for b in free if size <= self.sizes[b] <= 4 * size + 1024]
        if not fitting and not free:
            return self._block(size)
        block = fitting[-1] if fitting else max(free, key=self.sizes.__getitem__)
        free.remove(block)
        self.sizes[block] = max(self.sizes[block], size)
        return block

    def _is_view(self, line: Line) -> bool:
        """Whether the result is a view of a block, so that it is the same at every replay."""
        if line.nested or not line.single or not line.plain_call or line.function is None or not line.targets:
            return False
        name = line.targets[0]
        root = self.info[name].root
        return root != name and root in self.space and all(a in self.space for a in line.reads)

    # ---- source ------------------------------------------------------------------------------------------------

    def function(self) -> Callable[..., Any]:
        """The program, compiled."""
        program, storage = self.program, self.storage
        lines = self._prologue()
        scalars = [a for u in self.updates for _, args, _ in u.steps for kind, a in args if kind == "scalar"]
        kept = {*self.space, *(self.replaced.get(r, r) for r in self.results if type(r) is Ref)}
        kept |= {str(a) for a in scalars if type(a) is Ref}
        kept |= {name for names in self._held() for name in names}
        lines += program.with_deletions(kept, self._line)
        for number, update in enumerate(self.updates):
            lines += self._update(number, update)
        if self.space:
            lines.append("    arenas.append(arena)")
        shared = shared_results(program, self.inputs, self.results, self.after)
        lines.append(f"    return [{', '.join(self._result(r, i in shared) for i, r in enumerate(self.results))}]")
        making = ["def make(arena):", f"    blocks = arena.with_sizes({self.sizes!r})", *self.making]
        making.append(f"    return ({''.join(f'{name}, ' for name in self.space)})")
        head = f"def program({', '.join(self.inputs)}):"
        names = {"arenas": storage.arenas, "new_arena": storage.new_arena, "state": self._state()}
        compiled: Callable[..., Any] = program.compiled("program", [*making, head, *lines], **names)
        return compiled

    def _line(self, line: Line) -> str | None:
        call = self.writing.get(line)
        if call is None:
            return self.program.source_of(line)
        return f"    {self.program.call(*call)}" if call[0] is not None else None

    def _held(self) -> list[list[str]]:
        """The names of state by update and slot, one after the other."""
        return [[lane.slots[slot] for lane in u.lanes] for u in self.updates for slot in u.replaced]

    def _state(self) -> HeldState | None:
        if not self.updates:
            return None
        positions = {name: i for i, name in enumerate(self.inputs)}
        key = tuple(tuple(positions[name] for name in names) for names in self._held())
        return self.storage.state(key, lambda: HeldState(self.memory, self.buffers))

    def _prologue(self) -> list[str]:
        lines = []
        held = [name for names in self._held() for name in names]
        if held:
            foreign = " or ".join(f"{name} is not now[{i}]" for i, name in enumerate(held))
            names = ", ".join(held)
            chunks = "".join(f", h{number}" for number in range(len(self.updates)))
            lines += [
                "    now = state.now",
                f"    if {foreign}:",
                f"        now = state.adopt(({names},))",
                f"    {names}{chunks} = now",
            ]
        if self.space:
            lines += [
                "    try:",
                "        arena = arenas.pop()",
                "    except IndexError:",
                "        arena = new_arena()",
                "    space = arena.spaces.get(make)",
                "    if space is None:",
                "        space = arena.spaces[make] = make(arena)",
                f"    {''.join(f'{name}, ' for name in self.space)} = space",
            ]
        return lines

    def _result(self, r: Any, shared: bool) -> str:
        """A result as source."""
        source = self.replaced.get(r) if type(r) is Ref else None
        source = source or self.program.expression(r)
        return f"{self._copied}({source})" if shared else source
