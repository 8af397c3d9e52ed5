"""The files of data sets: where they are, and how they are read without running what they hold."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from numpy.lib import format as npy

from polykeras.errors import SavedFileError
from polykeras.utils.local_files import local_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FOLDER = "datasets"

# What pickles of arrays, as Python 2 and 3 and both generations of NumPy wrote them, name.
_HARMLESS = {
    ("numpy", "ndarray"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"), ("_codecs", "encode"),
}  # fmt: skip


class _DataOnly(pickle.Unpickler):
    """Reads numbers, texts, lists, dictionaries and arrays, and nothing that could be run."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _HARMLESS:
            return super().find_class(module, name)
        raise SavedFileError(f"The file names {module}.{name}, which no data set has: it is not read.")


def unpickled(stream: BinaryIO, label: Any, encoding: str = "latin1") -> Any:
    """The data in a pickle. Raises `SavedFileError` for one that names anything but arrays, or is damaged."""
    try:
        return _DataOnly(stream, encoding=encoding).load()
    except SavedFileError as error:
        raise SavedFileError(f"{label}: {error}") from error
    except Exception as error:  # a damaged pickle raises anything
        raise SavedFileError(f"{label} is damaged: {error}.") from error


def arrays(path: Path) -> dict[str, Any]:
    """The arrays in an ``.npz`` file; those of lists too, which NumPy reads only with all that pickles may do."""
    found: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                found[member.removesuffix(".npy")] = _array(archive.read(member), path)
    except zipfile.BadZipFile as error:
        raise SavedFileError(f"{path} is no .npz file, or a part of it is missing: {error}.") from error
    return found


def _array(content: bytes, path: Path) -> Any:
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    header = npy.read_array_header_1_0(stream) if version == (1, 0) else npy.read_array_header_2_0(stream)
    if header[2].hasobject:
        return unpickled(stream, path)
    stream.seek(0)
    return npy.read_array(stream, allow_pickle=False)


def dataset_file(name: str, usual: str, hash: str | None, otherwise: str = "") -> Path:
    """The file of a data set: `name` in ``$KERAS_HOME/datasets``, or a path of the user's own.

    `hash` is that of the file called `usual`, which is published at `ORIGIN`. For what is raised see `local_file`.
    """
    return local_file(name, ORIGIN + usual, FOLDER, hash if name == usual else None, otherwise)


def word_index(name: str, usual: str, hash: str) -> dict[str, int]:
    """From words to their numbers, in a JSON file."""
    path = dataset_file(name, usual, hash)
    found: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return found
