"""`Trainer`: fit, evaluate and predict, the same for every model and every backend."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.callbacks.history import History
from polykeras.callbacks.run_listeners import RunListeners
from polykeras.errors import ArgumentError
from polykeras.ops.conversion import convert_to_numpy
from polykeras.random.host import next_seed
from polykeras.scope import backend_scope
from polykeras.training import checks
from polykeras.training.batch_steps import BatchSteps
from polykeras.training.data import ArrayData, unpack_x_y_sample_weight
from polykeras.training.interrupts import InterruptGuard
from polykeras.training.limits import limited_epochs, limited_steps
from polykeras.training.position import Position, shuffling_generator
from polykeras.training.sources import IterableData, data_of, endless

WHOLE = 1 << 62
"""A batch size that no data reach: all samples are one batch."""


class Trainer(BatchSteps):
    """The part of a model that trains it: runs over many batches. `polykeras.models.Model` is a layer and a trainer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stop_training = False
        self.history: History | None = None
        self._position = Position(0, None, 0)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """On the model's own backend, and no interrupt tears a step apart."""
        with backend_scope(self._home()), InterruptGuard():
            yield

    def _check(self, name: str, targets: bool = True) -> Callable[[Any, Any], None]:
        return lambda x, y: checks.check_data(self, x, y, name, targets)

    # ---- whole runs --------------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | list[int] = 1,
    ) -> History:
        """Train for a number of epochs. Returns the `History`, whose ``history`` maps log names to a value per epoch.

        Args:
            x, y: arrays, tensors of any backend or tables of pandas, or structures of them for several inputs and
                outputs; or x something that gives batches ``x``, ``(x, y)`` or ``(x, y, sample_weight)``: a generator,
                a `keras.utils.PyDataset`, a data loader or data set of a framework.
            batch_size: 32 unless given.
            epochs: the epoch at which to stop.
            verbose: 0 silent, 1 a progress bar on a terminal and else a line an epoch, 2 a line an epoch.
            callbacks: `Callback` objects.
            validation_split: the last fraction of the samples is evaluated on instead of trained on.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)``, or an iterable of batches, to evaluate on after
                each epoch, or after each `validation_freq` epochs, or after the epochs, counted from 1, of that list.
            shuffle: a new order of the samples for each epoch, the same on every backend for one seed.
            class_weight, sample_weight: weights of the samples in the loss.
            initial_epoch: the epoch at which to start.
            steps_per_epoch: batches in an epoch; the next epoch goes on with those that follow.
            validation_steps, validation_batch_size: the same for the validation data.

        All that can be wrong with arrays is found before the first step, see `polykeras.errors`. An interrupt (Ctrl-C)
        leaves the weights as of the last finished step.
        """
        self._require_compiled("fit")
        _is_due(1, validation_freq)  # raises, before work is lost
        if validation_split and validation_data is None:
            whole = data_of(x, y, sample_weight, batch_size, class_weight)
            if not isinstance(whole, ArrayData):
                raise ArgumentError("validation_split needs arrays, not an iterable of batches.")
            with backend_scope(self._home()):
                self._check("x")(whole.x, whole.y)
            data: Any
            validation: Any
            data, validation = whole.split(validation_split, validation_batch_size)
        else:
            data = data_of(x, y, sample_weight, batch_size, class_weight, steps_per_epoch, self._check("x"))
            validation = None
            if validation_data is not None:
                vx, vy, vw = unpack_x_y_sample_weight(validation_data)
                size = validation_batch_size or batch_size
                check = self._check("validation_data")
                validation = data_of(vx, vy, vw, size, None, validation_steps, check)
        steps_per_epoch = limited_steps(steps_per_epoch, data)
        if validation is not None:
            validation_steps = limited_steps(validation_steps, validation)
        seed = next_seed() if shuffle else None
        generator = None if seed is None else shuffling_generator(seed)
        if isinstance(data, IterableData):
            data.generator = generator
        elif steps_per_epoch is not None:
            data = IterableData(endless(data, generator), steps_per_epoch)
        with self._running():
            self._position = Position(initial_epoch, seed, initial_epoch)
            return self._fit(
                data,
                validation,
                limited_epochs(epochs),
                verbose,
                callbacks,
                generator,
                validation_steps,
                validation_freq,
            )

    def _fit(
        self, data: Any, validation: Any, epochs: int, verbose: Any, callbacks: Any, generator: Any,
        validation_steps: int | None, validation_freq: int | list[int],
    ) -> History:  # fmt: skip
        history = self.history = History()
        own = _flat(callbacks)
        listeners = RunListeners([*own, history], self, verbose, epochs, data.steps)
        self.stop_training = False
        logs: dict[str, float] | None = None
        listeners.on_train_begin()
        position = self._position
        try:
            if position.restore is not None:
                self._go_on_from(position, data, generator, epochs)
            for epoch in range(position.epoch, epochs):
                first = data.peek()
                if first is None:
                    if epoch == position.epoch:
                        raise ArgumentError("fit: x gave no batches.")
                    _warn_of_early_end(epoch, epochs)
                    break
                self._make_ready(first, training=True)
                done = position.batch if epoch == position.epoch else 0  # in an earlier run
                if not done:
                    self.reset_metrics()
                listeners.on_epoch_begin(epoch)
                started = time.perf_counter()
                runner = self._runner("train", listeners.watches_batches(training=True))
                logs = runner.run_epoch(data, data.order(generator), listeners, self, done)
                listeners.note_duration(time.perf_counter() - started)
                if data.ended_early and not self.stop_training:
                    _warn_of_early_end(epoch, epochs)
                    self.stop_training = True
                if validation is not None and _is_due(epoch + 1, validation_freq):
                    results = self._evaluate(validation, validation_steps, listeners, "validation_data")
                    logs.update({f"val_{name}": value for name, value in results.items()})
                listeners.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
        finally:
            listeners.close()
            for source in (data, validation):
                if source is not None:
                    source.close()
        if logs is not None:
            for optimizer in self._optimizers():
                if optimizer.built:
                    optimizer.finalize_variable_values(self.trainable_variables)
        listeners.on_train_end(logs)
        return history

    def _go_on_from(self, position: Position, data: Any, generator: Any, epochs: int) -> None:
        """Have data and state as they were at that point of an earlier run."""
        if position.epoch < epochs:
            position.skip_to(data, generator)
        first = data.peek()
        if first is not None:
            self._make_ready(first, training=True)
        restore, position.restore = position.restore, None  # a copy of the model has no use for it
        if restore is not None:
            restore()

    def _evaluate(self, data: Any, steps: int | None, listeners: RunListeners, name: str) -> dict[str, float]:
        first = data.peek()
        if first is None:
            raise ArgumentError(f"{name} gave no batches. A generator can be gone through once only.")
        self._make_ready(first, training=False)
        self.reset_metrics()
        listeners.on_test_begin()
        runner = self._runner("test", listeners.watches_batches(training=False))
        logs = runner.run_test(data, listeners, self, steps)
        listeners.on_test_end(logs)
        return logs

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and the metrics on data: a number, a list in the order of `metrics_names`, or a dictionary."""
        if kwargs:
            raise ArgumentError(f"evaluate: unknown argument(s) {', '.join(kwargs)}.")
        self._require_compiled("evaluate")
        data = data_of(x, y, sample_weight, batch_size, None, steps, self._check("x"))
        steps = limited_steps(steps, data)
        own = _flat(callbacks)
        with self._running():
            listeners = RunListeners(own, self, verbose, 1, steps or data.steps, testing=True)
            try:
                logs = self._evaluate(data, steps, listeners, "evaluate: x")
            finally:
                listeners.close()
                data.close()
        listeners.report(logs)
        return _as_asked(logs, return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for all samples, as ndarrays in the structure of the model's outputs.

        `steps` ends it after so many batches. `verbose` is 0 for silence, 1 for a progress bar on a terminal and else a
        line when all is done, 2 for that line in any case.
        """
        data = data_of(x, None, None, batch_size, None, steps, self._check("x", targets=False))
        steps = limited_steps(steps, data)
        own = _flat(callbacks)
        listeners = RunListeners(own, self, verbose, 1, steps or data.steps)
        with backend_scope(self._home()):  # no guard: what a step is given here is not handed over
            try:
                pieces = self._predict(data, steps, listeners)
            finally:
                listeners.close()
                data.close()
        if len(pieces) == 1:
            return pieces[0]
        return tree.map_structure(lambda *parts: np.concatenate(parts), *pieces)

    def _predict(self, data: Any, steps: int | None, listeners: RunListeners) -> list[Any]:
        """The outputs for each batch."""
        first = data.peek()
        if first is None:
            raise ArgumentError("predict: x gave no batches.")
        self._make_ready(first, training=False)
        listeners.on_predict_begin()
        pieces = list(self._runner("predict").run_predict(data, listeners, steps, self._row_bytes))
        listeners.on_predict_end()
        return pieces

    def _row_bytes(self) -> int | None:
        """What the outputs for one sample take; None where shapes are not known beforehand."""
        if self._graph is None or any(None in y.shape[1:] for y in self._graph.output_leaves):
            return None
        return sum(math.prod(y.shape[1:]) * dtypes.numpy_dtype(y.dtype).itemsize for y in self._graph.output_leaves)

    # ---- single batches ----------------------------------------------------------------------------------------

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One training step on one batch. Returns the loss and metrics since `reset_metrics`, as `evaluate` does."""
        return self._on_batch("train", ArrayData(x, y, sample_weight, WHOLE, class_weight), return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """The loss and metrics since `reset_metrics`, this batch among them, as `evaluate` returns them."""
        return self._on_batch("test", ArrayData(x, y, sample_weight, WHOLE), return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as ndarrays."""
        data = ArrayData(x, batch_size=WHOLE)
        with backend_scope(self._home()):
            self._check("x", targets=False)(data.x, data.y)
            self._make_ready(data.whole, training=False)
            return tree.map_structure(convert_to_numpy, self._runner("predict").run_batch(data.whole))

    def _on_batch(self, kind: str, data: ArrayData, return_dict: bool) -> Any:
        self._require_compiled(f"{kind}_on_batch")
        with self._running():
            self._check("x")(data.x, data.y)
            self._make_ready(data.whole, training=kind == "train")
            runner = self._runner(kind, keeps_logs=True)
            runner.run_batch(data.whole)
            return _as_asked(runner.logs(self), return_dict)


def _flat(callbacks: Any) -> list[Any]:
    return [] if callbacks is None else [c for c in tree.flatten(callbacks) if c is not None]


def _as_asked(logs: dict[str, float], return_dict: bool) -> Any:
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _is_due(epoch: int, frequency: int | list[int]) -> bool:
    """Whether validation follows the epoch, counted from 1."""
    if isinstance(frequency, (list, tuple, set)):
        return epoch in frequency
    if not isinstance(frequency, int) or frequency < 1:
        raise ArgumentError(f"validation_freq must be a positive int or a list of epochs, got {frequency!r}.")
    return epoch % frequency == 0


def _warn_of_early_end(epoch: int, epochs: int) -> None:
    warnings.warn(
        f"The data ended in epoch {epoch + 1} of {epochs}, so training ends there. A generator is gone through once: "
        "let it go on forever and say steps_per_epoch, or give an object that can be iterated over again.",
        RuntimeWarning,
        stacklevel=4,
    )
