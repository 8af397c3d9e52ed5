"""What a recurrent cell drops in training: drawn once for a sequence, the same in all its steps."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from polykeras import ops
from polykeras.ops.recurrent_cells import Product
from polykeras.typing import Tensor


@dataclass(frozen=True)
class Dropped:
    """Factors for the tensors of one step: 0 for what is dropped, ``1 / (1 - rate)`` for the rest. None drops nothing.

    Attributes:
        inputs: ``(masks, batch, ...)``, one mask for all gates or one for each.
        outputs: of the previous outputs, ``(gates, batch, ...)``.
    """

    inputs: Tensor | None = None
    outputs: Tensor | None = None


def product_of_dropped(factors: Sequence[Tensor]) -> Product:
    """How a cell multiplies its state with the recurrent kernel if elements of it are dropped: others for each gate.

    `factors` has one tensor for each gate.
    """

    def product(h: Tensor, kernel: Tensor, first: int) -> Tensor:
        parts = ops.split(kernel, int(kernel.shape[-1]) // int(h.shape[-1]), axis=-1)
        dropped = [ops.multiply(h, factors[first + i]) for i in range(len(parts))]
        return ops.concatenate([ops.matmul(d, k) for d, k in zip(dropped, parts, strict=True)], -1)

    return product


class _Held(threading.local):
    by_cell: dict[int, Dropped] = {}  # replaced, never changed


_held = _Held()


@contextmanager
def holding(drawn: dict[int, Dropped]) -> Iterator[None]:
    """Inside, the cells with these ids drop this in every step that they are called for, instead of drawing anew.

    A cell inside another, or one whose subclass replaces `call`, gets to see single steps only; and inside a loop that
    is compiled, nothing may be drawn that outlives a step.
    """
    before = _held.by_cell
    _held.by_cell = {**before, **drawn}
    try:
        yield
    finally:
        _held.by_cell = before


def held(cell: Any) -> Dropped | None:
    """What was drawn for the sequence that `cell` is in the middle of, if it is in one."""
    return _held.by_cell.get(id(cell))
