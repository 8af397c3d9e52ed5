"""Updates of state in place: an optimizer's on all weights at once, over pieces that stay in the processor's cache.

A *lane* is what leads to the new value of a state tensor (or of several that depend on each other, a weight and its
momentum) by elementwise calls alone, on tensors of its shape and on scalars. Lanes that do the same are one *update*:
what they read and write lies in flat buffers, one lane after the other, and each of their calls is made for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polykeras.interpreters.program import Line, Program, Ref


@dataclass(eq=False)
class Lane:
    """Its lines; the names of what it reads (and of the state it replaces), a slot each; by slot, the line with the
    state's new value."""

    lines: list[Line]
    slots: list[str]
    replaced: dict[int, int]
    shape: tuple[int, ...]


@dataclass(eq=False)
class Update:
    """Lanes that do the same.

    ``steps``: function, arguments and target of each call. An argument or a target is ``("slot", i)``, ``("spare", i)``,
    and an argument also ``("scalar", value)``. A step without a function copies.
    """

    lanes: list[Lane]
    dtype: Any
    steps: list[tuple[Any, list[tuple[str, Any]], tuple[str, int]]]
    spares: int

    @property
    def replaced(self) -> list[int]:
        """The slots of state."""
        return sorted(self.lanes[0].replaced)

    @property
    def read(self) -> list[int]:
        """The other slots."""
        return [i for i in range(len(self.lanes[0].slots)) if i not in self.lanes[0].replaced]


def take_updates(program: Program, results: Sequence[Any], after: Mapping[str, str]) -> list[Update]:
    """Take the lines of updates out of a program; they are to be done at its end."""
    finder = _Finder(program, results, after)
    groups: dict[Any, list[Lane]] = {}
    for lines in finder.components():
        lane = finder.lane(lines)
        groups.setdefault(finder.signature(lane), []).append(lane)
    taken = {line for lanes in groups.values() for lane in lanes for line in lane.lines}
    program.lines = [line for line in program.lines if line not in taken]
    return [_update(finder, lanes) for lanes in groups.values()]


class _Finder:
    def __init__(self, program: Program, results: Sequence[Any], after: Mapping[str, str]) -> None:
        self.program, self.info = program, program.info
        memory = program.backend.memory
        assert memory is not None
        self.memory = memory
        self.readers: dict[str, list[Line]] = {}
        for line in program.lines:
            for name in line.reads:
                self.readers.setdefault(name, []).append(line)
        counts = Counter(r for r in results if type(r) is Ref)
        kept = {self.info[name].root for name in counts}  # must not change under the results
        self.results = set(counts)
        self.state = {  # from new values to the inputs that they replace
            new: old
            for old, new in after.items()
            if counts[Ref(new)] == 1 and self.info[old].root not in kept and old != new
        }
        self.nested = program.nested_reads()

    def fits(self, line: Line) -> bool:
        """Whether a line can be in a lane, as far as it alone can say."""
        if line.nested or line.function is None or len(line.targets) != 1 or not line.single:
            return False
        if not self.memory.elementwise(line.function):
            return False
        name = line.targets[0]
        info = self.info[name]
        if not info.shape or 0 in info.shape or info.root != name or name in self.nested:
            return False
        return all(
            (self.info[a].shape, self.info[a].dtype) == (info.shape, info.dtype)
            or (not self.info[a].shape and self.info[a].root == a)
            if type(a) is Ref
            else not getattr(a, "shape", ())
            for a in line.args
        )

    def components(self) -> Iterable[list[Line]]:
        """The lines of each lane, in their order."""
        lane_of: dict[Line, list[Line]] = {}

        def join(a: list[Line], b: list[Line]) -> list[Line]:
            if a is not b:
                a += b
                lane_of.update(dict.fromkeys(b, a))
            return a

        for line in reversed(self.program.lines):
            if not self.fits(line):
                continue
            name = line.targets[0]
            users = self.readers.get(name, [])
            replaces = name in self.state and self._alike(name, self.state[name])
            if any(user not in lane_of for user in users) or (name in self.results and not replaces):
                continue
            if users or replaces:
                lane = lane_of[line] = [line]
                for user in users:
                    lane = join(lane_of[user], lane)
        for old in self.state.values():  # what is replaced in place must not be read by another lane
            lanes = [lane_of[line] for line in self.readers.get(old, []) if line in lane_of]
            for other in lanes[1:]:
                join(lane_of[lanes[0][0]], lane_of[other[0]])
        order = {line: i for i, line in enumerate(self.program.lines)}
        found = {id(lane): lane for lane in lane_of.values()}.values()
        yield from sorted((sorted(lane, key=order.__getitem__) for lane in found), key=lambda lines: order[lines[0]])

    def _alike(self, new: str, old: str) -> bool:
        a, b = self.info[new], self.info[old]
        return (a.shape, a.dtype) == (b.shape, b.dtype)

    def lane(self, lines: list[Line]) -> Lane:
        """The lane of these lines."""
        made = {line.targets[0]: i for i, line in enumerate(lines)}
        shape = self.info[lines[0].targets[0]].shape
        arrays = [a for line in lines for a in line.args if type(a) is Ref and a not in made and self.info[a].shape]
        states = {self.state[name]: i for name, i in made.items() if name in self.state}
        slots = list(dict.fromkeys([*map(str, arrays), *states]))
        return Lane(lines, slots, {slots.index(old): i for old, i in states.items()}, shape)

    def argument(self, lane: Lane, a: Any) -> tuple[str, Any]:
        """An argument as lanes have it in common."""
        if type(a) is not Ref or not self.info[a].shape:
            return "scalar", a
        made = [line.targets[0] for line in lane.lines]
        return ("made", made.index(a)) if a in made else ("slot", lane.slots.index(a))

    def signature(self, lane: Lane) -> Any:
        """What is equal for lanes that do the same."""
        calls = [
            (id(line.function), *[(kind, self.program.expression(a)) for kind, a in self._arguments(lane, line)])
            for line in lane.lines
        ]
        return str(self.info[lane.lines[0].targets[0]].dtype), tuple(calls), tuple(sorted(lane.replaced.items()))

    def _arguments(self, lane: Lane, line: Line) -> list[tuple[str, Any]]:
        return [self.argument(lane, a) for a in line.args]


def _update(finder: _Finder, lanes: list[Lane]) -> Update:
    """The calls, with a place for each value: that of state once that is read no more, else a spare one."""
    lane = lanes[0]
    calls = [finder._arguments(lane, line) for line in lane.lines]
    last: dict[tuple[str, Any], int] = {}
    for i, args in enumerate(calls):
        last.update({a: i for a in args if a[0] != "scalar"})
    replaces = {i: slot for slot, i in lane.replaced.items()}
    place: dict[tuple[str, Any], tuple[str, int]] = {("slot", i): ("slot", i) for i in range(len(lane.slots))}
    free: list[tuple[str, int]] = []
    steps: list[tuple[Any, list[tuple[str, Any]], tuple[str, int]]] = []
    copies: list[tuple[Any, list[tuple[str, Any]], tuple[str, int]]] = []
    spares = 0
    for i, (line, args) in enumerate(zip(lane.lines, calls)):
        sources = [a if a[0] == "scalar" else place[a] for a in args]
        states = [("slot", slot) for slot in lane.replaced]
        read = dict.fromkeys(a for a in args if a[0] != "scalar")
        ended = [place[a] for a in read if last[a] == i]
        free += [p for p in ended if p not in states]
        slot = replaces.get(i)
        if slot is not None and last.get(("slot", slot), -1) <= i:
            target = ("slot", slot)
        elif free:
            target = free.pop()
        else:
            target, spares = ("spare", spares), spares + 1
        if slot is not None and target != ("slot", slot):
            copies.append((None, [target], ("slot", slot)))
            last["made", i] = len(calls)
        place["made", i] = target
        steps.append((line.function, sources, target))
    return Update(lanes, finder.info[lane.lines[0].targets[0]].dtype, steps + copies, spares)
