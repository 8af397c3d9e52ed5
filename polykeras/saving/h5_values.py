"""Arrays of an HDF5 file by group and name, and nothing else that such a file may hold.

An HDF5 file can refer to other files, and can promise arrays far larger than itself: such files are refused, since a
file of weights may come from anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.errors import SavedFileError

GROUP = "vars"
"""The group in the place of an object that holds the values of its own variables."""

_LARGE = 1 << 32
_EXPANSION = 1000
"""How many times larger than its part of the file an array of more than `_LARGE` bytes may be."""


class GroupValues(Mapping[str, Any]):
    """The arrays of some HDF5 groups, read when they are asked for. No groups: no arrays."""

    def __init__(self, *groups: Any) -> None:
        self._owners = {name: group for group in groups for name in group}

    def __getitem__(self, name: str) -> np.ndarray:
        data = _plain(self._owners[name], name)
        if not hasattr(data, "dtype"):
            raise SavedFileError(f"{data.file.filename}: {data.name} should be an array and is a group.")
        size = math.prod(data.shape) * data.dtype.itemsize
        if data.external or data.is_virtual:
            raise SavedFileError(f"{data.file.filename}: {data.name} is kept in another file, which is not opened.")
        if size > _LARGE and size > _EXPANSION * data.id.get_storage_size():
            raise SavedFileError(
                f"{data.file.filename}: {data.name} says it has {size} bytes, far more than are stored."
            )
        if data.attrs.get("dtype") == "bfloat16":  # HDF5 knows no such type: it is two bytes for it
            import ml_dtypes

            return np.asarray(data[()]).view(ml_dtypes.bfloat16)
        return np.asarray(data[()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)


def write_value(group: Any, name: str, value: Any) -> None:
    """Put an array into an HDF5 group."""
    array = np.asarray(value)
    group[name] = array
    if array.dtype.name == "bfloat16":
        group[name].attrs["dtype"] = "bfloat16"


def find_group(file: Any, path: str) -> Any:
    """The group at `path`, or None. Links to elsewhere are not followed, they raise `SavedFileError`."""
    group = file
    for part in path.split("/"):
        if part not in group:
            return None
        group = _plain(group, part)
        if hasattr(group, "dtype"):
            raise SavedFileError(f"{file.filename}: {path} should be a group and is an array.")
    return group


def value_groups(file: Any) -> set[str]:
    """The paths of the objects of which the file holds values."""
    found: set[str] = set()

    def note(name: str, item: Any) -> None:
        head, _, last = name.rpartition("/")[0].rpartition("/")
        if hasattr(item, "dtype") and last == GROUP:
            found.add(head)

    file.visititems(note)
    return found


def open_h5(source: Any, mode: str, label: Path | str) -> Any:
    """An `h5py.File`; `source` is a path or a binary file. Raises `SavedFileError` if it is none, or not whole."""
    import h5py

    try:
        return h5py.File(source, mode)
    except OSError as error:
        raise SavedFileError(f"{label} is no HDF5 file, or a part of it is missing: {error}.") from error


def _plain(group: Any, name: str) -> Any:
    import h5py

    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise SavedFileError(
            f"{group.file.filename}: {group.name}/{name} is a link to elsewhere, which is not followed."
        )
    return group[name]
