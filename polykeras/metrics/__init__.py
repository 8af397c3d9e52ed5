"""Metrics: numbers gathered over many batches."""

from __future__ import annotations

from typing import Any

from polykeras.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from polykeras.metrics.metric import Metric
from polykeras.metrics.of_losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
)
from polykeras.metrics.reduction import Mean, MeanMetricWrapper, Sum
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import deserialize_keras_object as deserialize
from polykeras.saving.serialization import serialize_keras_object as serialize

_TABLE: dict[str, Any] = table_of(
    Accuracy, BinaryAccuracy, BinaryCrossentropy, CategoricalAccuracy, CategoricalCrossentropy, Mean,
    MeanAbsoluteError, MeanSquaredError, RootMeanSquaredError, SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy, SparseTopKCategoricalAccuracy, Sum, TopKCategoricalAccuracy,
    mse=MeanSquaredError, MSE=MeanSquaredError, mae=MeanAbsoluteError, MAE=MeanAbsoluteError,
    rmse=RootMeanSquaredError, bce=BinaryCrossentropy, acc=Accuracy,
)  # fmt: skip


def get(identifier: Any) -> Any:
    """The metric that a name, configuration, class, function or object stands for; None stays None.

    A loss's name, and a function ``f(y_true, y_pred)``, become the mean of its values.
    """
    from polykeras import losses

    if isinstance(identifier, str) and identifier not in _TABLE and identifier in losses._TABLE:
        loss = losses.get(identifier)
        return MeanMetricWrapper(loss.call, name=identifier)
    found = look_up(identifier, _TABLE, "metric")
    if found is None or isinstance(found, Metric):
        return found
    if isinstance(found, losses.Loss):
        return MeanMetricWrapper(found.call, name=found.name)
    return MeanMetricWrapper(found)


__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Mean",
    "MeanAbsoluteError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "deserialize",
    "get",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]
