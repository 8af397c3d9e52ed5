"""`Loss`: values per sample, weighted and reduced."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes, ops, tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.saving.lookup import snake_case

REDUCTIONS = (None, "none", "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight")


class Loss:
    """Base class of losses.

    A subclass defines ``call(self, y_true, y_pred)``, which returns a value per sample (and per time step or pixel).

    Args:
        name: for logs.
        reduction: ``"sum_over_batch_size"`` (the mean of the values), ``"sum"``, ``"mean"``,
            ``"mean_with_sample_weight"`` (the weighted mean) or ``"none"``.
        dtype: of the computation; by default the default float.
    """

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        if reduction not in REDUCTIONS:
            raise ArgumentError(f"{type(self).__name__}: reduction must be one of {REDUCTIONS}, got {reduction!r}.")
        self.name = name or snake_case(type(self).__name__)
        self.reduction = reduction
        self._dtype = None if dtype is None else dtypes.standardize(getattr(dtype, "compute_dtype", dtype))

    @property
    def dtype(self) -> str:
        """The dtype of the computation."""
        return self._dtype or dtypes.floatx()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None, mask: Any = None) -> Any:
        """The reduced loss.

        `sample_weight` has the shape of the values or of their leading axes. Where `mask`, of the values' shape, is
        False, a value does not count.
        """
        y_true = tree.map_structure(self._convert, y_true)
        y_pred = tree.map_structure(lambda v: ops.convert_to_tensor(v, self.dtype), y_pred)
        values = self.call(y_true, y_pred)
        return reduce_weighted_values(values, sample_weight, mask, self.reduction)

    def _convert(self, y: Any) -> Any:
        return ops.convert_to_tensor(y, self.dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A value per sample."""
        raise ArgumentError(f"Loss {type(self).__name__} defines no call(self, y_true, y_pred).")

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal loss."""
        return {"name": self.name, "reduction": self.reduction, "dtype": self._dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss that `get_config` described."""
        return cls(**config)


def reduce_weighted_values(
    values: Any, sample_weight: Any = None, mask: Any = None, reduction: str | None = "sum_over_batch_size"
) -> Any:
    """Values times weights, reduced; what `mask` excludes counts neither in the sum nor in the number of values."""
    kind = ops.dtype(values)
    weight = (
        None if sample_weight is None else _fit(ops.convert_to_tensor(sample_weight, kind), values, "sample_weight")
    )
    if mask is not None:
        included = _fit(ops.cast(mask, kind), values, "mask")
        weight = included if weight is None else ops.multiply(weight, included)
    weighted = values if weight is None else ops.multiply(values, weight)
    if reduction in (None, "none"):
        return weighted
    total = ops.sum(weighted)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        count = ops.sum(ops.broadcast_to(weight, tuple(values.shape)))
    elif mask is not None:
        count = ops.sum(ops.broadcast_to(included, tuple(values.shape)))
    elif weight is None:
        return ops.mean(values)
    else:
        count = None
    if count is None:
        return ops.divide(total, float(max(_size(values), 1)))
    return ops.divide(total, ops.maximum(count, 1e-7))


def _size(x: Any) -> int:
    n = 1
    for d in x.shape:
        n *= int(d)
    return n


def _fit(weight: Any, values: Any, name: str) -> Any:
    """`weight` with axes of size 1 added or removed at the end so that it broadcasts over `values`."""
    have, want = tuple(weight.shape), tuple(values.shape)
    while len(have) > len(want) and have[-1] == 1:
        have = have[:-1]
    have = have + (1,) * (len(want) - len(have))
    if len(have) != len(want) or any(a not in (1, b) for a, b in zip(have, want, strict=True)):
        raise ShapeError(f"{name} of shape {tuple(weight.shape)} does not fit values of shape {want}.")
    return weight if tuple(weight.shape) == have else ops.reshape(weight, have)


def align_ranks(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both with the same rank, if a last axis of size 1 is all that differs."""
    if len(y_true.shape) == len(y_pred.shape) + 1 and tuple(y_true.shape)[-1] == 1:
        y_true = ops.squeeze(y_true, -1) if len(y_pred.shape) != 1 else y_true
        if len(y_pred.shape) == 1:
            y_pred = ops.expand_dims(y_pred, -1)
    elif len(y_pred.shape) == len(y_true.shape) + 1 and tuple(y_pred.shape)[-1] == 1:
        if len(y_true.shape) == 1:
            y_true = ops.expand_dims(y_true, -1)
        else:
            y_pred = ops.squeeze(y_pred, -1)
    return y_true, y_pred


def require_equal_shapes(name: str, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """`align_ranks`, then raise `ShapeError` naming the loss unless the shapes are equal."""
    y_true, y_pred = align_ranks(y_true, y_pred)
    if tuple(y_true.shape) != tuple(y_pred.shape):
        raise ShapeError(
            f"{name}: targets of shape {tuple(y_true.shape)} and predictions of shape {tuple(y_pred.shape)} must have "
            "equal shapes."
        )
    return y_true, y_pred
