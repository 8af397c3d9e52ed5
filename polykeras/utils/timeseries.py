"""Windows of time series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.random.host import host_generator, next_seed


class TimeseriesDataset:
    """Batches of windows: what `timeseries_dataset_from_array` returns. It has a length and can be gone through again."""

    def __init__(self, windows: np.ndarray, data: Any, targets: Any, batch_size: int | None, seed: int | None) -> None:
        self._windows, self._data, self._targets = windows, data, targets
        self._batch_size = batch_size
        self._generator = None if seed is None else host_generator(seed)

    def __len__(self) -> int:
        return len(self._windows) if self._batch_size is None else -(-len(self._windows) // self._batch_size)

    def __iter__(self) -> Iterator[Any]:
        order = np.arange(len(self._windows))
        if self._generator is not None:
            order = self._generator.permutation(len(order))
        if self._batch_size is None:
            yield from (self._rows(row) for row in order)
            return
        for start in range(0, len(order), self._batch_size):
            yield self._rows(order[start : start + self._batch_size])

    def _rows(self, rows: Any) -> Any:
        """The windows with these numbers, and their targets if there are such."""
        windows = self._windows[rows]
        inputs = self._data[windows]
        return inputs if self._targets is None else (inputs, self._targets[windows[..., 0]])


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> TimeseriesDataset:
    """Windows of equal length that slide over a time series, with the target of each.

    Args:
        data: the series; the first axis is time.
        targets: ``targets[i]`` belongs to the window that begins at time step ``i``; None for windows alone. It needs no
            entries for time steps at which no window begins any more.
        sequence_length: time steps in a window.
        sequence_stride: time steps from the beginning of a window to that of the next.
        sampling_rate: time steps from an entry of a window to the next.
        batch_size: windows in a batch, the last may have fewer; None for single windows.
        shuffle: whether the windows are drawn at random, anew each time that the data set is gone through.
        seed: of that drawing; without it, `set_random_seed` decides.
        start_index: what comes before it is left out.
        end_index: what comes from it on is left out.
        format: has no effect: batches are ndarrays, which every backend takes.

    Returns something to iterate over, with a length, for `Model.fit`: ``inputs`` or ``(inputs, targets)``, where inputs
    have shape ``(batch, sequence_length, ...)``.

    >>> windows = timeseries_dataset_from_array(np.arange(5), np.arange(3) + 3, sequence_length=3)
    >>> inputs, targets = next(iter(windows))
    >>> inputs.tolist(), targets.tolist()
    ([[0, 1, 2], [1, 2, 3], [2, 3, 4]], [3, 4, 5])
    """
    from polykeras.ops.conversion import convert_to_numpy

    data = np.asarray(convert_to_numpy(data))
    start, end = 0 if start_index is None else start_index, len(data) if end_index is None else end_index
    if not 0 <= start < end <= len(data):
        raise ArgumentError(
            f"timeseries_dataset_from_array: start_index={start_index} and end_index={end_index} must be in ascending "
            f"order between 0 and {len(data)}, the number of time steps."
        )
    counts = {
        "sequence_length": sequence_length,
        "sequence_stride": sequence_stride,
        "sampling_rate": sampling_rate,
        "batch_size": 1 if batch_size is None else batch_size,
    }
    for name, value in counts.items():
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
            raise ArgumentError(f"timeseries_dataset_from_array: {name} must be a positive int, got {value!r}.")
    first = end - (sequence_length - 1) * sampling_rate  # the first time step at which no window begins
    if targets is not None:
        targets = np.asarray(convert_to_numpy(targets))
        first = min(first, len(targets))
    if first <= start:
        raise ArgumentError(
            f"timeseries_dataset_from_array: no window of {sequence_length} entries, {sampling_rate} time step(s) apart, "
            f"fits into the {end - start} time steps from {start} on"
            + ("." if targets is None else f", with {len(targets)} targets.")
        )
    begins = np.arange(start, first, sequence_stride)
    windows = begins[:, np.newaxis] + np.arange(sequence_length) * sampling_rate
    if not shuffle:
        return TimeseriesDataset(windows, data, targets, batch_size, None)
    return TimeseriesDataset(windows, data, targets, batch_size, next_seed() if seed is None else seed)
