"""`Trainer`: compile, fit, evaluate and predict, the same for every model and every backend."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from polykeras import masking, tree
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.history import History
from polykeras.errors import ArgumentError
from polykeras.scope import backend_scope, current_backend
from polykeras.training import checks
from polykeras.training.data import ArrayData, IterableData, data_of, unpack_x_y_sample_weight
from polykeras.training.differentiate import value_and_gradients
from polykeras.training.loop import StepRunner
from polykeras.training.objectives import CompiledLoss, CompiledMetrics
from polykeras.training.step import PureStep
from polykeras.variable import Variable


class Trainer:
    """The part of a model that trains it. `polykeras.models.Model` is a layer and a trainer."""

    def __init__(self) -> None:
        self.optimizer: Any = None
        self.stop_training = False
        self.history: History | None = None
        self.jit_compile: bool | str = "auto"
        self.run_eagerly = False
        self.steps_per_execution: int | str = "auto"
        self._objective: CompiledLoss | None = None
        self._measures: CompiledMetrics | None = None
        self._loss_tracker: Any = None
        self._runners: dict[Any, StepRunner] = {}
        self._epochs_shuffled = 0

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int | str = "auto",
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: a name or an `Optimizer`.
            loss: a name, a function ``f(y_true, y_pred)`` or a `Loss`; with several outputs also a list of these in
                their order, or a dictionary by output name.
            loss_weights: a number per output, as a list or dictionary.
            metrics, weighted_metrics: lists of names, functions or `Metric` objects; with several outputs a list per
                output, or a dictionary.
            run_eagerly: call `train_step` anew each time, without compiling it.
            steps_per_execution: how many steps one compiled call makes; ``"auto"`` lets the backend decide.
            jit_compile: whether to use the framework's optimising compiler; ``"auto"`` lets the backend decide.

        Raises `UnknownNameError` for names that do not exist.
        """
        from polykeras import metrics as metrics_module
        from polykeras import optimizers

        if steps_per_execution != "auto" and (not isinstance(steps_per_execution, int) or steps_per_execution < 1):
            raise ArgumentError(f'steps_per_execution must be "auto" or a positive int, got {steps_per_execution!r}.')
        self.optimizer = optimizers.get(optimizer)
        self._objective = CompiledLoss(loss, loss_weights) if loss is not None else None
        self._measures = CompiledMetrics(metrics, weighted_metrics, loss)
        self._loss_tracker = metrics_module.Mean(name="loss")
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile
        self.stop_training = False
        self._compile_arguments = {"optimizer": optimizer, "loss": loss, "loss_weights": loss_weights, "metrics": metrics,
                                   "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
                                   "steps_per_execution": steps_per_execution, "jit_compile": jit_compile}  # fmt: skip
        self._forget_compiled_steps()

    def _forget_compiled_steps(self) -> None:
        self._runners = {}

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self.optimizer is not None

    @property
    def loss(self) -> Any:
        """The loss that was given to `compile`."""
        return self._objective.config if self._objective is not None else None

    @property
    def metrics(self) -> list[Any]:
        """The metrics that are reported, the loss first."""
        own = [self._loss_tracker] if self._loss_tracker is not None else []
        if self._measures is not None:
            own += self._measures.metrics
        if self._objective is not None:
            own += self._objective.trackers
        for member in self._members():  # type: ignore[attr-defined]
            if _is_metric(member):
                own.append(member)
        return list({id(m): m for m in own}.values())

    @property
    def metrics_names(self) -> list[str]:
        """Their names."""
        return [m.name for m in self.metrics]

    # ---- one step: what a subclass may override ----------------------------------------------------------------

    def train_step(self, data: Any) -> dict[str, Any]:
        """Train on one batch ``(x, y, sample_weight)``; returns the logs. Written for any backend, compiled on each."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)  # type: ignore[operator]
            return self.compute_loss(x, y, y_pred, sample_weight, training=True), y_pred

        variables = self.trainable_variables  # type: ignore[attr-defined]
        if not variables:
            loss, y_pred = forward()
        else:
            (loss, y_pred), gradients = value_and_gradients(forward, variables)
            self.optimizer.apply(gradients, variables)
        self._loss_tracker.update_state(loss, _rows_of(x))
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch; returns the logs."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        self._loss_tracker.update_state(loss, _rows_of(x))
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The scalar to minimise: the compiled loss and what layers and regularizers add."""
        parts = []
        if self._objective is not None and y is not None:
            masks = tree.map_structure(masking.get_mask, y_pred) if masking.any_masks() else None
            parts.append(self._objective(y, y_pred, sample_weight, masks, self.output_names))  # type: ignore[attr-defined]
        parts.extend(self.losses)  # type: ignore[attr-defined]
        if not parts:
            raise ArgumentError(
                f"Model {self.name!r}: nothing to minimise. Give compile() a loss and fit() targets y, or call add_loss() "  # type: ignore[attr-defined]
                "in a layer."
            )
        from polykeras import ops

        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, ops.cast(part, ops.dtype(total)))
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Update the compiled metrics with one batch; returns their results so far."""
        if self._measures is not None and y is not None:
            self._measures.update(y, y_pred, sample_weight, self.output_names)  # type: ignore[attr-defined]
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """The results of all metrics so far, by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result()
            results.update(value if isinstance(value, dict) else {metric.name: value})
        return results

    def reset_metrics(self) -> None:
        """Start all metrics afresh."""
        for metric in self.metrics:
            metric.reset_state()

    # ---- compiled steps ----------------------------------------------------------------------------------------

    def _state_variables(self, training: bool) -> list[Variable]:
        from polykeras.random.seed_generator import global_generator

        variables = [*self.variables]  # type: ignore[attr-defined]
        if training and self.optimizer is not None:
            variables += self.optimizer.variables
        for metric in self.metrics:
            variables += metric.variables
        variables.append(global_generator().state)
        return list({id(v): v for v in variables}.values())

    def _runner(self, kind: str) -> StepRunner:
        """What runs train, test or predict steps; made again when what is trainable has changed."""
        trainable = tuple(id(v) for v in self.trainable_variables)  # type: ignore[attr-defined]
        key = (kind, trainable if kind == "train" else None, self.run_eagerly)
        runner = self._runners.get(key)
        if runner is None:
            method = {"train": self.train_step, "test": self.test_step, "predict": self.predict_step}[kind]
            step = PureStep(method, self._state_variables(kind == "train"), keeps_logs=self._logs_are_own(kind))
            runner = self._runners[key] = StepRunner(
                step,
                self._training_backend(),
                eager=self.run_eagerly,
                jit=self.jit_compile,
                steps_per_execution=self.steps_per_execution,
            )
        return runner

    def _logs_are_own(self, kind: str) -> bool:
        """Whether a step's result says more than the metrics' variables do."""
        cls = type(self)
        methods = {"train": ("train_step", "compute_metrics"), "test": ("test_step", "compute_metrics")}
        return any(getattr(cls, name) is not getattr(Trainer, name) for name in methods.get(kind, ())) or kind == "predict"

    def _training_backend(self) -> Any:
        variables = self.weights  # type: ignore[attr-defined]
        return variables[0].backend if variables else current_backend()

    def _make_ready(self, batch: Any, training: bool) -> None:
        """Build model, optimizer and metrics on a first batch, so that a step creates no variables."""
        x, y, sample_weight = unpack_x_y_sample_weight(batch)
        if not self.built or any(not layer.built for layer in self._flatten_layers()):  # type: ignore[attr-defined]
            from polykeras.layers.layer import _shapes

            free = tree.map_structure(_UnknownBatch, x)
            if not self.built:  # type: ignore[attr-defined]
                self._run_build(_shapes(free))  # type: ignore[attr-defined]
            self._training_backend()
        if training and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]
        if self._measures is not None and not self._measures.built and y is not None:
            from polykeras.interpreters.abstract import infer

            y_pred = infer(self.__call__, x, training=False) if True else None
            self._measures.build(y, y_pred, self.output_names)  # type: ignore[attr-defined]
            if self._objective is not None:
                self._objective.build(y, y_pred, self.output_names)  # type: ignore[attr-defined]

    def _require_compiled(self, what: str) -> None:
        if not self.compiled:
            raise ArgumentError(f"Model {self.name!r}: call compile(optimizer, loss) before {what}().")  # type: ignore[attr-defined]

    # ---- whole runs --------------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Sequence[Any] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
    ) -> History:
        """Train for a number of epochs. Returns the `History`, whose ``history`` maps log names to a value per epoch.

        Args:
            x, y: arrays or tensors (of any backend), or structures of them for several inputs and outputs; or x an
                iterable of batches.
            batch_size: 32 unless given.
            epochs: the epoch at which to stop.
            verbose: 0 silent, 1 a progress bar on a terminal and else a line an epoch, 2 a line an epoch.
            validation_split: the last fraction of the samples is evaluated on instead of trained on.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to evaluate on after each epoch.
            shuffle: a new order of the samples for each epoch, the same on every backend for one seed.
            class_weight, sample_weight: weights of the samples in the loss.

        An interrupt (Ctrl-C) leaves the weights as of the last finished step.
        """
        self._require_compiled("fit")
        data = data_of(x, y, sample_weight, batch_size, class_weight, steps_per_epoch)
        validation: ArrayData | IterableData | None = None
        if validation_split and validation_data is None:
            if not isinstance(data, ArrayData):
                raise ArgumentError("validation_split needs arrays, not an iterable of batches.")
            data, validation = data.split(validation_split)
        elif validation_data is not None:
            vx, vy, vw = unpack_x_y_sample_weight(validation_data)
            validation = data_of(vx, vy, vw, validation_batch_size or batch_size, None, validation_steps)
        with backend_scope(self._home()):
            for part, name in ((data, "x"), (validation, "validation_data")):
                if isinstance(part, ArrayData):
                    checks.check_data(self, part, name)
            return self._fit(data, validation, epochs, verbose, callbacks, shuffle, initial_epoch, steps_per_epoch, validation_freq)

    def _home(self) -> Any:
        weights = self.weights  # type: ignore[attr-defined]
        return weights[0].backend if weights else current_backend()

    def _fit(
        self, data: Any, validation: Any, epochs: int, verbose: Any, callbacks: Any, shuffle: bool, initial_epoch: int,
        steps_per_epoch: int | None, validation_freq: int,
    ) -> History:  # fmt: skip
        from polykeras.random.host import host_generator, next_seed

        generator = host_generator(next_seed(), 1) if shuffle else None
        steps = steps_per_epoch or data.steps
        self.history = History()
        listeners = CallbackList(
            [*(callbacks or ()), self.history], model=self, verbose=verbose, epochs=epochs, steps=steps
        )
        self.stop_training = False
        runner: StepRunner | None = None
        listeners.on_train_begin()
        try:
            for epoch in range(initial_epoch, epochs):
                self.reset_metrics()
                listeners.on_epoch_begin(epoch)
                started = time.perf_counter()
                order = data.order(shuffle, generator)
                if runner is None:
                    first = next(iter(data.batches(order)), None) if isinstance(data, ArrayData) else None
                    if first is not None:
                        self._make_ready(first, training=True)
                        runner = self._runner("train")
                if runner is None:
                    runner = _LazyRunner(self)  # type: ignore[assignment]
                logs = runner.run_epoch(data, order, listeners, self, steps_per_epoch)  # type: ignore[union-attr]
                listeners.note_duration(time.perf_counter() - started)
                if validation is not None and (epoch + 1 - initial_epoch) % validation_freq == 0:
                    results = self._evaluate(validation, listeners)
                    logs.update({f"val_{name}": value for name, value in results.items()})
                listeners.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
        finally:
            listeners.close()
        listeners.on_train_end(logs if epochs > initial_epoch else None)
        return self.history

    def _evaluate(self, data: Any, listeners: CallbackList) -> dict[str, float]:
        self.reset_metrics()
        listeners.on_test_begin()
        for batch in data.batches():
            self._make_ready(batch, training=False)
            break
        logs = self._runner("test").run_epoch(data, None, listeners, self, None, training=False)
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
        callbacks: Sequence[Any] | None = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and the metrics on data: a number, a list in the order of `metrics_names`, or a dictionary."""
        if kwargs:
            raise ArgumentError(f"evaluate: unknown argument(s) {', '.join(kwargs)}.")
        self._require_compiled("evaluate")
        data = data_of(x, y, sample_weight, batch_size, None, steps)
        with backend_scope(self._home()):
            if isinstance(data, ArrayData):
                checks.check_data(self, data, "x")
            listeners = CallbackList(list(callbacks or ()), model=self, verbose=verbose, epochs=1, steps=data.steps, testing=True)
            try:
                logs = self._evaluate(data, listeners)
            finally:
                listeners.close()
        listeners.report(logs)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> Any:
        """The outputs for all samples, as ndarrays in the structure of the model's outputs."""
        import numpy as np

        data = data_of(x, None, None, batch_size, None, steps)
        listeners = CallbackList(list(callbacks or ()), model=self, verbose=0, epochs=1, steps=data.steps)
        with backend_scope(self._home()):
            if isinstance(data, ArrayData):
                checks.check_data(self, data, "x", targets=False)
            runner: StepRunner | None = None
            pieces: list[Any] = []
            listeners.on_predict_begin()
            for i, batch in enumerate(data.batches()):
                if runner is None:
                    self._make_ready(batch, training=False)
                    runner = self._runner("predict")
                listeners.on_predict_batch_begin(i)
                pieces.append(runner.outputs(batch))
                listeners.on_predict_batch_end(i, {"outputs": pieces[-1]})
            listeners.on_predict_end()
            if not pieces:
                raise ArgumentError("predict: there are no batches.")
            from polykeras.ops.conversion import convert_to_numpy

            arrays = [tree.map_structure(convert_to_numpy, p) for p in pieces]
        if len(arrays) == 1:
            return arrays[0]
        return tree.map_structure(lambda *parts: np.concatenate(parts), *arrays)

    # ---- single batches ----------------------------------------------------------------------------------------

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One training step on one batch; returns the loss and metrics so far, as `evaluate` does."""
        return self._on_batch("train", x, y, sample_weight, class_weight, return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """The loss and metrics on one batch, as `evaluate` returns them."""
        return self._on_batch("test", x, y, sample_weight, None, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as ndarrays."""
        from polykeras.ops.conversion import convert_to_numpy

        data = ArrayData(x, batch_size=1 << 62)
        with backend_scope(self._home()):
            checks.check_data(self, data, "x", targets=False)
            batch = next(data.batches())
            self._make_ready(batch, training=False)
            return tree.map_structure(convert_to_numpy, self._runner("predict").outputs(batch))

    def _on_batch(self, kind: str, x: Any, y: Any, sample_weight: Any, class_weight: Any, return_dict: bool) -> Any:
        self._require_compiled(f"{kind}_on_batch")
        data = ArrayData(x, y, sample_weight, 1 << 62, class_weight)
        with backend_scope(self._home()):
            checks.check_data(self, data, "x")
            batch = next(data.batches())
            self._make_ready(batch, training=kind == "train")
            runner = self._runner(kind)
            runner.run_batch(batch)
            logs = runner.logs(self)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values


def _is_metric(member: Any) -> bool:
    return hasattr(member, "update_state") and hasattr(member, "reset_state")


def _rows_of(x: Any) -> int:
    return int(tree.flatten(x)[0].shape[0])


class _UnknownBatch:
    """The shape of an array, but for the number of samples."""

    def __init__(self, array: Any) -> None:
        self.shape = (None, *array.shape[1:])
        self.dtype = array.dtype


class _LazyRunner:
    """Stands for the runner until an iterable has given its first batch, on which the model is built."""

    def __init__(self, model: Trainer) -> None:
        self._model = model

    def run_epoch(self, data: Any, order: Any, listeners: Any, model: Any, steps: int | None) -> dict[str, float]:
        iterator = data.batches(order)
        first = next(iterator, None)
        if first is None:
            raise ArgumentError("fit: the iterable gave no batches.")
        self._model._make_ready(first, training=True)
        runner = self._model._runner("train")
        return runner.run_batches(_chain(first, iterator), listeners, model, steps)


def _chain(first: Any, rest: Any) -> Any:
    yield first
    yield from rest
