"""`Loss`: the base class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import dtypes, masking, ops, tree
from polykeras.errors import ArgumentError
from polykeras.graph.names import unique_name
from polykeras.losses.weighting import check_reduction, fit_weight, reduce_weighted_values
from polykeras.typing import Mask, Tensor


class Loss:
    """Base class of all losses.

    A subclass defines ``call(self, y_true, y_pred)``, which returns a value per sample (and per time step or pixel).

    Args:
        name: for logs; by default made from the class's name.
        reduction: ``"sum_over_batch_size"`` or ``"mean"`` for the mean of all values, ``"sum"``,
            ``"mean_with_sample_weight"`` for the weighted mean, ``"none"`` or None for the values themselves.
        dtype: of the computation; by default the default float.
    """

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        check_reduction(type(self).__name__, reduction)
        self.name = name or unique_name(type(self).__name__)
        self.reduction = reduction
        self._dtype = None if dtype is None else dtypes.standardize(getattr(dtype, "compute_dtype", dtype))

    @property
    def dtype(self) -> str:
        """The dtype of the computation."""
        return self._dtype or dtypes.floatx()

    def __call__(
        self, y_true: Any, y_pred: Any, sample_weight: Tensor | None = None, mask: Mask | None = None
    ) -> Tensor:
        """The reduced loss.

        `sample_weight` has the shape of the values or of their leading axes. Where `mask`, by default that of `y_pred`,
        is False, a value does not count.
        """
        if mask is None and masking.any_masks():
            mask = masking.get_mask(y_pred)
        y_true, y_pred = _each(self._converted_target, y_true), _each(self._converted, y_pred)
        values = self.call(y_true, y_pred)
        counted = self._counted(y_true, y_pred, values)
        if counted is not None:
            given = True if mask is None else fit_weight(ops.cast(mask, "bool"), counted, "mask")
            mask = ops.logical_and(counted, given)
        return reduce_weighted_values(values, sample_weight, mask, self.reduction, self.dtype)

    def call(self, y_true: Any, y_pred: Any) -> Tensor:
        """A value per sample."""
        raise ArgumentError(f"{type(self).__name__} defines no call(self, y_true, y_pred).")

    def _counted(self, y_true: Any, y_pred: Any, values: Tensor) -> Mask | None:
        """Which values count, where that is not for the caller alone to say; None: all."""
        return None

    def _converted(self, y: Any) -> Tensor:
        return ops.convert_to_tensor(y, self.dtype)

    _converted_target = _converted

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config: dict[str, Any] = {"name": self.name, "reduction": self.reduction}
        return config if self._dtype is None else {**config, "dtype": self._dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _each(convert: Callable[[Any], Tensor], y: Any) -> Any:
    """A tensor; or, of a structure of tensors, the structure. A nested list of numbers is one tensor."""
    if isinstance(y, (list, tuple, dict)) and any(hasattr(leaf, "shape") for leaf in tree.flatten(y)):
        return tree.map_structure(convert, y)
    return convert(y)
