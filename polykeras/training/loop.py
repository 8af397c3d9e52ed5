"""Running steps: one at a time, or many in one compiled call where the backend can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.backend import Backend
from polykeras.ops.conversion import convert_to_numpy, convert_to_tensor
from polykeras.training.data import ArrayData
from polykeras.training.interrupts import current_guard
from polykeras.training.step import PureStep
from polykeras.training.untraceable import warn_of_eager_steps

RESIDENT_BYTES = 1 << 29
"""Data up to this size may be put on the device as a whole."""

MOST_OUTPUT_BYTES = 1 << 26
"""Outputs of one compiled call take no more."""

LONGEST_CALL = 128
"""Most steps in one compiled call: keeps the progress bar alive and an interrupt prompt."""


def as_tensors(batch: Any, backend: Backend) -> Any:
    """Arrays as the tensors that a compiled step would be given for them, so that both can compute with them alike."""

    def tensor(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) and (name := dtypes.name_of_numpy(leaf.dtype)) in backend.dtypes:
            return backend.convert(leaf, name)
        return leaf

    return tree.map_structure(tensor, batch)


class StepRunner:
    """A pure step with its compiled forms. State goes back to the variables after every call."""

    def __init__(
        self,
        step: PureStep,
        backend: Backend,
        *,
        kind: str,
        eager: bool,
        jit: Any,
        steps_per_execution: int | str,
    ) -> None:
        self.step = step
        self.backend = backend
        self.eager = eager
        self.steps_per_execution = steps_per_execution
        self._kind = kind
        # Training hands the memory of the old state over; other steps may be running in several threads.
        donate = (0,) if kind == "train" else ()
        self._run: Callable[..., Any] = step if kind == "train" else step.changes
        self._compile = partial(backend.compile, donate=donate, alike=() if donate else (0,), jit=jit)
        self._one = self._run if eager else self._compile(self._run)
        self._many: Any = None
        self._last: Any = None  # logs of the last step

    def run_batch(self, batch: Any) -> Any:
        """One step; the variables have the new state afterwards. Returns what the model's method did."""
        if not self.eager:
            try:
                return self._advance(self._one, batch)
            except self.backend.untraceable as error:
                warn_of_eager_steps(self.step.method.__self__, error)  # type: ignore[attr-defined]
                self.eager, self._one = True, self._run
        return self._advance(self._one, as_tensors(batch, self.backend))

    def _advance(self, call: Callable[..., Any], *args: Any) -> Any:
        """Call a compiled step and store the new state: both, or neither if the step fails."""
        guard = current_guard()
        if guard is not None:
            guard.begin_step()
        try:
            own, shared, result = call(*(self.step.lend() if self.eager else self.step.read()), *args)
            self.step.write(own, shared)
        finally:
            if guard is not None:
                guard.end_step()
        self._last = result
        return result

    def logs(self, model: Any) -> dict[str, Any]:
        """The logs so far, as numbers; of a metric with several results, such as one for each class, an ndarray."""
        if isinstance(self._last, dict):
            found = {name: self._last[name] for name in self.step.log_names}
        else:
            found = model.get_metrics_result()
        values = {name: np.asarray(convert_to_numpy(result)) for name, result in found.items()}
        return {name: float(value) if value.ndim == 0 else np.array(value) for name, value in values.items()}

    def run_epoch(self, data: Any, order: Any, listeners: Any, model: Any, done: int = 0) -> dict[str, float]:
        """All training steps of an epoch but those that are `done` already; returns its logs."""
        length = 1 if done or listeners.watches_batches(True) else self._call_length(data)
        if length == 1:
            return self.run_batches(data.batches(order), listeners, model, done=done)
        for finished, _ in self._run_resident(data, order, length):
            listeners.advance(finished, lambda: self.logs(model))
        return self.logs(model)

    def run_test(self, data: Any, listeners: Any, model: Any, steps: int | None) -> dict[str, float]:
        """All test steps, at most so many; returns the logs."""
        length = 1 if steps is not None or listeners.watches_batches(False) else self._call_length(data)
        if length == 1:
            return self.run_batches(data.batches(), listeners, model, steps, training=False)
        for _ in self._run_resident(data, None, length):
            pass
        return self.logs(model)

    def run_predict(
        self, data: Any, listeners: Any, steps: int | None, row_bytes: Callable[[], int | None]
    ) -> Iterator[Any]:
        """The outputs, of one batch or several at a time.

        `row_bytes` says what the outputs for one sample take; where that is not known, each batch has its call.
        """
        length = 1 if steps is not None or listeners.callbacks else self._call_length(data)
        if length > 1:
            size = row_bytes()
            length = 1 if size is None else self._call_length(data, MOST_OUTPUT_BYTES // max(size * data.batch_size, 1))
        if length > 1:
            for finished, outputs in self._run_resident(data, None, length):
                yield tree.map_structure(convert_to_numpy, outputs)
                listeners.advance(finished, dict)
            return
        for i, batch in enumerate(data.batches()):
            if steps is not None and i >= steps:
                break
            listeners.on_predict_batch_begin(i)
            outputs = tree.map_structure(convert_to_numpy, self.run_batch(batch))
            yield outputs
            listeners.on_predict_batch_end(i, {"outputs": outputs})

    def run_batches(
        self,
        batches: Iterable[Any],
        listeners: Any,
        model: Any,
        steps: int | None = None,
        training: bool = True,
        done: int = 0,
    ) -> dict[str, float]:
        """One call a batch, for at most so many steps, without the first `done` batches; returns the logs."""
        begin = listeners.on_train_batch_begin if training else listeners.on_test_batch_begin
        end = listeners.on_train_batch_end if training else listeners.on_test_batch_end
        watched = listeners.watches_batches(training)
        for i, batch in enumerate(batches):
            if steps is not None and i >= steps:
                break
            if i < done:
                continue
            if watched:
                begin(i)
            self.run_batch(batch)
            if watched:
                end(i, self.logs(model))
            elif training:
                listeners.advance(i + 1, lambda: self.logs(model))
            if training and model.stop_training:
                break
        return self.logs(model)

    # ---- many steps in one call --------------------------------------------------------------------------------

    def _call_length(self, data: Any, most: int = LONGEST_CALL) -> int:
        """How many steps to put in one compiled call, at most so many."""
        if self.eager or not self.backend.capabilities.loops or not isinstance(data, ArrayData):
            return 1
        full = data.samples // data.batch_size
        if data.nbytes() > RESIDENT_BYTES or any(a is None for a in tree.flatten(data.whole)):
            return 1
        if isinstance(self.steps_per_execution, int):
            return max(min(self.steps_per_execution, full, most), 1)
        most = min(most, LONGEST_CALL)
        if min(full, most) < 4 or not self.backend.suits_loops(self.step.method.__self__):  # type: ignore[attr-defined]
            return 1
        if full <= most:
            return full
        # The remainder runs step by step: choose the length that leaves least of it.
        return min(range(most // 2, most + 1), key=lambda n: (full % n, -n))

    def _run_resident(self, data: ArrayData, order: Any, length: int) -> Iterator[tuple[int, Any]]:
        """Steps on data that stay on the device; gives how many are done, and the logs, after each call."""
        if self._many is None:
            collects = self._kind == "predict"
            many = partial(self.step.over_rows, only_changes=self._kind != "train", keeps_all=collects)
            self._many = self._compile(many)
        resident = data.on_device(self.backend, convert_to_tensor)
        size, full = data.batch_size, data.samples // data.batch_size
        rows = np.arange(data.samples, dtype="int32") if order is None else order
        done = 0
        while full - done >= length:
            index = rows[done * size : (done + length) * size].reshape(length, size)
            try:
                logs = self._advance(self._many, resident, index)
            except self.backend.untraceable:
                break  # `run_batch` says so
            done += length
            yield done, logs
        for start in range(done * size, data.samples, size):
            logs = self.run_batch(data.batch(rows[start : start + size]))
            done += 1
            yield done, logs
