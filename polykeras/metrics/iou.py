"""Intersection over union: how well the places of each class are found."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from polykeras import config, dtypes, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.losses.shapes import align_ranks
from polykeras.losses.weighting import fit_weight
from polykeras.metrics.metric import Metric
from polykeras.typing import Tensor


class IoU(Metric):
    """``TP / (TP + FP + FN)`` of classes, their mean; Jaccard 1901. Classes that never occur do not count in it.

    Targets and predictions are class numbers of one shape; those that do not exist are left out.

    Args:
        num_classes: how many there are.
        target_class_ids: the classes whose mean is wanted.
        name: as of every metric.
        dtype: of the counts, by default int32: weights that are no integers need a floating dtype.
        ignore_class: targets of this class are left out.
        sparse_y_true, sparse_y_pred: whether they are class numbers; if not, there is a score for each class along
            `axis`, and the largest says the class.
        axis: of the scores.

    Raises:
        ArgumentError: one of `target_class_ids` is no class.
        ShapeError: there are not as many predictions as targets.
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__("int32" if dtype is None else dtype, name)
        wanted = [int(i) for i in target_class_ids]
        if not wanted or not all(0 <= i < num_classes for i in wanted):
            raise ArgumentError(f"{self.name}: target_class_ids must be among the {num_classes} classes, got {wanted}.")
        self.num_classes = num_classes
        self.target_class_ids = wanted
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable((num_classes, num_classes), name="total_confusion_matrix")

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch; weights have the shape of the class numbers, or that of their leading axes.

        Warns if they are floating and the counts are not: they are cut off to integers then.
        """
        true = ops.cast(ops.convert_to_tensor(y_true) if self.sparse_y_true else ops.argmax(y_true, self.axis), "int32")
        pred = ops.cast(ops.convert_to_tensor(y_pred) if self.sparse_y_pred else ops.argmax(y_pred, self.axis), "int32")
        true, pred = align_ranks(true, pred)
        if tuple(true.shape) != tuple(pred.shape):
            raise ShapeError(
                f"{self.name}: class numbers of one shape wanted, got {tuple(true.shape)} for targets and "
                f"{tuple(pred.shape)} for predictions."
            )
        weight = ops.ones((), self.dtype) if sample_weight is None else self._converted(sample_weight)
        weight = ops.broadcast_to(fit_weight(weight, true), tuple(true.shape))
        n = self.num_classes
        exists = [ops.logical_and(ops.greater_equal(y, 0), ops.less(y, n)) for y in (true, pred)]
        counts = ops.logical_and(*exists)
        if self.ignore_class is not None:
            counts = ops.logical_and(counts, ops.not_equal(true, self.ignore_class))
        cell = ops.where(counts, ops.add(ops.multiply(true, n), pred), 0)
        weight = ops.where(counts, weight, 0)
        found = ops.segment_sum(ops.reshape(weight, (-1,)), ops.reshape(cell, (-1,)), n * n)
        self.total_cm.assign(ops.add(self.total_cm.value, ops.reshape(found, (n, n))))

    def _converted(self, weight: Any) -> Tensor:
        weight = ops.convert_to_tensor(weight)
        if dtypes.is_floating(ops.dtype(weight)) and not dtypes.is_floating(self.dtype):
            warnings.warn(
                f"{self.name}: the weights are floating, the counts {self.dtype}; fractions are cut off. Give the metric "
                'dtype="float32" to keep them.',
                stacklevel=3,
            )
        return ops.cast(weight, self.dtype)

    def result(self) -> Tensor:
        """The mean over those of the target classes that occurred; 0 if none did. float32."""
        counts = self.total_cm.value
        found = ops.diag(counts)
        union = ops.subtract(ops.add(ops.sum(counts, axis=0), ops.sum(counts, axis=1)), found)
        places = np.asarray(self.target_class_ids, "int32")
        found, union = (ops.cast(ops.take(x, places, axis=0), "float32") for x in (found, union))
        occurs = ops.greater(union, 1e-9)
        each = ops.where(occurs, ops.divide(found, ops.add(union, config.epsilon())), 0.0)
        return ops.divide(ops.sum(each), ops.add(ops.sum(ops.cast(occurs, "float32")), config.epsilon()))

    _arguments: ClassVar[tuple[str, ...]] = (
        "num_classes", "target_class_ids", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis",
    )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), **{name: getattr(self, name) for name in self._arguments}}


class BinaryIoU(IoU):
    """`IoU` of two classes: predictions that are at least `threshold` are of class 1, others of class 0."""

    _arguments = ("target_class_ids", "threshold")

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch: targets 0 and 1, predictions of the same shape."""
        found = ops.greater_equal(ops.convert_to_tensor(y_pred, "float32"), self.threshold)
        super().update_state(y_true, found, sample_weight)


class MeanIoU(IoU):
    """`IoU`, the mean of all classes."""

    _arguments: ClassVar[tuple[str, ...]] = ("num_classes", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)


class OneHotIoU(IoU):
    """`IoU` of one-hot targets, and of predictions with a score for each class unless `sparse_y_pred`."""

    _arguments = ("num_classes", "target_class_ids", "ignore_class", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot targets, and of predictions with a score for each class unless `sparse_y_pred`."""

    _arguments = ("num_classes", "ignore_class", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
