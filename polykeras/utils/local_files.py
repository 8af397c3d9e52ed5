"""Files that somebody has to put in place: found and checked, never downloaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

from polykeras.config import keras_home
from polykeras.errors import SavedFileError

_ALGORITHMS = {32: "md5", 64: "sha256"}
CHUNK_BYTES = 1 << 20


def checksum(path: Path, like: str) -> str:
    """The file's MD5 or SHA-256 checksum, whichever has as many digits as `like`."""
    digest = hashlib.new(_ALGORITHMS[len(like)], usedforsecurity=False)
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def local_file(name: str, origin: str, subfolder: str, hash: str | None = None, otherwise: str = "") -> Path:
    """The file ``$KERAS_HOME/<subfolder>/<name>``, or `name` itself if that has a folder in it.

    Args:
        name: of the file; a path with a folder is taken as it is and its content is not checked.
        origin: the address where it can be got.
        subfolder: below the directory of the configuration.
        hash: its MD5 or SHA-256 checksum, in hexadecimal digits.
        otherwise: what else the user could do, the end of the message.

    Raises `SavedFileError` if it is missing, with the place where it is looked for and its origin, or if it has another
    checksum.
    """
    given = Path(name).expanduser()
    own = given.name != name
    path = given if own else keras_home() / subfolder / name
    if not path.is_file():
        sentences = [f"The file {path} is not there, and nothing is downloaded."]
        if not own:
            checked = f" ({_ALGORITHMS[len(hash)].upper()} {hash})" if hash else ""
            sentences.append(f"Get {name!r} from {origin}{checked} and put it into {path.parent}.")
        raise SavedFileError(" ".join([*sentences, otherwise]).strip())
    if hash and not own and (found := checksum(path, hash)) != hash:
        raise SavedFileError(
            f"The file {path} is damaged, incomplete or another one: its {_ALGORITHMS[len(hash)].upper()} checksum is "
            f"{found}, wanted was {hash}. Get it again from {origin}; to use it as it is, give its path with the folder."
        )
    return path
