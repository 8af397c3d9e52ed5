"""Sums and means of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import masking, ops
from polykeras.losses.weighting import fit_weight
from polykeras.metrics.metric import Metric
from polykeras.typing import Mask, Tensor


class Sum(Metric):
    """The weighted sum of values."""

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(name="total")

    def update_state(self, values: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add values; weights have their shape or that of their leading axes."""
        values = ops.convert_to_tensor(values, self.dtype)
        if sample_weight is not None:
            weight = ops.convert_to_tensor(sample_weight, self.dtype)
            values = ops.multiply(values, fit_weight(weight, values))
        self.total.assign(ops.add(self.total.value, _sum(values)))

    def result(self) -> Tensor:
        """The sum."""
        return self.total.value


class Mean(Metric):
    """The weighted mean of values; 0 of none.

    Values with more than one axis count as their mean per sample.
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(name="total")
        self.count = self.add_variable(name="count")

    def update_state(self, values: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add values; weights have their shape or that of their leading axes."""
        values = ops.convert_to_tensor(values, self.dtype)
        samples = int(values.shape[0]) if len(values.shape) else 1
        if sample_weight is None:
            total, count = _sum(values), float(samples)
        elif isinstance(sample_weight, (int, float)):  # known now: one multiplication less in every step
            total, count = ops.multiply(_sum(values), float(sample_weight)), float(sample_weight) * samples
        else:
            weight = ops.convert_to_tensor(sample_weight, self.dtype)
            total = _sum(ops.multiply(values, fit_weight(weight, values)))
            count = _scaled(_sum(weight), samples, weight)
        self.total.assign(ops.add(self.total.value, _scaled(total, samples, values)))
        self.count.assign(ops.add(self.count.value, count))

    def result(self) -> Tensor:
        """The mean."""
        count = self.count.value
        return ops.divide(self.total.value, ops.where(ops.equal(count, 0), float("inf"), count))


def _sum(x: Tensor) -> Tensor:
    return ops.sum(x) if len(x.shape) else x


def _scaled(total: Tensor, samples: int, summed: Tensor) -> Tensor:
    """A sum over all elements of `summed` as one of the means over everything but the `samples`."""
    size = ops.size(summed)
    return total if size in (samples, 0) else ops.multiply(total, samples / size)


class MeanMetricWrapper(Mean):
    """The mean of the values of a function ``fn(y_true, y_pred, **kwargs)``.

    Targets and predictions of shape ``(batch,)`` are taken as ``(batch, 1)``, so that there is a value per sample.
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(  # type: ignore[override]
        self, y_true: Any, y_pred: Any, sample_weight: Tensor | None = None
    ) -> None:
        """Add the function's values for a batch. Where `y_pred` has a mask that is False, they do not count."""
        mask = masking.get_mask(y_pred)
        values = self._fn(*per_sample(y_true, y_pred), **self._fn_kwargs)
        super().update_state(values, sample_weight if mask is None else _masked(sample_weight, mask, self.dtype))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, also those of a subclass that passes them on to the function."""
        config = {**super().get_config(), **self._fn_kwargs}
        if type(self) is MeanMetricWrapper:
            from polykeras import saving

            config["fn"] = saving.serialize_keras_object(self._fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """The metric that `get_config` described."""
        if "fn" in config:
            from polykeras import saving

            config = {**config, "fn": saving.deserialize_keras_object(config["fn"], home="metrics")}
        return cls(**config)


def per_sample(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Targets and predictions as they are; both with a last axis of size 1 if they have but one."""
    if ops.ndim(y_true) == 1 and ops.ndim(y_pred) == 1:
        return ops.expand_dims(ops.convert_to_tensor(y_true), -1), ops.expand_dims(ops.convert_to_tensor(y_pred), -1)
    return y_true, y_pred


def _masked(sample_weight: Tensor | None, mask: Mask, dtype: str) -> Tensor:
    """The weights, 0 where `mask` is False."""
    included = ops.cast(mask, dtype)
    if sample_weight is None:
        return included
    weight = ops.convert_to_tensor(sample_weight, dtype)
    # Weights per sample meet a mask per time step, or the other way round.
    if len(weight.shape) > len(included.shape):
        return ops.multiply(weight, fit_weight(included, weight, "mask"))
    return ops.multiply(fit_weight(weight, included), included)
