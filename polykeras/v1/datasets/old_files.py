"""The pickles that Keras 1 had downloaded: used where they are, read as data only."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from polykeras.config import keras_home
from polykeras.datasets.files import FOLDER, unpickled
from polykeras.errors import SavedFileError
from polykeras.utils.local_files import checksum


def old_file(name: str, md5: str | None = None) -> Path | None:
    """The file in ``$KERAS_HOME/datasets`` or, if `name` has a folder, there; None if it is missing.

    Raises `SavedFileError` if it has another checksum.
    """
    given = Path(name).expanduser()
    path = given if given.name != name else keras_home() / FOLDER / name
    if not path.is_file():
        return None
    if md5 and given.name == name and (found := checksum(path, md5)) != md5:
        raise SavedFileError(
            f"The file {path} is damaged, incomplete or another one: its MD5 checksum is {found}, wanted was {md5}. To use "
            "it as it is, give its path with the folder."
        )
    return path


def contents(path: Path) -> Any:
    """What is in a pickle, compressed if its name ends in ``.gz``."""
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as stream:
        return unpickled(stream, path)  # type: ignore[arg-type]


def is_old(path: str) -> bool:
    """Whether the name is that of a pickle, as Keras 1's are."""
    return path.endswith((".pkl", ".pkl.gz"))


@contextmanager
def instead_of(path: str) -> Iterator[None]:
    """Around reading today's file: a message about it says that Keras 1's, called `path`, does as well."""
    try:
        yield
    except SavedFileError as error:
        if not is_old(path):
            raise
        raise SavedFileError(f"{error} Keras 1's {path!r}, in the same folder, does as well.") from error
