"""`Model`: a graph of layers that can be trained, with Keras 1.2.2's methods."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.training.trainer import Trainer
from polykeras.v1 import backend as K
from polykeras.v1 import optimizers
from polykeras.v1.engine.compiled import (
    BatchMean,
    Measures,
    Objective,
    collect_metrics,
    target_shape,
    weighted_objective,
)
from polykeras.v1.engine.container import Container
from polykeras.v1.engine.data import (
    GeneratorEnqueuer,
    SampledBatches,
    batch_shuffle,
    check_array_lengths,
    check_loss_and_target_compatibility,
    make_batches,
    slice_X,
    standardize_class_weights,
    standardize_input_data,
    standardize_sample_or_class_weights,
    standardize_sample_weights,
    standardize_weights,
)


class Model(Container):
    """A graph of layers with `compile`, `fit`, `evaluate` and `predict`.

    Args:
        input, output: symbolic tensors, or lists of them.
        name: ``model_1`` and so on unless given.
    """

    run_params: dict[str, Any] = {}

    def compile(
        self,
        optimizer: Any,
        loss: Any,
        metrics: Any = None,
        loss_weights: Any = None,
        sample_weight_mode: Any = None,
        **kwargs: Any,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: a name or an `Optimizer`.
            loss: the name of an objective or a function ``f(y_true, y_pred)``; with several outputs also a list of
                these, or a dictionary by output name.
            metrics: names and functions, which return a number or a dictionary of numbers; a list, or a dictionary by
                output name.
            loss_weights: a number for each output.
            sample_weight_mode: ``"temporal"`` for weights of steps.
        """
        found = optimizers.get(optimizer)
        objective = Objective(loss, loss_weights, self.output_names)
        measures = Measures(metrics, objective, self.outputs)
        self.optimizer, self._objective, self._measures = found, objective, measures  # type: ignore[assignment]
        self._loss_tracker = BatchMean("loss")
        self.sample_weight_mode, self.loss_weights = sample_weight_mode, loss_weights
        self._given_metrics = metrics
        if isinstance(sample_weight_mode, dict):
            self._weight_modes = [sample_weight_mode.get(name) for name in self.output_names]
        elif isinstance(sample_weight_mode, list):
            self._weight_modes = list(sample_weight_mode)
        else:
            self._weight_modes = [sample_weight_mode] * len(self.outputs)
        self._forget_compiled_steps()

    def _all_metrics(self) -> list[Any]:
        if self._loss_tracker is None:
            return []
        return [self._loss_tracker, *self._objective.trackers, *self._measures.metrics]  # type: ignore[union-attr]

    # ---- what callbacks are told ------------------------------------------------------------------------------------

    def batch_logs(self) -> dict[str, Any]:
        """The values of the batch that was trained on last, and its ``size``."""
        metrics = self._all_metrics()
        return {"size": int(metrics[0].size.numpy()), **{m.name: m.last.numpy().item() for m in metrics}}

    def _announce(
        self, samples: int | None, batch_size: int | None, epochs: int, verbose: int, validates: bool
    ) -> None:
        """Note what callbacks find in ``params``."""
        names = self.metrics_names
        self.run_params = {
            "batch_size": batch_size,
            "nb_epoch": epochs,
            "nb_sample": samples,
            "verbose": verbose,
            "do_validation": validates,
            "metrics": [*names, *(f"val_{name}" for name in names)],
        }

    # ---- data ---------------------------------------------------------------------------------------------------

    def _check(self, name: str, targets: bool = True) -> Any:
        return super()._check(name, targets=False)  # targets were checked by the rules of Keras 1

    def _inputs(self, x: Any, batch_size: int | None = None) -> Any:
        arrays = standardize_input_data(x, self.input_names, self._shapes(self.inputs), False, "The model's input")
        if self.stateful and batch_size is not None and arrays[0].shape[0] % batch_size:
            raise ArgumentError(
                f"A stateful model needs a number of samples that is a multiple of the batch size, got "
                f"{arrays[0].shape[0]} samples and batches of {batch_size}."
            )
        return arrays[0] if len(arrays) == 1 else arrays

    @staticmethod
    def _shapes(tensors: Any) -> list[Any]:
        return [x.shape for x in tensors]

    def _standardized(
        self, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None, batch_size: int | None = None
    ) -> tuple[Any, Any, Any]:
        """Inputs, targets and weights; these are None where no weight was given."""
        self._require_compiled("training")
        functions = self._objective.functions  # type: ignore[union-attr]
        shapes = [target_shape(f, o.shape) for f, o in zip(functions, self.outputs, strict=True)]
        inputs = self._inputs(x, batch_size)
        targets = standardize_input_data(y, self.output_names, None, False, "The model's target")
        targets = [np.asarray(t, K.floatx()) for t in targets]  # metrics may reckon with them as with predictions
        check_loss_and_target_compatibility(targets, functions, shapes)
        weights = None
        if sample_weight is not None or class_weight:
            of_samples = standardize_sample_weights(sample_weight, self.output_names)
            of_classes = standardize_class_weights(class_weight, self.output_names)
            weights = [
                standardize_weights(t, s, c, m)
                for t, s, c, m in zip(targets, of_samples, of_classes, self._weight_modes, strict=True)
            ]
        check_array_lengths(tree.flatten(inputs), targets, weights or [])
        one = len(targets) == 1
        return inputs, targets[0] if one else targets, weights[0] if one and weights else weights

    # ---- training and evaluation --------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        nb_epoch: int = 10,
        verbose: int = 1,
        callbacks: Any = (),
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
    ) -> Any:
        """Train for a number of epochs; returns the `History`.

        Args:
            x, y: arrays, lists of them, or dictionaries by the names of inputs and outputs.
            batch_size, nb_epoch, initial_epoch: as they say; training stops at epoch `nb_epoch`.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch.
            callbacks: `Callback` objects.
            validation_split: the last fraction of the samples is evaluated on instead of trained on.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to evaluate on after each epoch.
            shuffle: a new order of the samples for each epoch.
            class_weight, sample_weight: weights in the loss.
        """
        x, y, weight = self._standardized(x, y, sample_weight, class_weight, batch_size)
        if validation_data is not None:
            validation_data = self._validation(validation_data, batch_size)
        elif validation_split and self.stateful:
            raise ArgumentError("fit: a stateful model takes validation_data, not validation_split.")
        samples = tree.flatten(x)[0].shape[0]
        if validation_split and validation_data is None:
            samples = int(samples * (1 - validation_split))
        validates = validation_data is not None or bool(validation_split)
        self._announce(samples, batch_size, nb_epoch, verbose, validates)
        return Trainer.fit(
            self, x, y, batch_size, nb_epoch, verbose, list(callbacks or ()), validation_split or 0.0, validation_data,
            bool(shuffle), None, weight, initial_epoch,
        )  # fmt: skip

    def _validation(self, data: Any, batch_size: int | None = None) -> Any:
        if len(data) not in (2, 3):
            raise ArgumentError(f"validation_data must be (x, y) or (x, y, sample_weight), got {len(data)} parts.")
        return self._standardized(data[0], data[1], data[2] if len(data) == 3 else None, None, batch_size)

    def evaluate(self, x: Any, y: Any, batch_size: int = 32, verbose: int = 1, sample_weight: Any = None) -> Any:
        """The loss, or a list of the loss and the metrics, in the order of `metrics_names`."""
        x, y, weight = self._standardized(x, y, sample_weight, None, batch_size)
        return Trainer.evaluate(self, x, y, batch_size, verbose, weight)

    def predict(self, x: Any, batch_size: int = 32, verbose: int = 0) -> Any:
        """The outputs for all samples, as ndarrays."""
        return Trainer.predict(self, self._inputs(x, batch_size), batch_size, verbose)

    def train_on_batch(self, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None) -> Any:
        """One step; returns the loss, or a list with the metrics, of this batch."""
        x, y, weight = self._standardized(x, y, sample_weight, class_weight)
        self.reset_metrics()
        return Trainer.train_on_batch(self, x, y, weight)

    def test_on_batch(self, x: Any, y: Any, sample_weight: Any = None) -> Any:
        """The loss, or a list with the metrics, of this batch."""
        x, y, weight = self._standardized(x, y, sample_weight)
        self.reset_metrics()
        return Trainer.test_on_batch(self, x, y, weight)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch."""
        return Trainer.predict_on_batch(self, self._inputs(x))

    # ---- generators ---------------------------------------------------------------------------------------------

    def _batches(self, generator: Any, samples: int, class_weight: Any = None) -> SampledBatches:
        def standardized(batch: Any) -> tuple[Any, ...]:
            if not isinstance(batch, (list, tuple)) or len(batch) not in (2, 3):
                raise ArgumentError(f"A generator must give (x, y) or (x, y, sample_weight), got {batch!r:.60}.")
            parts = self._standardized(batch[0], batch[1], batch[2] if len(batch) == 3 else None, class_weight)
            return parts if parts[2] is not None else parts[:2]

        return SampledBatches(generator, samples, standardized)

    def fit_generator(
        self,
        generator: Any,
        samples_per_epoch: int,
        nb_epoch: int,
        verbose: int = 1,
        callbacks: Any = (),
        validation_data: Any = None,
        nb_val_samples: int | None = None,
        class_weight: Any = None,
        max_q_size: int = 10,
        nb_worker: int = 1,
        pickle_safe: bool = False,
        initial_epoch: int = 0,
    ) -> Any:
        """Train on what a generator gives: ``(x, y)`` or ``(x, y, sample_weight)``, without end.

        An epoch is `samples_per_epoch` samples. `validation_data` may be a generator too, of `nb_val_samples` for each
        evaluation. The generator runs in the thread that trains; `max_q_size`, `nb_worker` and `pickle_safe` are accepted.
        """
        self._require_compiled("fit_generator")
        if hasattr(validation_data, "__next__") or hasattr(validation_data, "next"):
            if nb_val_samples is None:
                raise ArgumentError("fit_generator: with a generator as validation_data, say nb_val_samples.")
            validation_data = self._batches(validation_data, nb_val_samples)
        elif validation_data is not None:
            validation_data = self._validation(validation_data)
        self._announce(samples_per_epoch, None, nb_epoch, verbose, validation_data is not None)
        return Trainer.fit(
            self, self._batches(generator, samples_per_epoch, class_weight), epochs=nb_epoch, verbose=verbose,
            callbacks=list(callbacks or ()), validation_data=validation_data, initial_epoch=initial_epoch,
        )  # fmt: skip

    def evaluate_generator(
        self, generator: Any, val_samples: int, max_q_size: int = 10, nb_worker: int = 1, pickle_safe: bool = False
    ) -> Any:
        """`evaluate` on `val_samples` samples from a generator."""
        self._require_compiled("evaluate_generator")
        return Trainer.evaluate(self, self._batches(generator, val_samples), verbose=0)

    def predict_generator(
        self, generator: Any, val_samples: int, max_q_size: int = 10, nb_worker: int = 1, pickle_safe: bool = False
    ) -> Any:
        """`predict` on `val_samples` samples from a generator of inputs, or of ``(x, y)``."""
        pieces, seen = [], 0
        while seen < val_samples:
            batch = next(generator)
            x = batch[0] if isinstance(batch, tuple) else batch
            outputs = self.predict_on_batch(x)
            pieces.append(outputs)
            seen += tree.flatten(outputs)[0].shape[0]
        return tree.map_structure(lambda *parts: np.concatenate(parts), *pieces)


__all__ = [
    "GeneratorEnqueuer",
    "Model",
    "batch_shuffle",
    "check_array_lengths",
    "check_loss_and_target_compatibility",
    "collect_metrics",
    "make_batches",
    "slice_X",
    "standardize_class_weights",
    "standardize_input_data",
    "standardize_sample_or_class_weights",
    "standardize_sample_weights",
    "standardize_weights",
    "weighted_objective",
]
