"""The compiled loss and metrics: from what `compile` was given to one function per output."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError


def per_output(given: Any, names: Sequence[str], count: int, what: str) -> list[Any]:
    """`given` (one thing, a list, or a dictionary by output name) as one entry for each of `count` outputs."""
    if isinstance(given, dict):
        unknown = [k for k in given if k not in names]
        if unknown:
            raise ArgumentError(f"{what}: there is no output named {unknown[0]!r}; the outputs are {list(names)}.")
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != count:
            raise ArgumentError(f"{what}: {len(given)} given for {count} outputs {list(names)}.")
        return list(given)
    return [given] * count


def flat_targets(y: Any, names: Sequence[str], count: int, what: str = "y") -> list[Any]:
    """Targets (or weights) as one entry per output."""
    if isinstance(y, dict):
        return per_output(y, names, count, what)
    leaves = tree.flatten(y)
    if len(leaves) != count:
        raise ArgumentError(f"{what}: the model has {count} output(s) {list(names)}, got {len(leaves)} array(s).")
    return leaves


def outputs_of(y_pred: Any, names: Sequence[str]) -> tuple[list[Any], list[str]]:
    """The flat outputs and a name for each."""
    leaves = tree.flatten(y_pred)
    if isinstance(y_pred, dict) and len(y_pred) == len(leaves):
        names = sorted(y_pred)
    elif len(names) != len(leaves):
        names = [f"output_{i}" for i in range(len(leaves))]
    return leaves, list(names)


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

    def build(self, y: Any, y_pred: Any, names: Sequence[str]) -> None:
        """Make the trackers of the single losses."""
        from polykeras import metrics

        leaves, names = outputs_of(y_pred, names)
        if len(leaves) > 1:
            functions = per_output(self._losses, names, len(leaves), "loss")
            with_loss = [name for name, f in zip(names, functions, strict=True) if f is not None]
            self.trackers = [metrics.Mean(name=f"{name}_loss") for name in with_loss]
        self.built = True

    def __call__(self, y: Any, y_pred: Any, sample_weight: Any, masks: Any, names: Sequence[str]) -> Any:
        from polykeras import losses
        from polykeras.ops.elementwise import add, multiply

        outputs, names = outputs_of(y_pred, names)
        count = len(outputs)
        functions = per_output(self._losses, names, count, "loss")
        targets = flat_targets(y, names, count)
        factors = per_output(self.loss_weights, names, count, "loss_weights")
        if sample_weight is None:
            weights: list[Any] = [None] * count
        elif tree.is_nested(sample_weight):
            weights = flat_targets(sample_weight, names, count, "sample_weight")
        else:
            weights = [sample_weight] * count
        mask_leaves = [None] * count if masks is None else tree.flatten(masks)
        total, trackers = None, iter(self.trackers)
        for name, f, target, output, factor, weight, mask in zip(
            names, functions, targets, outputs, factors, weights, mask_leaves, strict=True
        ):
            if f is None:
                continue
            if target is None:
                raise ArgumentError(f"The output {name!r} has a loss, but no target was given for it.")
            if isinstance(f, losses.Loss):
                value = f(target, output, sample_weight=weight, mask=mask)
            else:
                value = _mean_weighted(f(target, output), weight, mask)
            tracker = next(trackers, None)
            if tracker is not None:
                tracker.update_state(value, int(output.shape[0]))
            if factor is not None:
                value = multiply(value, factor)
            total = value if total is None else add(total, value)
        if total is None:
            raise ArgumentError(f"None of the outputs {names} has a loss.")
        return total


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
        outputs, names = outputs_of(y_pred, names)
        count = len(outputs)
        targets = flat_targets(y, names, count)
        losses = per_output(self._loss, names, count, "loss")
        several = count > 1
        for i, (name, target, output) in enumerate(zip(names, targets, outputs, strict=True)):
            pair: list[list[Any]] = []
            for given in self._given:
                chosen = _metrics_for(given, names, count, i)
                chosen = [one for m in chosen if m is not None for one in _separate(m, target, output)]
                made = [_make(m, target, output, losses[i]) for m in chosen]
                for metric in made:
                    _make_variables(metric, target, output)
                    if several and not metric.name.startswith(f"{name}_"):
                        metric.name = f"{name}_{metric.name}"
                pair.append(made)
                self.metrics.extend(made)
            self._by_output.append((pair[0], pair[1]))
        _make_names_unique(self.metrics)
        self.built = True

    def update(self, y: Any, y_pred: Any, sample_weight: Any, names: Sequence[str]) -> None:
        """Add one batch to all metrics; only the weighted ones see the weights."""
        if not self.metrics:
            return
        outputs, names = outputs_of(y_pred, names)
        targets = flat_targets(y, names, len(outputs))
        if sample_weight is None or not tree.is_nested(sample_weight):
            weights = [sample_weight] * len(outputs)
        else:
            weights = flat_targets(sample_weight, names, len(outputs), "sample_weight")
        for target, output, weight, (plain, weighted) in zip(targets, outputs, weights, self._by_output, strict=True):
            for metric in plain:
                metric.update_state(target, output)
            for metric in weighted:
                metric.update_state(target, output, sample_weight=weight)


_ACCURACY = ("accuracy", "acc")


def _metrics_for(given: Any, names: Sequence[str], count: int, i: int) -> list[Any]:
    """The metrics of output i: all of a flat list go to every output."""
    if given is None:
        return []
    nested = isinstance(given, (list, tuple)) and any(isinstance(m, (list, tuple)) for m in given)
    if nested or isinstance(given, dict):
        given = per_output(given, names, count, "metrics")[i]
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]


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


__all__ = ["CompiledLoss", "CompiledMetrics", "flat_targets", "per_output"]
