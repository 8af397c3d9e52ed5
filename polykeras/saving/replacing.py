"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from polykeras.errors import SavedFileError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write a file to; when the block ends well, that file becomes `path`.

    When it does not, what was at `path` before is still there, and nothing else is left behind.

    Raises `SavedFileError` if the folder does not exist, or if a folder is in the way.
    """
    if not path.parent.is_dir():
        raise SavedFileError(f"{path} cannot be written: there is no folder {path.parent}. Make it first.")
    if path.is_dir():
        raise SavedFileError(f"{path} cannot be written: it is a folder. Give the name of a file in it.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        unfinished = Path(folder) / path.name
        yield unfinished
        os.replace(unfinished, path)


class Replacements(ExitStack):
    """Several files that appear together, as `replacing` writes each."""

    def add(self, path: Path) -> Path:
        """A name to write the file `path` to."""
        return self.enter_context(replacing(path))


def may_write(path: Path, overwrite: bool) -> bool:
    """Whether to go on: always, unless a file is there, `overwrite` is False, and the user, asked, answers no.

    Raises `SavedFileError` if nobody is there to answer.
    """
    if overwrite or not path.exists():
        return True
    try:
        while True:
            answer = input(f"{path} exists already. Overwrite it? [y/n] ").strip().lower()
            if answer in ("y", "n"):
                return answer == "y"
    except EOFError:
        raise SavedFileError(f"{path} exists already: give overwrite=True, or another name.") from None


@contextmanager
def replacing_folder(path: Path, mark: str) -> Iterator[Path]:
    """As `replacing`, for a folder. One that is there is replaced if it is empty or holds a file named `mark`.

    Raises `SavedFileError` for any other, which might hold what nobody wants to lose.
    """
    if path.exists() and not (path.is_dir() and ((path / mark).exists() or not any(path.iterdir()))):
        raise SavedFileError(f"{path} cannot be replaced: it is no folder of a saved model. Give another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        unfinished, old = Path(folder) / "new", Path(folder) / "old"
        unfinished.mkdir()
        yield unfinished
        if path.exists():
            os.replace(path, old)
        os.replace(unfinished, path)
