"""From values per sample to a loss: weights, masks and reductions."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.typing import Mask, Tensor

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def check_reduction(label: str, reduction: str | None) -> None:
    """Raise `ArgumentError` unless `reduction` is one of `REDUCTIONS`."""
    if reduction not in REDUCTIONS:
        raise ArgumentError(f"{label}: reduction must be one of {', '.join(map(repr, REDUCTIONS))}, got {reduction!r}.")


def fit_weight(weight: Tensor, values: Tensor, what: str = "sample_weight") -> Tensor:
    """`weight` with axes of size 1 added or taken away at the end, so that it broadcasts over `values`.

    Weights of the leading axes, such as one per sample, thus fit values with more axes, such as one per time step.
    Raises `ShapeError` if that is not enough.
    """
    got, wanted = tuple(weight.shape), tuple(values.shape)
    shape = got
    while len(shape) > len(wanted) and shape[-1] == 1:
        shape = shape[:-1]
    shape += (1,) * (len(wanted) - len(shape))
    if len(shape) != len(wanted) or any(a not in (1, b) for a, b in zip(shape, wanted)):
        raise ShapeError(
            f"{what} of shape {got} does not fit values of shape {wanted}: it must have that shape, or that of its "
            "leading axes."
        )
    return weight if shape == got else ops.reshape(weight, shape)


def reduce_weighted_values(
    values: Tensor,
    sample_weight: Tensor | None = None,
    mask: Mask | None = None,
    reduction: str | None = "sum_over_batch_size",
    dtype: Any = None,
) -> Tensor:
    """Values times weights, reduced.

    ``"sum_over_batch_size"`` and ``"mean"`` divide the sum by the number of values, ``"mean_with_sample_weight"`` by
    the sum of the weights. What `mask` excludes counts neither in the sum nor in the number. No values give 0. A single
    value is taken for that of every weight.
    """
    values = ops.convert_to_tensor(values, dtype)
    kind = ops.dtype(values)
    weight = included = None
    if not len(values.shape):  # one value for all, as of `Dice`: it is the value of whatever is weighted or masked
        per = [tuple(w.shape) for w in (ops.convert_to_tensor(w) for w in (sample_weight, mask) if w is not None)]
        values = ops.broadcast_to(values, max(per, key=len, default=()))
    if sample_weight is not None:
        weight = fit_weight(ops.convert_to_tensor(sample_weight, kind), values)
    if mask is not None:
        included = fit_weight(ops.cast(mask, kind), values, "mask")
        weight = included if weight is None else ops.multiply(weight, included)
    weighted = values if weight is None else ops.multiply(values, weight)
    if reduction in (None, "none") or not len(values.shape):
        return weighted
    total = ops.sum(weighted)
    if reduction == "sum":
        return total
    counted = weight if reduction == "mean_with_sample_weight" and weight is not None else included
    if counted is None:
        return ops.multiply(total, 1.0 / max(ops.size(values), 1))
    count = ops.multiply(ops.sum(counted), ops.size(values) / max(ops.size(counted), 1))
    return ops.divide(total, ops.where(ops.equal(count, 0), float("inf"), count))
