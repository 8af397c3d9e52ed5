"""Arrays in HDF5 files."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any, ClassVar

import numpy as np

from polykeras.errors import ArgumentError


class HDF5Matrix:
    """Rows `start` to `end` of a data set in an HDF5 file, read when they are asked for.

    Args:
        datapath, dataset: the file, and the name of the data set.
        start, end: the first row, and the one after the last.
        normalizer: a function of the rows that are read.
    """

    refs: ClassVar[dict[str, Any]] = defaultdict(lambda: None)

    def __init__(
        self, datapath: str, dataset: str, start: int = 0, end: int | None = None, normalizer: Any = None
    ) -> None:
        import h5py

        if datapath not in self.refs or not self.refs[datapath]:
            self.refs[datapath] = h5py.File(datapath, "r")
        self.data = self.refs[datapath][dataset]
        self.start = start
        self.end = self.data.shape[0] if end is None else end
        self.normalizer = normalizer

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            first, last, step = key.indices(len(self))
            rows = self.data[first + self.start : last + self.start : step]
        elif isinstance(key, (int, np.integer)):
            if not -len(self) <= key < len(self):
                raise IndexError(f"row {key} of {len(self)}")
            rows = self.data[int(key) % len(self) + self.start]
        else:
            index = np.asarray(key)
            if index.size and not (index.min() >= 0 and index.max() < len(self)):
                raise IndexError(f"rows {index.min()} to {index.max()} of {len(self)}")
            unique, inverse = np.unique(index, return_inverse=True)  # HDF5 wants rising indices
            rows = self.data[list(unique + self.start)][inverse]
        return rows if self.normalizer is None else self.normalizer(rows)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        rows = np.asarray(self[:])
        return rows if dtype is None else rows.astype(dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes."""
        return (len(self), *self.data.shape[1:])

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> Any:
        """The dtype of the data set."""
        return self.data.dtype


def save_array(array: Any, name: str) -> None:
    """Write an array into a file of its own."""
    import h5py

    with h5py.File(name, "w") as f:
        f.create_dataset("array", data=np.asarray(array))


def load_array(name: str) -> Any:
    """The array that `save_array` wrote."""
    import h5py

    with h5py.File(name, "r") as f:
        return np.asarray(f["array"])


def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Ask on the terminal whether a file may be replaced. Raises `ArgumentError` where nobody can answer."""
    if not sys.stdin or not sys.stdin.isatty():
        raise ArgumentError(f"{filepath} exists already. Say overwrite=True, or choose another name.")
    answer = ""
    while answer not in ("y", "n"):
        answer = input(f"{filepath} exists already - overwrite? [y/n] ").strip().lower()
    return answer == "y"
