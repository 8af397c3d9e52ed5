"""Files with data."""

from __future__ import annotations

import tarfile
from pathlib import Path

from polykeras.config import keras_home
from polykeras.utils.local_files import checksum, local_file


def get_file(
    fname: str, origin: str, untar: bool = False, md5_hash: str | None = None, cache_subdir: str = "datasets"
) -> str:
    """The path of a file in ``$KERAS_HOME/<cache_subdir>``. Nothing is downloaded.

    Args:
        fname: name of the file.
        origin: where it can be got from; the message says so if it is missing.
        untar: whether ``<fname>.tar.gz`` is unpacked, if that has not been done.
        md5_hash: its checksum; a file with another is refused.

    Raises `SavedFileError` if the file is missing or damaged.
    """
    folder = keras_home() / cache_subdir
    if not untar:
        return str(local_file(fname, origin, cache_subdir, md5_hash))
    if not (folder / fname).exists():
        with tarfile.open(local_file(f"{fname}.tar.gz", origin, cache_subdir, md5_hash)) as archive:
            archive.extractall(folder, filter="data")
    return str(folder / fname)


def validate_file(fpath: str, md5_hash: str) -> bool:
    """Whether a file has this MD5 checksum."""
    return checksum(Path(fpath), md5_hash) == md5_hash
