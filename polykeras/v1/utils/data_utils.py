"""Files with data."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from polykeras.config import keras_home
from polykeras.errors import ArgumentError


def get_file(
    fname: str, origin: str, untar: bool = False, md5_hash: str | None = None, cache_subdir: str = "datasets"
) -> str:
    """The path of a file in ``$KERAS_HOME/<cache_subdir>``. Nothing is downloaded.

    Args:
        fname: name of the file.
        origin: where it can be got from; the message says so if it is missing.
        untar: whether ``<fname>.tar.gz`` is unpacked, if that has not been done.
        md5_hash: its checksum; a file with another is refused.

    Raises `ArgumentError` if the file is missing or damaged.
    """
    folder = keras_home() / cache_subdir
    path = folder / (f"{fname}.tar.gz" if untar else fname)
    if not path.exists() and not (untar and (folder / fname).exists()):
        raise ArgumentError(
            f"The file {path.name} is needed and nothing is downloaded here. Get it from {origin} and put it at {path}."
        )
    if path.exists() and md5_hash and not validate_file(str(path), md5_hash):
        raise ArgumentError(f"The file {path} is damaged or incomplete: its MD5 checksum is not {md5_hash}.")
    if not untar:
        return str(path)
    if not (folder / fname).exists():
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    return str(folder / fname)


def validate_file(fpath: str, md5_hash: str) -> bool:
    """Whether a file has this MD5 checksum."""
    return hashlib.md5(Path(fpath).read_bytes(), usedforsecurity=False).hexdigest() == md5_hash
