"""`CSVLogger`: the logs of every epoch in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any, TextIO

from polykeras.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Writes a row with the epoch, counted from 0, and its logs, whose names are sorted, after each epoch.

    A run whose first epoch has no validation gets columns for it nevertheless; ``NA`` stands for what there is not.

    Args:
        filename: a string or path.
        separator: between the columns.
        append: go on in a file that is there, rather than overwrite it.
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self._file: TextIO | None = None
        self._writer: csv.DictWriter[str] | None = None
        self._names: list[str] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        self._close()
        self._file = self._open()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a row, after the header if there is none yet."""
        logs = logs or {}
        if self._file is None:
            self._file = self._open()
        if self._writer is None:
            self._names = sorted(logs)
            if not any(name.startswith("val_") for name in self._names):
                self._names += [f"val_{name}" for name in self._names]
            self._writer = csv.DictWriter(self._file, ["epoch", *self._names], delimiter=self.sep)
            if self._file.tell() == 0:
                self._writer.writeheader()
        row = {name: _as_field(logs.get(name, "NA")) for name in self._names}
        self._writer.writerow({"epoch": epoch, **row})
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        self._close()

    def _open(self) -> TextIO:
        return open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._writer = None, None


def _as_field(value: Any) -> Any:
    if isinstance(value, str) or not isinstance(value, Iterable) or getattr(value, "shape", None) == ():
        return value
    return f"[{', '.join(map(str, value))}]"
