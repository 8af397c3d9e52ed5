"""Labels, norms, and the sizes of convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.saving.origin import flipped
from polykeras.v1 import backend as K


def to_categorical(y: Any, nb_classes: int | None = None) -> Any:
    """Class numbers as rows with a 1, float64."""
    y = np.array(y, dtype="int").ravel()
    nb_classes = nb_classes or int(np.max(y)) + 1
    rows = np.zeros((len(y), nb_classes))
    rows[np.arange(len(y)), y] = 1
    return rows


def normalize(a: Any, axis: int = -1, order: int = 2) -> Any:
    """Over its norm along the axis; zeros stay zeros."""
    norms = np.atleast_1d(np.linalg.norm(a, order, axis))
    return a / np.expand_dims(np.where(norms == 0, 1, norms), axis)


def binary_logloss(p: Any, y: Any) -> Any:
    """The mean of minus the logarithm of the probability of the true class."""
    p = np.clip(np.asarray(p, float), 1e-15, 1 - 1e-15)
    return -np.mean(np.asarray(y) * np.log(p) + (1 - np.asarray(y)) * np.log(1 - p))


def multiclass_logloss(p: Any, y: Any) -> Any:
    """The mean of minus the logarithm of the probability of the true class, of rows of probabilities."""
    picked = np.asarray(p)[np.arange(len(y)), np.asarray(y, int).ravel()]
    return -np.mean(np.log(np.maximum(picked, 1e-15)))


def accuracy(p: Any, y: Any) -> float:
    """The fraction of predictions that are right."""
    return float(np.mean(np.asarray(p) == np.asarray(y)))


def probas_to_classes(y_pred: Any) -> Any:
    """The most probable class of each row; of a single column, whether it is above one half."""
    if len(y_pred.shape) > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if p > 0.5 else 0 for p in np.ravel(y_pred)])


def categorical_probas_to_classes(p: Any) -> Any:
    """The most probable class of each row."""
    return np.argmax(p, axis=1)


def convert_kernel(kernel: Any, dim_ordering: str | None = None) -> Any:
    """A convolution's kernel turned around along its window: from Theano's to TensorFlow's convention and back."""
    kernel = np.asarray(kernel)
    if not 4 <= kernel.ndim <= 5:
        raise ArgumentError(f"convert_kernel: a kernel of 4 or 5 axes was wanted, got shape {kernel.shape}.")
    return flipped(kernel, dim_ordering or K.image_dim_ordering())


def conv_output_length(
    input_length: int | None, filter_size: int, border_mode: str, stride: int, dilation: int = 1
) -> Any:
    """The size of a convolution's result along one axis; None if the input's is not known."""
    if input_length is None:
        return None
    width = filter_size + (filter_size - 1) * (dilation - 1)
    lengths = {"same": input_length, "valid": input_length - width + 1, "full": input_length + width - 1}
    if border_mode not in lengths:
        raise ArgumentError(f"border_mode must be one of {', '.join(lengths)}, got {border_mode!r}.")
    return (lengths[border_mode] + stride - 1) // stride


def conv_input_length(output_length: int | None, filter_size: int, border_mode: str, stride: int) -> int | None:
    """A size along one axis that a convolution makes `output_length` of."""
    if output_length is None:
        return None
    pads = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}
    if border_mode not in pads:
        raise ArgumentError(f"border_mode must be one of {', '.join(pads)}, got {border_mode!r}.")
    return (output_length - 1) * stride - 2 * pads[border_mode] + filter_size
