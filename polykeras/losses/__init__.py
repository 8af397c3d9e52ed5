"""Losses: how far predictions are from targets."""

from __future__ import annotations

from typing import Any

from polykeras.losses.crossentropy import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    KLDivergence,
    SparseCategoricalCrossentropy,
)
from polykeras.losses.crossentropy_functions import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from polykeras.losses.hinge import CategoricalHinge, Hinge, SquaredHinge
from polykeras.losses.hinge_functions import categorical_hinge, hinge, squared_hinge
from polykeras.losses.loss import Loss
from polykeras.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from polykeras.losses.regression_functions import (
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from polykeras.losses.structured import CTC, Circle, Dice, Tversky
from polykeras.losses.structured_functions import circle, ctc, dice, tversky
from polykeras.losses.weighting import reduce_weighted_values
from polykeras.losses.wrapper import LossFunctionWrapper
from polykeras.saving.lookup import look_up
from polykeras.saving.serialization import serialize_keras_object

_CLASSES: dict[Any, type[Loss]] = {
    binary_crossentropy: BinaryCrossentropy,
    binary_focal_crossentropy: BinaryFocalCrossentropy,
    categorical_crossentropy: CategoricalCrossentropy,
    categorical_focal_crossentropy: CategoricalFocalCrossentropy,
    categorical_generalized_cross_entropy: CategoricalGeneralizedCrossEntropy,
    categorical_hinge: CategoricalHinge,
    circle: Circle,
    cosine_similarity: CosineSimilarity,
    ctc: CTC,
    dice: Dice,
    hinge: Hinge,
    huber: Huber,
    kl_divergence: KLDivergence,
    log_cosh: LogCosh,
    mean_absolute_error: MeanAbsoluteError,
    mean_absolute_percentage_error: MeanAbsolutePercentageError,
    mean_squared_error: MeanSquaredError,
    mean_squared_logarithmic_error: MeanSquaredLogarithmicError,
    poisson: Poisson,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    squared_hinge: SquaredHinge,
    tversky: Tversky,
}
ALIASES: dict[str, Any] = {
    "bce": binary_crossentropy, "BCE": binary_crossentropy, "kld": kl_divergence, "KLD": kl_divergence,
    "mae": mean_absolute_error, "MAE": mean_absolute_error, "mape": mean_absolute_percentage_error,
    "MAPE": mean_absolute_percentage_error, "mse": mean_squared_error, "MSE": mean_squared_error,
    "msle": mean_squared_logarithmic_error, "MSLE": mean_squared_logarithmic_error,
    # Names of Keras 1 and 2.
    "cosine": cosine_similarity, "cosine_proximity": cosine_similarity, "kullback_leibler_divergence": kl_divergence,
    "logcosh": log_cosh,
}  # fmt: skip
"""The short names of functions, which are names of metrics too."""

_TABLE: dict[str, Any] = {f.__name__: f for f in _CLASSES} | {c.__name__: c for c in _CLASSES.values()} | ALIASES


def get(identifier: Any) -> Any:
    """The loss that a name, configuration, class, function or object stands for; None stays None.

    As in Keras 3, the name of a function (``"mse"``, ``"mean_squared_error"``) gives the function, whose result is a
    value per sample; the name of a class (``"MeanSquaredError"``) gives a `Loss`, which reduces them. Raises
    `UnknownNameError` for a name that does not exist.
    """
    return look_up(identifier, _TABLE, "losses")


def as_loss(identifier: Any) -> Loss:
    """The `Loss` that `get` finds, or that reduces the values of the function that it finds to their mean."""
    found = get(identifier)
    if isinstance(found, Loss):
        return found
    cls = _CLASSES.get(found)
    return cls() if cls is not None else LossFunctionWrapper(found)


def serialize(loss: Any) -> Any:
    """The loss as plain data."""
    return serialize_keras_object(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss that `serialize` described, or that `get` would find under that name."""
    return look_up(name, _TABLE, "losses", custom_objects)


__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "as_loss",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "reduce_weighted_values",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
