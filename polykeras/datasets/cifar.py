"""CIFAR: what its two sets of small photographs share. Krizhevsky 2009."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from polykeras import config
from polykeras.datasets.files import FOLDER, unpickled
from polykeras.errors import SavedFileError
from polykeras.utils.local_files import local_file

ORIGIN = "https://www.cs.toronto.edu/~kriz/"


@dataclass(frozen=True)
class Photographs:
    """One of the two sets.

    Attributes:
        archive: its name where it is published.
        folder: what is inside.
        hash: SHA-256 checksum of the archive.
        train, test: names of the files inside the folder.
    """

    archive: str
    folder: str
    hash: str
    train: tuple[str, ...]
    test: tuple[str, ...]

    def load(self, label_key: str, data_format: str) -> Any:
        """``(x, y), (x, y)``: uint8 images, and labels of shape ``(n, 1)``.

        Read from the archive in ``$KERAS_HOME/datasets``, under the name by which it is published or that Keras gives it,
        or from the folder that was unpacked from it.
        """
        read = self._reader()

        def part(names: tuple[str, ...]) -> tuple[Any, Any]:
            return _joined([batch(*read(name), label_key=label_key) for name in names], data_format)

        return part(self.train), part(self.test)

    def _reader(self) -> Callable[[str], tuple[bytes, Any]]:
        place = config.keras_home() / FOLDER
        parents = (place, *(place / f"{self.folder}{e}" for e in ("-target_extracted", "-target")))
        folder = next((p / self.folder for p in parents if (p / self.folder).is_dir()), None)
        if folder is not None:
            found = folder
            return lambda name: _of_folder(found, name)
        names = (self.archive, f"{self.folder}.tar.gz", f"{self.folder}-target")
        name = next((n for n in names if (place / n).is_file()), self.archive)
        path = local_file(name, ORIGIN + self.archive, FOLDER, self.hash)
        return lambda member: _of_archive(path, f"{self.folder}/{member}")


def _of_folder(folder: Path, name: str) -> tuple[Any, Any]:
    path = folder / name
    if not path.is_file():
        raise SavedFileError(f"The file {path} is missing: unpack the archive again.")
    return path.read_bytes(), path


def _of_archive(path: Path, member: str) -> tuple[Any, Any]:
    try:
        with tarfile.open(path) as archive:
            file = archive.extractfile(member)
            if file is None:
                raise KeyError(member)
            return file.read(), f"{path}: {member}"
    except (KeyError, tarfile.TarError, EOFError, OSError) as error:
        raise SavedFileError(f"{path} is damaged: {member} cannot be read from it ({error}).") from error


def batch(content: bytes, label: Any, label_key: str = "labels") -> tuple[Any, Any]:
    """``images, labels`` of one file: images have their channels first."""
    found = unpickled(io.BytesIO(content), label)
    found = {k.decode() if isinstance(k, bytes) else k: v for k, v in found.items()}
    return np.asarray(found["data"]).reshape(-1, 3, 32, 32), np.asarray(found[label_key], "uint8")


def _joined(parts: Sequence[tuple[Any, Any]], data_format: str) -> tuple[Any, Any]:
    x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return x if data_format == "channels_first" else x.transpose(0, 2, 3, 1), y.reshape(-1, 1)
