"""Sums and means of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops
from polykeras.losses.loss import reduce_weighted_values
from polykeras.metrics.metric import Metric


def _weighted_total(values: Any, sample_weight: Any, dtype: str) -> tuple[Any, Any]:
    """The weighted sum of `values`, and the sum of the weights."""
    values = ops.convert_to_tensor(values, dtype)
    if sample_weight is None:
        total = ops.sum(values) if len(values.shape) else values
        return total, float(ops.size(values))
    if not len(values.shape) and isinstance(sample_weight, (int, float)):
        return ops.multiply(values, float(sample_weight)), float(sample_weight)
    weight = ops.convert_to_tensor(sample_weight, dtype)
    if len(weight.shape) > len(values.shape):  # the values are means over the weights' last axes
        weight = ops.mean(weight, axis=tuple(range(len(values.shape), len(weight.shape))))
    weights = reduce_weighted_values(ops.ones_like(values), weight, reduction="none")
    return ops.sum(ops.multiply(values, weights)), ops.sum(weights)


class Sum(Metric):
    """The weighted sum of values."""

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values."""
        total, _ = _weighted_total(values, sample_weight, self.dtype)
        self.total.assign(ops.add(self.total.value, total))

    def result(self) -> Any:
        """The sum."""
        return self.total.value


class Mean(Metric):
    """The weighted mean of values; 0 of none."""

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values."""
        total, count = _weighted_total(values, sample_weight, self.dtype)
        self.total.assign(ops.add(self.total.value, total))
        self.count.assign(ops.add(self.count.value, count))

    def result(self) -> Any:
        """The mean."""
        count = self.count.value
        return ops.divide(self.total.value, ops.where(ops.equal(count, 0), 1.0, count))


class MeanMetricWrapper(Mean):
    """The mean of the values of a function ``fn(y_true, y_pred, **kwargs)``."""

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name or getattr(fn, "__name__", "mean_metric"), dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add the function's values for a batch."""
        super().update_state(self._fn(y_true, y_pred, **self._fn_kwargs), sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Arguments of the subclass: the function's own, beside name and dtype."""
        config = {**super().get_config(), **self._fn_kwargs}
        if type(self) is MeanMetricWrapper:
            config["fn"] = self._fn
        return config
