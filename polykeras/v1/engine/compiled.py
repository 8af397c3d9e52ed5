"""The objective and the metrics of a compiled Keras 1 model, in the places of today's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import metrics as modern
from polykeras import ops, tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.interpreters import abstract
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1 import metrics, objectives


def weighted_objective(fn: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """`fn`, with weights of samples (and steps) and a mask, as one number.

    A mask divides by its mean; weights by the fraction of them that is not 0.
    """

    def weighted(y_true: Tensor, y_pred: Tensor, weights: Any = None, mask: Any = None) -> Tensor:
        score = fn(y_true, y_pred)
        if mask is not None:
            counts = K.cast(mask, K.floatx())
            score = ops.divide(ops.multiply(score, counts), K.mean(counts))
        if weights is not None:
            weights = K.cast(weights, K.floatx())
            rank = len(weights.shape)
            if len(score.shape) > rank:
                score = K.mean(score, axis=tuple(range(rank, len(score.shape))))
            score = ops.divide(ops.multiply(score, weights), K.mean(ops.not_equal(weights, 0)))
        return K.mean(score)

    return weighted


def per_output(given: Any, names: Sequence[str], what: str, default: Any = None) -> list[Any]:
    """`given`, one thing for all, a list, or a dictionary by output name, as one for each output."""
    if isinstance(given, dict):
        unknown = [k for k in given if k not in names]
        if unknown:
            raise ArgumentError(f"{what}: there is no output named {unknown[0]!r}; the outputs are {list(names)}.")
        return [given.get(name, default) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise ArgumentError(f"{what}: {len(names)} were wanted, for {list(names)}, got {len(given)}.")
        return list(given)
    return [default if given is None else given] * len(names)


class BatchMean(modern.Mean):
    """A mean over an epoch that also knows the batch that it was given last: callbacks are told that batch's values."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.last, self.size = self.add_variable(name="last"), self.add_variable(name="size")

    def update_state(self, values: Tensor, sample_weight: Any = None) -> None:
        """Add the value of a batch of so many samples."""
        super().update_state(values, sample_weight)
        self.last.assign(values)
        self.size.assign(sample_weight)


class Objective:
    """The weighted sum of the outputs' losses."""

    built = True

    def __init__(self, loss: Any, loss_weights: Any, names: Sequence[str]) -> None:
        if loss is None or (isinstance(loss, (list, dict)) and not loss):
            raise ArgumentError("compile: a loss is needed.")
        if isinstance(loss, dict) and set(loss) != set(names):
            missing = sorted(set(names) - set(loss))
            per_output(loss, names, "loss")
            raise ArgumentError(f"compile: the loss says nothing of the outputs {missing}.")
        self.config, self.names = loss, list(names)
        self.functions = [objectives.get(f) for f in per_output(loss, names, "loss")]
        self.factors = per_output(loss_weights, names, "loss_weights", 1.0)
        several = len(names) > 1
        self.trackers = [BatchMean(name=f"{name}_loss") for name in names] if several else []

    def build(self, y: Any, y_pred: Any, names: Any) -> None:
        """Nothing is left to do."""

    def __call__(self, y: Any, y_pred: Any, sample_weight: Any, masks: Any, names: Any) -> Tensor:
        targets, outputs = tree.flatten(y), tree.flatten(y_pred)
        weights = [None] * len(outputs) if sample_weight is None else tree.flatten(sample_weight)
        masks = [None] * len(outputs) if masks is None else tree.flatten(masks)
        total = None
        for i, (f, factor) in enumerate(zip(self.functions, self.factors, strict=True)):
            value = weighted_objective(f)(targets[i], outputs[i], weights[i], masks[i])
            if self.trackers:
                self.trackers[i].update_state(value, int(outputs[i].shape[0]))
            value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        return total


def collect_metrics(metrics: Any, output_names: Sequence[str]) -> list[list[Any]]:
    """The metrics of each output: a list goes to all of them, a dictionary to those it names."""
    if not metrics:
        return [[] for _ in output_names]
    if isinstance(metrics, dict):
        found = per_output(metrics, output_names, "metrics", [])
        return [list(m) if isinstance(m, (list, tuple)) else [m] for m in found]
    return [list(metrics) for _ in output_names]


class Measures:
    """The metrics of each output: the means over an epoch of their values for each batch, which ignore weights."""

    built = True

    def __init__(self, given: Any, objective: Objective, outputs: Sequence[KerasTensor]) -> None:
        self.metrics: list[Any] = []
        self._by_output: list[list[tuple[Callable[..., Any], list[Any]]]] = []
        for name, output, loss, chosen in zip(
            objective.names, outputs, objective.functions, collect_metrics(given, objective.names), strict=True
        ):
            prefix = f"{name}_" if len(outputs) > 1 else ""
            rows = []
            for metric in chosen:
                f, label = _function(metric, output.shape, loss)
                target = KerasTensor(target_shape(loss, output.shape), K.floatx())
                names = _names(f, label, target, output)
                trackers = [BatchMean(name=prefix + n) for n in names]
                self.metrics += trackers
                rows.append((f, trackers))
            self._by_output.append(rows)

    def build(self, y: Any, y_pred: Any, names: Any) -> None:
        """Nothing is left to do."""

    def update(self, y: Any, y_pred: Any, sample_weight: Any, names: Any) -> None:
        """Add one batch."""
        for target, output, rows in zip(tree.flatten(y), tree.flatten(y_pred), self._by_output, strict=True):
            for f, trackers in rows:
                result = f(target, output)
                values = list(result.values()) if isinstance(result, dict) else [result]
                for tracker, value in zip(trackers, values, strict=True):
                    tracker.update_state(K.mean(value), int(output.shape[0]))


def target_shape(loss: Any, output: Any) -> tuple[int | None, ...]:
    """The shape of the targets of an output."""
    return (*tuple(output)[:-1], 1) if loss is objectives.sparse_categorical_crossentropy else tuple(output)


def _function(metric: Any, shape: Any, loss: Any) -> tuple[Callable[..., Any], str]:
    if metric in ("accuracy", "acc"):
        if shape[-1] == 1 or loss is objectives.binary_crossentropy:
            return metrics.binary_accuracy, "acc"
        if loss is objectives.sparse_categorical_crossentropy:
            return metrics.sparse_categorical_accuracy, "acc"
        return metrics.categorical_accuracy, "acc"
    f = metrics.get(metric)
    return f, getattr(f, "__name__", "metric")


def _names(f: Callable[..., Any], label: str, target: KerasTensor, output: KerasTensor) -> list[str]:
    """A name for each value: of a metric that returns a dictionary its keys."""
    seen: list[str] = []

    def run(t: Tensor, p: Tensor) -> Any:
        result = f(t, p)
        seen[:] = list(result) if isinstance(result, dict) else [label]
        return list(result.values()) if isinstance(result, dict) else result

    abstract.infer(run, target, output)
    return seen
