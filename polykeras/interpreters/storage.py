"""The memory of recorded programs: what they hold between replays, and what they compute in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from polykeras.interpreters.memory import Memory

ALIGNED = 64
"""Bytes: tensors in a flat buffer begin at multiples of it."""


class Flat:
    """Where tensors of these shapes lie in a flat buffer, one after the other, and how it is cut into pieces."""

    def __init__(self, memory: Memory, shapes: Sequence[tuple[int, ...]], dtype: Any) -> None:
        self.memory, self.shapes, self.dtype = memory, tuple(shapes), dtype
        size = memory.size((), dtype)
        step = max(1, ALIGNED // size)
        self.starts: list[int] = []
        self.count = 0
        for shape in self.shapes:
            self.starts.append(self.count)
            self.count += -(-memory.size(shape, dtype) // size // step) * step
        self.chunk = max(step, memory.chunk // size)

    def pieces(self, flat: Any) -> list[Any]:
        """The tensors."""
        return [self.memory.piece(flat, start, shape) for start, shape in zip(self.starts, self.shapes)]

    def chunks(self, flat: Any) -> list[Any]:
        """The buffer from end to end, cut."""
        return [
            self.memory.piece(flat, start, (min(self.chunk, self.count - start),))
            for start in range(0, self.count, self.chunk)
        ]


class HeldState:
    """State tensors that updates replace in place.

    A program is given state by tensors. They are the ones in `now`, if the caller hands back what the last call gave it:
    then nobody else has them. State from elsewhere goes into new memory, so that who still has the old keeps it.
    """

    def __init__(self, memory: Memory, buffers: Sequence[Sequence[Flat]]) -> None:
        self.memory, self.buffers = memory, buffers  # by update and slot
        count = sum(len(flat.shapes) for slots in buffers for flat in slots)
        self.now: tuple[Any, ...] = (None,) * (count + len(buffers))

    def adopt(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Tensors with these values, and for each update the pieces that it goes over."""
        views: list[Any] = []
        chunks: list[Any] = []
        for slots in self.buffers:
            flats = [self.memory.zeros(flat.count, flat.dtype) for flat in slots]
            for layout, flat in zip(slots, flats):
                for view in layout.pieces(flat):
                    self.memory.copy(view, values[len(views)])
                    views.append(view)
            chunks.append(list(zip(*(layout.chunks(flat) for layout, flat in zip(slots, flats)))))
        self.now = (*views, *chunks)
        return self.now


class Arena:
    """Blocks that the programs of a step compute in, one program at a time."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.blocks: list[Any] = []
        self.sizes: list[int] = []
        self.spaces: dict[Hashable, Any] = {}  # the tensors that a program has made of the blocks

    def with_sizes(self, sizes: Sequence[int]) -> list[Any]:
        """A block of each of these sizes at least."""
        for i, size in enumerate(sizes):
            if i == len(self.blocks):
                self.blocks.append(None)
                self.sizes.append(-1)
            if size > self.sizes[i]:
                self.spaces.clear()  # others get the larger block when they run next
                self.blocks[i], self.sizes[i] = self.memory.block(size), size
        return self.blocks


class Storage:
    """What the programs of one step have in common."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.arenas: list[Arena] = []  # those that no program is using just now
        self._states: dict[Hashable, HeldState] = {}

    def new_arena(self) -> Arena:
        """One more, for a replay while others are under way."""
        return Arena(self.memory)

    def state(self, key: Hashable, make: Callable[[], HeldState]) -> HeldState:
        """The state of this key; programs for batches of other sizes hand it to each other."""
        if key not in self._states:
            self._states[key] = make()
        return self._states[key]
