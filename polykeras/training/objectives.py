"""The compiled loss and metrics: from what `compile` was given to one function per output."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.training.outputs import Outputs


class CompiledLoss:
    """The weighted sum of the outputs' losses; with several outputs, also each of them as a log."""

    def __init__(self, loss: Any, loss_weights: Any = None) -> None:
        from polykeras import losses

        self.config = loss
        self.loss_weights = loss_weights
        # Names are resolved now, so that a wrong one is reported by compile().
        self._losses = _map(lambda one: None if one is None else losses.as_loss(one), loss)
        self.trackers: list[Any] = []
        self.built = False
        self._sorted: tuple[Any, Sequence[str], Outputs, list[Any]] | None = None

    def build(self, y: Any, y_pred: Any, names: Sequence[str]) -> None:
        """Make the trackers of the single losses."""
        from polykeras import metrics

        outputs = Outputs(y_pred, names)
        functions = self.functions_of(outputs)
        outputs.sort(self.loss_weights, "loss_weights", lists_are_leaves=outputs.count == 1)
        if outputs.count > 1:
            with_loss = [path for path, f in zip(outputs.paths, functions, strict=True) if f is not None]
            self.trackers = [metrics.Mean(name=f"{path}_loss") for path in with_loss] if len(with_loss) > 1 else []
        self.built = True

    def sorted_by_output(self, y_pred: Any, names: Sequence[str]) -> tuple[Outputs, list[Any]]:
        """The outputs and the loss of each, see `functions_of`; the last answer is kept."""
        if self._sorted is None or self._sorted[0] is not y_pred or self._sorted[1] != names:
            outputs = Outputs(y_pred, names)
            self._sorted = (y_pred, names, outputs, self.functions_of(outputs))
        return self._sorted[2:]

    def functions_of(self, outputs: Outputs) -> list[Any]:
        """The loss of each output; of one that has several, a list; None where there is none."""
        return outputs.sort(self._losses, "loss", lists_are_leaves=outputs.count == 1)

    def __call__(self, y: Any, y_pred: Any, sample_weight: Any, masks: Any, names: Sequence[str]) -> Any:
        from polykeras.ops.elementwise import add, multiply

        outputs = Outputs(y_pred, names)
        functions = self.functions_of(outputs)
        targets = outputs.targets(y, [f is not None for f in functions])
        factors = outputs.sort(self.loss_weights, "loss_weights", lists_are_leaves=outputs.count == 1)
        weights = outputs.sample_weights(sample_weight)
        mask_leaves = [None] * outputs.count if masks is None else tree.flatten(masks)
        total, trackers = None, iter(self.trackers)
        for name, f, target, output, factor, weight, mask in zip(
            outputs.names, functions, targets, outputs.leaves, factors, weights, mask_leaves, strict=True
        ):
            if f is None:
                continue
            if target is None:
                raise ArgumentError(f"The output {name!r} has a loss, but no target was given for it.")
            tracker = next(trackers, None)
            for one, its_factor in _with_factors(f, factor):
                value = _value_of(one, name, target, output, weight, mask)
                if tracker is not None:
                    tracker.update_state(value, int(output.shape[0]))
                if its_factor is not None:
                    value = multiply(value, its_factor)
                total = value if total is None else add(total, value)
        if total is None:
            raise ArgumentError(f"None of the outputs {outputs.names} has a loss.")
        return total


def _with_factors(losses: Any, factors: Any) -> list[tuple[Any, Any]]:
    """The losses of one output, each with what it is multiplied by."""
    if not isinstance(losses, list):
        return [(losses, factors[0] if isinstance(factors, (list, tuple)) else factors)]
    found = list(factors) if isinstance(factors, (list, tuple)) else [factors] * len(losses)
    if len(found) != len(losses):
        raise ArgumentError(f"loss_weights: {len(found)} given for {len(losses)} losses of one output.")
    return [(f, factor) for f, factor in zip(losses, found, strict=True) if f is not None]


def _value_of(loss: Any, name: str, target: Any, output: Any, weight: Any, mask: Any) -> Any:
    """What one loss says of one output: a scalar."""
    from polykeras import losses

    if isinstance(loss, losses.Loss):
        value = loss(target, output, sample_weight=weight, mask=mask)
    else:
        value = _mean_weighted(loss(target, output), weight, mask)
    if tuple(value.shape):
        label = getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__)
        raise ShapeError(
            f"The loss {label!r} of output {name!r} must be a scalar, got shape {tuple(value.shape)}. A loss with "
            'reduction=None is for loops of one\'s own: give it reduction="sum_over_batch_size".'
        )
    return value


def _mean_weighted(values: Any, weight: Any, mask: Any) -> Any:
    """The mean of what a plain loss function returned, weighted as losses are."""
    from polykeras import losses, ops

    values = ops.convert_to_tensor(values)
    if not len(values.shape) and weight is None:
        return values
    return losses.reduce_weighted_values(values, sample_weight=weight, mask=mask, reduction="sum_over_batch_size")


class CompiledMetrics:
    """The metrics of each output, with the weighted ones apart."""

    def __init__(self, metrics: Any, weighted_metrics: Any, loss: Any) -> None:
        from polykeras import metrics as module

        self._given = (metrics, weighted_metrics)
        self._loss = loss
        self.metrics: list[Any] = []
        self._by_output: list[tuple[list[Any], list[Any]]] = []
        self.built = metrics is None and weighted_metrics is None
        for one in tree.flatten(self._given):  # wrong names are reported by compile()
            if isinstance(one, str) and one not in _ACCURACY and one not in ("crossentropy", "ce"):
                module.get(one)

    def build(self, y: Any, y_pred: Any, names: Sequence[str]) -> None:
        """Make the metrics, choosing the kind of accuracy by the shapes."""
        outputs = Outputs(y_pred, names)
        targets = self._targets(outputs, y)
        losses = outputs.sort(self._loss, "loss", lists_are_leaves=outputs.count == 1)
        chosen = [
            outputs.sort(given, what, lists_are_leaves=True)
            for given, what in zip(self._given, ("metrics", "weighted_metrics"), strict=True)
        ]
        for i, (name, target, output) in enumerate(zip(outputs.names, targets, outputs.leaves, strict=True)):
            pair: list[list[Any]] = []
            for given, prefix in zip(chosen, ("", "weighted_"), strict=True):
                found = tree.flatten(given[i]) if isinstance(given[i], (list, tuple)) else [given[i]]
                if target is None and any(m is not None for m in found):
                    raise ArgumentError(f"The output {name!r} has metrics, but no target was given for it.")
                found = [one for m in found if m is not None for one in _separate(m, target, output)]
                made = [_make(m, target, output, losses[i]) for m in found]
                for metric in made:
                    _make_variables(metric, target, output)
                    if outputs.count > 1 and not metric.name.startswith(f"{name}_"):
                        metric.name = f"{name}_{metric.name}"
                    if prefix and any(metric.name == m.name for m in self.metrics):
                        metric.name = _weighted_name(metric.name, name)
                pair.append(made)
                self.metrics.extend(made)
            self._by_output.append((pair[0], pair[1]))
        _make_names_unique(self.metrics)
        self.built = True

    def update(self, y: Any, y_pred: Any, sample_weight: Any, names: Sequence[str]) -> None:
        """Add one batch to all metrics; only the weighted ones see the weights."""
        if not self.metrics:
            return
        outputs = Outputs(y_pred, names)
        targets, weights = self._targets(outputs, y), outputs.sample_weights(sample_weight)
        for target, output, weight, (plain, weighted) in zip(
            targets, outputs.leaves, weights, self._by_output, strict=True
        ):
            for metric in plain:
                metric.update_state(target, output)
            for metric in weighted:
                metric.update_state(target, output, sample_weight=weight)

    def _targets(self, outputs: Outputs, y: Any) -> list[Any]:
        losses = outputs.sort(self._loss, "loss", lists_are_leaves=outputs.count == 1)
        return outputs.targets(y, [loss is not None for loss in losses])


_ACCURACY = ("accuracy", "acc")


def _weighted_name(name: str, output: str) -> str:
    """The log of a weighted metric whose name an unweighted one has already: ``weighted_`` goes before the metric's own."""
    return f"{output}_weighted_{name[len(output) + 1 :]}" if name.startswith(f"{output}_") else f"weighted_{name}"


def _separate(given: Any, target: Any, output: Any) -> list[Any]:
    """`given`; of a function that returns a dictionary of numbers, a function for each of them, called as its key."""
    from polykeras import ops
    from polykeras.errors import PolykerasError
    from polykeras.graph.keras_tensor import KerasTensor
    from polykeras.interpreters import abstract

    if not inspect.isfunction(given) or target is None or not hasattr(output, "shape"):
        return [given]
    keys: list[str] = []

    def run(y_true: Any, y_pred: Any) -> None:
        result = given(y_true, y_pred)
        keys.extend(result if isinstance(result, dict) else ())

    try:  # a function that looks at values says nothing here: it is what it is
        abstract.infer(run, KerasTensor((None, *target.shape[1:]), ops.dtype(target)), output)
    except PolykerasError:
        return [given]

    def of(key: str) -> Any:
        def metric(y_true: Any, y_pred: Any) -> Any:
            return given(y_true, y_pred)[key]

        metric.__name__ = key
        return metric

    return [of(key) for key in dict.fromkeys(keys)] or [given]


def _make(given: Any, target: Any, output: Any, loss: Any) -> Any:
    from polykeras import metrics

    if isinstance(given, str) and given in _ACCURACY:
        return _accuracy(tuple(target.shape), tuple(output.shape), loss, given)
    if isinstance(given, str) and given in ("crossentropy", "ce"):
        kind = _kind(tuple(target.shape), tuple(output.shape))
        cls = {"binary": metrics.BinaryCrossentropy, "sparse": metrics.SparseCategoricalCrossentropy}.get(
            kind, metrics.CategoricalCrossentropy
        )
        return cls(name=given)
    metric = metrics.get(given)
    if isinstance(given, str):
        metric.name = given  # the log is called what compile() was given
    return metric


def _make_variables(metric: Any, target: Any, output: Any) -> None:
    """Show a metric the shapes of a batch: its variables may depend on them, and a compiled step can make none."""
    from polykeras import ops
    from polykeras.graph.keras_tensor import KerasTensor
    from polykeras.interpreters import abstract
    from polykeras.metrics import MeanMetricWrapper

    if isinstance(metric, MeanMetricWrapper) or target is None:
        return  # its variables are there
    if isinstance(output, (KerasTensor, abstract.AbstractTensor)):
        batch = KerasTensor((output.shape[0], *target.shape[1:]), ops.dtype(target))
        abstract.infer(metric.update_state, batch, output)
    else:
        metric.update_state(target, output)
        metric.reset_state()


def _kind(target: tuple[Any, ...], output: tuple[Any, ...]) -> str:
    if output[-1:] == (1,) or len(output) == 1:
        return "binary"
    if len(target) < len(output) or (target[-1] == 1 and output[-1] != 1):
        return "sparse"
    return "categorical"


def _accuracy(target: tuple[Any, ...], output: tuple[Any, ...], loss: Any, name: str) -> Any:
    from polykeras import metrics

    loss_name = loss if isinstance(loss, str) else getattr(loss, "name", "")
    kind = "binary" if loss_name == "binary_crossentropy" else _kind(target, output)
    cls = {"binary": metrics.BinaryAccuracy, "sparse": metrics.SparseCategoricalAccuracy}.get(
        kind, metrics.CategoricalAccuracy
    )
    return cls(name=name)


def _make_names_unique(metrics: list[Any]) -> None:
    seen: dict[str, int] = {}
    for metric in metrics:
        n = seen.get(metric.name, 0)
        seen[metric.name] = n + 1
        if n:
            metric.name = f"{metric.name}_{n}"


def _map(f: Any, structure: Any) -> Any:
    if isinstance(structure, dict):
        return {k: _map(f, v) for k, v in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_map(f, v) for v in structure]
    return f(structure)


__all__ = ["CompiledLoss", "CompiledMetrics"]
