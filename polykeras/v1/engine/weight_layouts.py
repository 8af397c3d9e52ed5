"""Weights from files in the layout that a layer of Keras 1 has here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from polykeras.saving.origin import Origin, flattened_images, flipped, relaid, reordered_features

CONVOLUTIONS = (
    "Convolution1D", "Convolution2D", "Convolution3D", "AtrousConvolution1D", "AtrousConvolution2D", "Deconvolution2D",
)  # fmt: skip
_FLIPPED = (*CONVOLUTIONS, "ConvLSTM2D")
_LIKE_IMAGES = ("PReLU", "SReLU", "ParametricSoftplus")  # a weight for each number of an image
_OF_POSITIONS = "LocallyConnected2D"


def converted(layers: Sequence[Any], pairs: Sequence[tuple[Any, list[Any]]], origin: Origin) -> list[list[Any]]:
    """The arrays for each layer of `pairs`, from those in the file. `layers`: all of the model."""
    layers = [leaf for layer in layers for leaf in parts_of(layer)]
    inner = [_by_parts(layer, arrays) for layer, arrays in pairs]
    turned = iter(_converted(layers, [pair for parts in inner for pair in parts], origin))
    return [[array for _ in parts for array in next(turned)] for parts in inner]


def parts_of(layer: Any) -> list[Any]:
    """The layers with weights of their own that a model or a wrapper is made of; a plain layer itself."""
    inside = getattr(layer, "layers", None) or [
        found for name in ("layer", "forward_layer", "backward_layer") if (found := vars(layer).get(name)) is not None
    ]
    return [leaf for part in inside for leaf in parts_of(part)] if inside else [layer]


def _by_parts(layer: Any, arrays: list[Any]) -> list[tuple[Any, list[Any]]]:
    """The arrays of a layer, for each of the layers inside; all for itself if there are more or fewer than those take."""
    parts = [part for part in parts_of(layer) if part.weights]
    if sum(len(part.weights) for part in parts) != len(arrays):
        return [(layer, arrays)]
    rest = iter(arrays)
    return [(part, list(islice(rest, len(part.weights)))) for part in parts]


def _converted(layers: Sequence[Any], pairs: Sequence[tuple[Any, list[Any]]], origin: Origin) -> list[list[Any]]:
    orderings = {layer.dim_ordering for layer in layers if getattr(layer, "dim_ordering", None) in ("th", "tf")}
    own = orderings.pop() if len(orderings) == 1 else None
    kernels = [(a.shape, tuple(w.shape), layer.dim_ordering) for layer, a, w in _kernels(pairs)]
    if own is not None:
        origin = origin.guessed(kernels)
    images = flattened_images(layers) if own and origin.ordering not in (None, own) else {}
    return [_of_layer(layer, arrays, origin, own, images.get(id(layer))) for layer, arrays in pairs]


def _kernels(pairs: Sequence[tuple[Any, list[Any]]]) -> list[tuple[Any, Any, Any]]:
    """The kernels whose layout depends on the ordering: layer, array of the file, weight."""
    return [
        (layer, array, weight)
        for layer, arrays in pairs
        if hasattr(layer, "dim_ordering") and "1D" not in type(layer).__name__
        for array, weight in zip(arrays, layer.weights, strict=False)
        if array.ndim >= 4
    ]


def _of_layer(layer: Any, arrays: list[Any], origin: Origin, own: str | None, image: Any) -> list[Any]:
    kind = type(layer).__name__
    if kind == "Convolution1D":
        arrays = _before_1_2(layer, arrays)
    source = origin.ordering
    if own is not None and source not in (None, own):
        arrays = _in_ordering(layer, kind, arrays, str(source), own, image)
    if origin.flips and kind in _FLIPPED:
        arrays = [flipped(a, _kernel_ordering(layer)) if a.ndim >= 4 else a for a in arrays]
    return arrays


def _kernel_ordering(layer: Any) -> str:
    return "tf" if "1D" in type(layer).__name__ else str(layer.dim_ordering)


def flipped_state(layers: Sequence[Any], parameters: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """What an optimizer keeps, from a Keras whose kernels are flipped: its arrays lie as the kernels do.

    `arrays` are some numbers, then one or several arrays for each of `parameters`, in this order.
    """
    orderings = {
        id(v): _kernel_ordering(leaf)
        for layer in layers
        for leaf in parts_of(layer)
        if type(leaf).__name__ in _FLIPPED
        for v in leaf.weights
        if len(v.shape) >= 4
    }
    n = len(parameters)
    first = len(arrays) % n if n else len(arrays)
    found = [orderings.get(id(parameters[i % n])) for i in range(len(arrays) - first)]
    turned = [a if o is None else flipped(a, o) for a, o in zip(arrays[first:], found, strict=True)]
    return [*arrays[:first], *turned]


def _in_ordering(layer: Any, kind: str, arrays: list[Any], source: str, own: str, image: Any) -> list[Any]:
    if kind == _OF_POSITIONS:
        channels = layer.input_shape[1 if own == "th" else -1]
        window = (layer.nb_row, layer.nb_col)
        patch = (channels, *window) if own == "th" else (*window, channels)
        features = np.moveaxis(arrays[0], 1, 0)
        kernel = np.moveaxis(reordered_features(features, patch, source, own), 0, 1)
        return [kernel, *(_numbers_of_result(a, source) for a in arrays[1:])]
    if kind in _LIKE_IMAGES:
        return [_image(a, own) if a.ndim >= 3 else a for a in arrays]
    if image is not None:
        rows = arrays[:1] if kind == "Dense" else arrays
        moved = [reordered_features(a, image, source, own) for a in rows]
        return [*moved, *arrays[len(rows) :]]
    if hasattr(layer, "dim_ordering") and "1D" not in kind:
        return [relaid(a, source, own) if a.ndim >= 4 else a for a in arrays]
    return arrays


def _image(array: Any, own: str) -> Any:
    """An image's channels where the layer has them."""
    return np.moveaxis(array, -1, 0) if own == "th" else np.moveaxis(array, 0, -1)


def _numbers_of_result(bias: Any, source: str) -> Any:
    """The bias of `LocallyConnected2D`: its shape is always rows, columns, filters, its numbers lie as the result's."""
    rows, columns, filters = bias.shape
    if source == "th":
        return np.moveaxis(bias.reshape(filters, rows, columns), 0, -1)
    return np.moveaxis(bias, -1, 0).reshape(rows, columns, filters)


def _before_1_2(layer: Any, arrays: list[Any]) -> list[Any]:
    """Kernels of `Convolution1D` from before Keras 1.2, ``(filters, channels, length, 1)``, turned as they are now."""
    if arrays and arrays[0].ndim == 4:
        shape = arrays[0].shape
        length = layer.filter_length
        if shape[:2] != (length, 1) and (shape[0], *shape[2:]) == (layer.nb_filter, length, 1):
            return [np.transpose(arrays[0], (2, 3, 1, 0)), *arrays[1:]]
    return arrays
