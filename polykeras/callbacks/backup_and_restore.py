"""`BackupAndRestore`: a run that was cut off goes on where it was."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.saving_frequency import checked_save_freq
from polykeras.errors import SavedFileError
from polykeras.messages import show
from polykeras.training.snapshot import read_about, read_snapshot, write_snapshot


class BackupAndRestore(Callback):
    """Backs up the state of training; a later `fit` in the same directory goes on from there.

    The weights, the optimizer, the metrics, the random states, the epoch and the batch, and the order of the samples are
    as they were, so that the losses are those of a run that was not cut off. Arrays are entered where the run was; other
    data are gone through from the beginning, without being trained on. The model must be the same, and compiled alike.

    Args:
        backup_dir: the directory, of this run alone.
        save_freq: ``"epoch"``, or after how many batches to save; the steps then run one at a time.
        double_checkpoint: keep the backup before the last, too, in case that the last cannot be read.
        delete_checkpoint: delete the backups when `fit` is through.

    Raises `SavedFileError`, when training begins, if the backup is of another model.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: int | str = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        self.backup_dir = Path(backup_dir)
        self.save_freq = checked_save_freq("BackupAndRestore", save_freq)
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._latest = self.backup_dir / "latest.npz"
        self._earlier = self.backup_dir / "earlier.npz"
        self._epoch = 0
        self._batches = 0  # in this run

    def watches_batches(self, training: bool) -> bool:
        """Whether it saves between epochs."""
        return training and self.save_freq != "epoch"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Have `fit` begin where the backup was made, if there is one."""
        self._batches = 0
        self.backup_dir.mkdir(parents=True, exist_ok=True)
        path, about = self._backup()
        if path is None:
            return
        position = self.model._position
        position.first_epoch, position.seed = about["first_epoch"], about["seed"]
        position.epoch, position.batch = about["epoch"], about["batch"]
        position.restore = lambda: read_snapshot(self.model, path)
        show(f"Training goes on from the backup in {self.backup_dir}, at epoch {position.epoch + 1}.")

    def _backup(self) -> tuple[Path | None, dict[str, Any]]:
        """The newest backup that can be read, and where the run was then."""
        there = [path for path in (self._latest, self._earlier) if path.exists()]
        for path in there:
            try:
                return path, read_about(path)
            except SavedFileError as error:
                if path is there[-1]:
                    raise
                warnings.warn(f"The backup before the last is used: {error}", RuntimeWarning, stacklevel=2)
        return None, {}

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save, if it is time."""
        self._batches += 1
        if self.save_freq != "epoch" and self._batches % self.save_freq == 0:
            self._save(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save: the next epoch is the one to go on with."""
        if self.save_freq == "epoch":
            self._save(epoch + 1, 0)

    def _save(self, epoch: int, batch: int) -> None:
        position = self.model._position
        if self.double_checkpoint and self._latest.exists():
            os.replace(self._latest, self._earlier)
        about = {"first_epoch": position.first_epoch, "seed": position.seed, "epoch": epoch, "batch": batch}
        write_snapshot(self.model, self._latest, about)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backups, and the directory if there is nothing else in it."""
        if self.delete_checkpoint:
            for path in (self._latest, self._earlier):
                path.unlink(missing_ok=True)
            if not any(self.backup_dir.iterdir()):
                self.backup_dir.rmdir()
