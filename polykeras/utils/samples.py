"""Parts of data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.random.host import host_generator, next_seed


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch as `Model.fit` takes it: ``x`` alone if it is no tuple or list, ``(x, y)``, ``(x, y, sample_weight)``.

    `unpack_x_y_sample_weight` takes it apart again.
    """
    if y is None and sample_weight is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


class SampleDataset:
    """Samples that can be counted, indexed, and gone through, again and again."""

    def __init__(self, samples: Any, rows: np.ndarray) -> None:
        self._samples = samples  # a function from an index to a sample
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Any:
        return self._samples(int(self._rows[index]))

    def __iter__(self) -> Iterator[Any]:
        return (self._samples(int(row)) for row in self._rows)

    def batch(self, batch_size: int) -> SampleBatches:
        """The samples stacked, so many at a time, as `Model.fit` takes them; the last batch may be smaller."""
        return SampleBatches(self, batch_size)


class SampleBatches:
    """Batches of a `SampleDataset`."""

    def __init__(self, samples: SampleDataset, batch_size: int) -> None:
        if batch_size < 1:
            raise ArgumentError(f"batch_size must be at least 1, got {batch_size!r}.")
        self._samples, self._batch_size = samples, batch_size

    def __len__(self) -> int:
        return -(-len(self._samples) // self._batch_size)

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"There are {len(self)} batches, no number {index}.")
        rows = range(index * self._batch_size, min((index + 1) * self._batch_size, len(self._samples)))
        return tree.map_structure(lambda *values: np.stack(values), *[self._samples[row] for row in rows])


def split_dataset(
    dataset: Any,
    left_size: float | int | None = None,
    right_size: float | int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: Any = None,
) -> tuple[SampleDataset, SampleDataset]:
    """Split samples in two.

    Args:
        dataset: an array, a tuple, list or dictionary of arrays with equally many samples, or something to iterate
            over, whose elements are the samples.
        left_size, right_size: how many samples to have on either side: a number, or a fraction of them, as a float from 0
            to 1. One of the two is enough; if both are given and leave some out, these are in neither.
        shuffle: whether to draw the samples of both sides at random.
        seed: of that drawing; without it, `set_random_seed` decides.
        preferred_backend: has no effect: the samples are ndarrays, which every backend takes.

    Returns two data sets of samples, with a length, indices, and ``batch(batch_size)``, whose result `Model.fit` takes.

    >>> left, right = split_dataset(np.arange(10), left_size=0.7)
    >>> len(left), [int(x) for x in right]
    (7, [7, 8, 9])
    """
    samples, count = _samples_of(dataset)
    left, right = _sizes(left_size, right_size, count)
    rows = np.arange(count)
    if shuffle:
        rows = host_generator(next_seed() if seed is None else seed).permutation(count)
    return SampleDataset(samples, rows[:left]), SampleDataset(samples, rows[count - right :])


def _samples_of(dataset: Any) -> tuple[Any, int]:
    """A function that gives a sample by its index, and the number of samples."""
    from polykeras.ops.conversion import convert_to_numpy

    leaves = tree.flatten(dataset)
    if leaves and all(hasattr(leaf, "shape") for leaf in leaves):
        arrays = tree.map_structure(lambda leaf: np.asarray(convert_to_numpy(leaf)), dataset)
        counts = {array.shape[0] if array.ndim else None for array in tree.flatten(arrays)}
        if len(counts) > 1 or None in counts:
            raise ShapeError(f"split_dataset: the arrays must have equally many samples, got {counts}.")
        return lambda row: tree.map_structure(lambda array: array[row], arrays), counts.pop() or 0
    if not hasattr(dataset, "__iter__") and not (hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")):
        raise ArgumentError(f"split_dataset: expected arrays or something to iterate over, got {dataset!r}.")
    items = list(dataset) if hasattr(dataset, "__iter__") else [dataset[i] for i in range(len(dataset))]
    return items.__getitem__, len(items)


def _sizes(left: float | int | None, right: float | int | None, count: int) -> tuple[int, int]:
    """How many samples on either side."""
    if left is None and right is None:
        raise ArgumentError("split_dataset: give left_size or right_size, or both.")
    if count < 2:
        raise ArgumentError(f"split_dataset: at least two samples are needed, got {count}.")
    known = {"left_size": left, "right_size": right}
    numbers: dict[str, int | None] = {}
    for name, size in known.items():
        fraction = isinstance(size, float)
        if size is not None and (isinstance(size, bool) or not 0 < size < (1 if fraction else count)):
            raise ArgumentError(
                f"split_dataset: {name} must be a fraction between 0 and 1, or an int between 0 and {count}, the "
                f"number of samples; got {size!r}."
            )
        numbers[name] = None if size is None else round(size * count) if fraction else int(size)
    first, second = numbers["left_size"], numbers["right_size"]
    first = count - second if first is None and second is not None else first or 0
    second = count - first if second is None else second
    if first + second > count:
        raise ArgumentError(
            f"split_dataset: left_size={left!r} and right_size={right!r} make more than {count} samples."
        )
    if not first or not second:
        raise ArgumentError(f"split_dataset: left_size={left!r}, right_size={right!r} leave one side of {count} empty.")
    return first, second
