"""`PyDataset`: batches by number, made by several threads or processes at once."""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from polykeras.errors import ArgumentError


class PyDataset:
    """Base class of data sets that give batches by number, for `fit`, `evaluate` and `predict`.

    A subclass has ``__getitem__(index)``, which returns batch number ``index`` as ``x``, ``(x, y)`` or
    ``(x, y, sample_weight)``, and ``__len__`` or the property `num_batches`.

    Args:
        workers: how many threads or processes make batches. With 0 or 1 thread they are made where the training runs,
            one after the other.
        use_multiprocessing: processes instead of threads, for work in Python that threads would do in turn. The data
            set is sent to them at the start of each epoch, so it must be picklable, as must be the batches.
        max_queue_size: how many batches are made ahead.

    The batches come in the order of their numbers, however many workers there are; `fit` with ``shuffle=True`` draws an
    order for each epoch, the same for one seed.

    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...
    ...     def __getitem__(self, index):
    ...         return [[float(index)]], [[float(index**2)]]
    >>> [y for x, y in Squares(workers=2)]
    [[[0.0]], [[1.0]], [[4.0]]]
    """

    # Also there for a subclass that does not call __init__.
    workers = 1
    use_multiprocessing = False
    max_queue_size = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        if workers < 0 or max_queue_size < 1:
            raise ArgumentError(
                f"{type(self).__name__}: workers must be at least 0 and max_queue_size at least 1, got "
                f"workers={workers}, max_queue_size={max_queue_size}."
            )
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise ArgumentError(
            f"{type(self).__name__} must define __getitem__(index), which returns batch number {index}."
        )

    @property
    def num_batches(self) -> int | None:
        """How many batches an epoch has; None if there is no end to them."""
        if hasattr(self, "__len__"):
            return len(self)
        raise ArgumentError(f"{type(self).__name__} must define __len__, or the property num_batches.")

    def on_epoch_begin(self) -> None:
        """Called before the batches of an epoch are made."""

    def on_epoch_end(self) -> None:
        """Called after an epoch; a place to draw the next epoch's samples."""

    def __iter__(self) -> Iterator[Any]:
        """The batches in order."""
        count = self.num_batches
        return made_ahead(self, itertools.count() if count is None else range(count))


def made_ahead(dataset: PyDataset, numbers: Iterable[int]) -> Iterator[Any]:
    """The batches of these numbers, in this order, by the workers of the data set.

    An error in a worker is raised where its batch would have come. Workers end when the iterator does or is closed.
    """
    if dataset.workers < 1 or (dataset.workers == 1 and not dataset.use_multiprocessing):
        yield from (dataset[int(i)] for i in numbers)
        return
    remaining = iter(numbers)
    executor = _executor_of(dataset)
    item = _item_here if dataset.use_multiprocessing else dataset.__getitem__
    try:
        ahead = deque(executor.submit(item, int(i)) for i in itertools.islice(remaining, dataset.max_queue_size))
        while ahead:
            batch = _result(ahead.popleft(), dataset)
            ahead.extend(executor.submit(item, int(i)) for i in itertools.islice(remaining, 1))
            yield batch
    finally:
        executor.shutdown(cancel_futures=True)


def _result(future: Future[Any], dataset: PyDataset) -> Any:
    try:
        return future.result()
    except BrokenExecutor as error:
        cls = type(dataset)
        raise ArgumentError(
            f"{cls.__name__}: a worker process ended by itself. It must be able to import {cls.__module__!r}, where the "
            "class is defined, and to hold the data set in memory; threads (use_multiprocessing=False) need neither."
        ) from error


def _executor_of(dataset: PyDataset) -> Executor:
    if not dataset.use_multiprocessing:
        return ThreadPoolExecutor(dataset.workers, thread_name_prefix=type(dataset).__name__)
    import pickle

    try:
        sent = pickle.dumps(dataset)
    except Exception as error:
        raise ArgumentError(
            f"{type(dataset).__name__}: with use_multiprocessing=True the data set is sent to other processes, but it "
            f"cannot be pickled: {error}. Define its class at the top of a module, open files in __getitem__, or use "
            "threads (use_multiprocessing=False)."
        ) from error
    return ProcessPoolExecutor(dataset.workers, _start_method(), _receive, (sent,))


def _start_method() -> Any:
    """The one that was chosen by `multiprocessing.set_start_method`; else one that does not copy a running process.

    A framework's threads hold locks, which a forked copy of the process would wait for without end.
    """
    chosen = multiprocessing.get_start_method(allow_none=True)
    safest = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return multiprocessing.get_context(chosen or safest)


_here: list[Any] = []
"""In a worker process: its copy of the data set."""


def _receive(sent: bytes) -> None:
    import pickle

    _here[:] = [pickle.loads(sent)]


def _item_here(index: int) -> Any:
    return _here[0][index]


__all__ = ["PyDataset"]
