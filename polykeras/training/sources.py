"""What `fit`, `evaluate` and `predict` iterate over: arrays, or whatever gives batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.training.ahead import Ahead
from polykeras.training.data import ArrayData, unpack_x_y_sample_weight, weights_of_classes
from polykeras.training.host_arrays import standardize
from polykeras.utils.py_dataset import PyDataset, made_ahead


def endless(data: ArrayData, generator: np.random.Generator | None) -> Iterator[Any]:
    """The batches of `data` again and again, each time in a new order if there is a generator."""
    while True:
        yield from data.batches(data.order(generator))


class IterableData:
    """Batches from an iterable: each is x, (x, y) or (x, y, sample_weight).

    Args:
        batches: an iterable (a generator, a data loader of a framework), a `PyDataset`, or another object with a length
            and items.
        steps: batches in an epoch; the next epoch goes on with those that follow. Without it, an epoch is one pass.
        check: called with x and y of each batch, to raise an error if they do not fit.
        class_weight: from class number to the weight of its samples.
    """

    def __init__(
        self,
        batches: Any,
        steps: int | None = None,
        check: Callable[[Any, Any], None] | None = None,
        class_weight: dict[int, float] | None = None,
    ) -> None:
        self.iterable = batches
        self.limit = steps
        self.steps: int | None = steps if steps is not None else _length_of(batches)
        self.generator: np.random.Generator | None = None  # if there is one, it draws the order of a `PyDataset`
        self.ended_early = False  # an epoch had fewer than `steps` batches
        self._check = check
        self._class_weight = class_weight
        self._iterator: Iterator[Any] | None = None
        self._waiting: list[Any] = []  # a batch that was looked at and not used yet
        self._in_epoch = False
        self._slow = False  # whether reading is, see `Ahead`
        if isinstance(batches, PyDataset) and self.steps is None:
            raise ArgumentError(
                f"The num_batches of {type(batches).__name__} is None, so an epoch of it would not end: say how many "
                "batches to take (steps_per_epoch, validation_steps or steps)."
            )

    def order(self, generator: Any) -> None:
        """The order is the iterable's own."""

    def skip_epoch(self, generator: Any) -> None:
        """Go through an epoch for nothing: what comes after it may depend on that."""
        for _ in self.batches():
            pass

    def peek(self) -> Any:
        """The next batch, which stays the next; None if there is none."""
        if not self._waiting:
            self._waiting = [b for b in [self._next()] if b is not None]
        return self._waiting[0] if self._waiting else None

    def batches(self, order: Any = None) -> Iterator[Any]:
        """The batches of one epoch."""
        count = 0
        ahead = None if isinstance(self.iterable, PyDataset) else Ahead(self._take, self._slow)  # that has workers
        try:
            while self.limit is None or count < self.limit:
                more = self.limit is None or count + 1 < self.limit
                batch = self._take() if ahead is None else ahead.get(more)
                if batch is None:
                    self.ended_early = self.limit is not None
                    return
                yield batch
                count += 1
        finally:
            if ahead is not None:
                self._slow = ahead.slow
                self._waiting += ahead.close()
            self._end_epoch()

    def _take(self) -> Any:
        return self._waiting.pop() if self._waiting else self._next()

    def close(self) -> None:
        """Let go of workers. An iterator of the caller's own is left where it is, with what it has still to give."""
        self._waiting.clear()
        if isinstance(self.iterable, PyDataset) and self._iterator is not None:
            self._iterator.close()  # type: ignore[attr-defined]  # it is a generator
            self._iterator = None
        self._end_epoch()

    def _end_epoch(self) -> None:
        if self._in_epoch:
            self._in_epoch = False
            self.iterable.on_epoch_end()

    def _next(self) -> Any:
        """The next batch; None at the end of a pass, or, where an epoch is a number of steps, if there are no more."""
        for _ in range(1 if self.limit is None else 2):
            if isinstance(self.iterable, PyDataset) and not self._in_epoch:
                self._in_epoch = True
                self.iterable.on_epoch_begin()
            if self._iterator is None:
                self._iterator = self._pass()
            batch = next(self._iterator, _END)
            if batch is not _END:
                return self._as_arrays(batch)
            self._iterator = None
        return None

    def _pass(self) -> Iterator[Any]:
        """Once through all there is."""
        batches = self.iterable
        if isinstance(batches, PyDataset) and self.generator is not None and batches.num_batches is not None:
            return made_ahead(batches, self.generator.permutation(batches.num_batches))
        if hasattr(batches, "__iter__"):
            return iter(batches)
        return (batches[i] for i in range(len(batches)))

    def _as_arrays(self, batch: Any) -> tuple[Any, ...]:
        given = unpack_x_y_sample_weight(batch)
        x, y, weight = (standardize(v, name) for v, name in zip(given, ("x", "y", "sample_weight"), strict=True))
        if self._check is not None:
            self._check(x, y)
        if self._class_weight:
            if weight is not None:
                raise ArgumentError("The batches hold sample weights: leave out class_weight.")
            weight = weights_of_classes(y, self._class_weight)
        return (x, y, weight)[: 3 if weight is not None else 2 if y is not None else 1]


_END = object()


def _length_of(batches: Any) -> int | None:
    """How many batches there are, as far as that is known."""
    if isinstance(batches, PyDataset):
        return batches.num_batches
    try:
        return len(batches)
    except TypeError:  # none, or, as framework's data sets say it, unknown or without end
        return None


def data_of(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    class_weight: Any = None,
    steps: int | None = None,
    check: Callable[[Any, Any], None] | None = None,
) -> ArrayData | IterableData:
    """The data source that the arguments of `fit`, `evaluate` or `predict` describe; arrays are checked at once."""
    if _is_iterable_of_batches(x):
        if y is not None or sample_weight is not None:
            raise ArgumentError("An iterable of batches gives targets and weights itself: leave out y and the weights.")
        return IterableData(x, steps, check, class_weight)
    data = ArrayData(x, y, sample_weight, batch_size, class_weight)
    if check is not None:
        check(data.x, data.y)
    return data


def _is_iterable_of_batches(x: Any) -> bool:
    if isinstance(x, PyDataset):
        return True
    if hasattr(x, "shape") or hasattr(x, "__array__") or isinstance(x, (list, tuple, dict, str)):
        return False
    return hasattr(x, "__iter__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__"))
