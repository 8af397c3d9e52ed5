"""The weights of Keras 1's layers, as today's layers have them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from polykeras.saving.origin import Origin, flattened_images, flipped, relaid, reordered_features

_RANKS = {
    "Conv1D": 1, "Conv2D": 2, "Conv3D": 3, "Conv2DTranspose": 2, "Conv3DTranspose": 3, "ConvLSTM2D": 2,
    "SeparableConv2D": 2,
}  # fmt: skip
_NEVER_FLIPPED = ("SeparableConv2D",)  # Theano's Keras turned these around itself
_GATES = {"LSTM": (0, 2, 1, 3), "ConvLSTM2D": (0, 2, 1, 3), "GRU": (0, 1, 2)}
"""Where Keras 1 has the gates that today's layer has side by side: it counts i, c, f, o, and z, r, h."""


def values_of_today(layers: Sequence[Any], pairs: Sequence[tuple[Any, list[Any]]], origin: Origin) -> list[list[Any]]:
    """The values for each layer of `pairs`, from those in the file; what nothing is known of gets what the file has.

    `layers`: all of the model. `pairs`: layers and the arrays of the file; the values come in the order of a layer's
    weights, first those that are trained.
    """
    images = flattened_images([leaf for layer in layers for leaf in _leaves(layer)])
    if origin.version != 1:
        return [_converted(layer, values, origin, images) for layer, values in pairs]
    inside = [_by_leaves(layer, values) for layer, values in pairs]
    origin = origin.guessed(_kernels([pair for parts in inside for pair in parts]))
    return [
        _in_order(layer, [(leaf, _converted(leaf, values, origin, images)) for leaf, values in parts])
        for (layer, _), parts in zip(pairs, inside, strict=True)
    ]


def _leaves(layer: Any) -> list[Any]:
    """The layers of a model inside, and of those inside it; a plain layer itself."""
    inside = getattr(layer, "layers", None)
    return [leaf for part in inside for leaf in _leaves(part)] if inside else [layer]


def _by_leaves(layer: Any, values: list[Any]) -> list[tuple[Any, list[Any]]]:
    """The arrays of a model inside, layer by layer, as Keras 1 wrote them; all for itself if their number is another."""
    leaves = [leaf for leaf in _leaves(layer) if leaf.weights]
    counts = [_old_count(leaf) for leaf in leaves]
    if sum(counts) != len(values):
        return [(layer, values)]
    rest = iter(values)
    return [(leaf, list(islice(rest, count))) for leaf, count in zip(leaves, counts, strict=True)]


def _old_count(layer: Any) -> int:
    """How many arrays Keras 1 had for a layer."""
    kind = type(layer).__name__
    if kind == "Bidirectional":
        return _old_count(layer.forward_layer) + _old_count(layer.backward_layer)
    if kind == "TimeDistributed":
        return _old_count(layer.layer)
    return 3 * len(_GATES[kind]) if kind in _GATES else len(layer.weights)


def _in_order(layer: Any, parts: list[tuple[Any, list[Any]]]) -> list[Any]:
    """The values of a layer's parts in the order of the layer's own weights."""
    if len(parts) == 1:
        return parts[0][1]
    found = {
        id(variable): value
        for leaf, values in parts
        for variable, value in zip((*leaf.trainable_weights, *leaf.non_trainable_weights), values, strict=False)
    }
    return [found[id(v)] for v in (*layer.trainable_weights, *layer.non_trainable_weights) if id(v) in found]


def _kernels(pairs: Sequence[tuple[Any, list[Any]]]) -> list[tuple[Any, Any, str]]:
    """Of each kernel the shape in the file and in the model; today's lie as with the ordering ``"tf"``."""
    found = []
    for layer, values in pairs:
        if type(layer).__name__ in ("Conv2D", "Conv3D", "SeparableConv2D") and values:
            found.append((values[0].shape, tuple(layer.weights[0].shape), "tf"))
    return found


def _converted(layer: Any, values: list[Any], origin: Origin, images: dict[int, tuple[int, ...]]) -> list[Any]:
    kind = type(layer).__name__
    if kind == "Bidirectional":
        half = len(values) // 2
        parts = ((layer.forward_layer, values[:half]), (layer.backward_layer, values[half:]))
        return [v for inner, own in parts for v in _converted(inner, own, origin, images)]
    if kind == "TimeDistributed":
        return _converted(layer.layer, values, origin, images)
    rank = _RANKS.get(kind)
    if origin.version == 1:
        if rank is not None:
            values = [_kernel(kind, v, rank, origin.ordering) if v.ndim >= 4 else v for v in values]
        gates = _GATES.get(kind)
        if gates is not None and len(values) == 3 * len(gates):
            values = [np.concatenate([values[3 * g + i] for g in gates], -1) for i in range(3)]
        image = images.get(id(layer))
        if image is not None and origin.ordering == "th":
            rows = values[:1] if kind == "Dense" else values
            values = [*(reordered_features(v, image, "th", "tf") for v in rows), *values[len(rows) :]]
    if origin.flips and rank is not None and kind not in _NEVER_FLIPPED:
        values = [flipped(v) if v.ndim == rank + 2 else v for v in values]
    return values


def _kernel(kind: str, kernel: Any, rank: int, ordering: str | None) -> Any:
    """A kernel of Keras 1, in the layout of today."""
    if kind == "Conv1D":  # (steps, 1, features, filters); before 1.2 (filters, features, steps, 1)
        if kernel.shape[1] != 1:
            kernel = np.transpose(kernel, (2, 3, 1, 0))
        return kernel[:, 0]
    kernel = relaid(kernel, ordering or "tf", "tf")
    if kind.endswith("Transpose"):  # today's has its filters before its channels
        return np.swapaxes(kernel, -1, -2)
    return kernel
