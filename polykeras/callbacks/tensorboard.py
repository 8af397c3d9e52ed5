"""`TensorBoard`: what happens in training, for TensorBoard to show."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.embedding_projector import describe_embeddings, write_embeddings
from polykeras.callbacks.event_file import EventFile
from polykeras.errors import ArgumentError


class TensorBoard(Callback):
    """Writes files of events, which ``tensorboard --logdir logs`` shows. Needs the extra ``tensorboard``.

    Below ``log_dir``, the run ``train`` has the scalars ``epoch_loss`` and so on of every epoch, and its learning rate as
    ``epoch_learning_rate``; the run ``validation`` those of the validation, under the same names, and
    ``evaluation_loss_vs_iterations`` and so on against the number of training steps.

    Args:
        log_dir: the directory of the files.
        histogram_freq: every so many epochs, histograms of the weights are written; 0 for none.
        write_graph: whether the graph of the layers is written.
        write_images: whether the weights are written as pictures, too, along with histograms.
        write_steps_per_second: whether ``epoch_steps_per_second`` is written, and ``batch_steps_per_second`` along with
            the scalars of batches. The steps then run one at a time.
        update_freq: ``"epoch"``, or after how many steps scalars are written, as ``batch_loss`` and so on, against the
            number of training steps; ``"batch"`` is 1. The steps then run one at a time.
        profile_batch: which steps to profile; there is no profiler here, so anything but 0 is warned about.
        embeddings_freq: every so many epochs, the embeddings of `Embedding` layers are written; 0 for not at all.
        embeddings_metadata: path of a file, relative to `log_dir`, with a line on each entry of the embedding; or a
            dictionary of such paths by names of layers.

    Raises `ImportError`, when training begins, if the library ``tensorboard`` is not installed.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: int | str = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        self.log_dir = Path(log_dir)
        self.histogram_freq = _frequency("histogram_freq", histogram_freq)
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        if self.update_freq != "epoch" and _frequency("update_freq", self.update_freq) == 0:
            raise ArgumentError("TensorBoard: update_freq must be 'batch', 'epoch' or a positive int, got 0.")
        self.embeddings_freq = _frequency("embeddings_freq", embeddings_freq)
        self.embeddings_metadata = embeddings_metadata
        if profile_batch:
            warnings.warn(f"TensorBoard: profile_batch={profile_batch!r} has no effect.", UserWarning, stacklevel=2)
        self._files: dict[str, EventFile] = {}
        self._step = 0  # training steps so far
        self._epoch_began = self._batch_began = 0.0
        self._step_of_epoch = 0
        self._fitting = False
        self._graph_due = False

    def watches_batches(self, training: bool) -> bool:
        """Whether something is written, or counted, at every step."""
        return training and (self.update_freq != "epoch" or self.write_steps_per_second)

    def _file(self, run: str) -> EventFile:
        if run not in self._files:
            self._files[run] = EventFile(self.log_dir / run)
        return self._files[run]

    # ---- training --------------------------------------------------------------------------------------------------

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a file, and write the graph if it is known already."""
        self._fitting = True
        optimizer = getattr(self.model, "optimizer", None)
        self._step = int(optimizer.iterations) if optimizer is not None else 0  # a run that is continued goes on
        self._file("train")
        if self.embeddings_freq:
            describe_embeddings(self.model, self.log_dir, self.embeddings_metadata)
        self._graph_due = self.write_graph

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Note the time."""
        self._batch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the scalars of the step, if it is time."""
        self._step += 1
        if self.update_freq == "epoch" or self._step % int(self.update_freq):
            return
        file = self._file("train")
        if self.write_steps_per_second:
            file.scalar("batch_steps_per_second", 1 / (time.perf_counter() - self._batch_began), self._step)
        self._scalars("train", "batch_{}", logs, self._step)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the time and the step; write the graph, which a model may have since its first batch came."""
        if self._graph_due:
            self._file("train").graph(self.model)
            self._graph_due = False
        self._epoch_began, self._step_of_epoch = time.perf_counter(), self._step

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the scalars of the epoch, and what else is due."""
        logs = dict(logs or {})
        validation = {name.removeprefix("val_"): logs.pop(name) for name in list(logs) if name.startswith("val_")}
        train = self._file("train")
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._epoch_began
            train.scalar("epoch_steps_per_second", (self._step - self._step_of_epoch) / seconds, epoch)
        rate = getattr(getattr(self.model, "optimizer", None), "learning_rate", None)
        if rate is not None:
            logs.setdefault("learning_rate", _number(rate))
        self._scalars("train", "epoch_{}", logs, epoch)
        if validation:
            self._scalars("validation", "epoch_{}", validation, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            write_embeddings(self.model, self.log_dir)
        for file in self._files.values():
            file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        self._fitting = False
        self._close()

    # ---- evaluation ------------------------------------------------------------------------------------------------

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write the results against the number of training steps."""
        optimizer = getattr(self.model, "optimizer", None)
        steps = int(optimizer.iterations) if optimizer is not None else self._step
        self._scalars("validation", "evaluation_{}_vs_iterations", logs, steps)
        if not self._fitting:
            self._close()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}

    # ---- what is written -------------------------------------------------------------------------------------------

    def _scalars(self, run: str, tag: str, logs: Logs | None, step: int) -> None:
        file = self._file(run)
        for name, value in (logs or {}).items():
            file.scalar(tag.format(name), _number(value), step)

    def _weights(self, epoch: int) -> None:
        file = self._file("train")
        for weight in self.model.weights:
            values = weight.numpy().astype("float32")
            file.histogram(f"{weight.path}/histogram", values, epoch)
            if self.write_images:
                file.image(f"{weight.path}/image", _pictures(values), epoch)


def _frequency(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ArgumentError(f"TensorBoard: {name} must be an int that is not negative, got {value!r}.")
    return value


def _number(value: Any) -> float:
    """A log as one number; of several under one name, their mean."""
    return float(np.mean(value.numpy() if hasattr(value, "numpy") else np.asarray(value)))


def _pictures(values: np.ndarray) -> Iterator[np.ndarray]:
    """An array as grey pictures: the first two axes are height and width, each place on the others has a picture."""
    values = np.squeeze(values)
    if values.ndim < 2:
        yield values.reshape(1, -1, 1)
    elif values.ndim == 2:
        yield (values if values.shape[0] <= values.shape[1] else values.T)[..., np.newaxis]
    else:
        flat = values.reshape(*values.shape[:2], -1)
        yield from (flat[..., i, np.newaxis] for i in range(flat.shape[-1]))
