"""From a network's layers to a model: its input, its top, its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polykeras.applications.networks.steps import Steps
from polykeras.errors import ArgumentError, ShapeError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.utils.local_files import local_file
from polykeras.utils.sources import get_source_inputs

IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class WeightsFile:
    """A file with weights that somebody has published: its name, its address without the name, its checksum if known."""

    name: str
    folder: str
    hash: str | None = None


@dataclass(frozen=True)
class Network:
    """A network for images.

    Attributes:
        name: also the model's.
        size: of the images that it was made for.
        smallest: size that it can take.
        body: from the input to the last features.
        top: from the features to the classes: ``top(steps, x, classes, activation)``.
        files: the published weights with and without the top, for what `include_top` says.
        pooled: names of the layers that pool the features to a vector, by ``pooling``.
    """

    name: str
    size: int
    smallest: int
    body: Callable[[Steps, Any], Any]
    top: Callable[[Steps, Any, int, Any], Any]
    files: Callable[[bool], WeightsFile]
    pooled: Callable[[str], str | None] = lambda pooling: None


def pooled_top(steps: Steps, x: Any, classes: int, activation: Any) -> Any:
    """The mean of each channel, then the classes."""
    return steps.dense(steps.global_pooling(x, "average", "avg_pool"), classes, activation, "predictions")


def check_weights(weights: Any, published: str, include_top: bool, classes: int, wanted_classes: int) -> None:
    """Raise `ArgumentError` unless `weights` is None, the name of what is published, or a file, and fits the classes."""
    if weights is None:
        return
    if weights == published:
        if include_top and classes != wanted_classes:
            raise ArgumentError(
                f"weights={published!r} with include_top=True are for {wanted_classes} classes, got classes={classes}. "
                "Leave classes out, or give include_top=False and add a layer of your own."
            )
    elif not isinstance(weights, (str, Path)) or not Path(weights).is_file():
        raise ArgumentError(
            f"weights must be None (a random start), {published!r} or the path of a file with weights, got {weights!r}"
            f"{', which is no file.' if isinstance(weights, (str, Path)) else '.'}"
        )


def checked_shape(
    input_shape: Any, network: Network, channel_axis: int, include_top: bool, fixed: bool
) -> tuple[int | None, ...]:
    """The shape of the images, without the batch.

    `fixed`: the network is as it was made: it takes three channels and, with its top, one size. Raises `ShapeError` for a
    shape that it cannot take.
    """
    first = channel_axis == 1

    def laid_out(rows: int | None, columns: int | None, channels: int) -> tuple[int | None, ...]:
        return (channels, rows, columns) if first else (rows, columns, channels)

    usual = laid_out(network.size, network.size, 3)
    if input_shape is None:
        return usual if include_top else laid_out(None, None, 3)
    shape = tuple(input_shape)
    if len(shape) != 3:
        raise ShapeError(f"{network.name}: input_shape must have three sizes, such as {usual}, got {shape}.")
    if fixed and include_top and shape != usual:
        raise ShapeError(
            f"{network.name}: with its top, input_shape must be {usual}, got {shape}. Leave it out, or give "
            "include_top=False."
        )
    channels, sizes = (shape[0], shape[1:]) if first else (shape[2], shape[:2])
    if fixed and channels != 3:
        raise ShapeError(f"{network.name}: the images must have 3 channels, got input_shape={shape}.")
    if any(size is not None and size < network.smallest for size in sizes):
        raise ShapeError(
            f"{network.name}: the images must be at least {network.smallest} by {network.smallest}, got "
            f"input_shape={shape}."
        )
    if include_top and None in shape:
        raise ShapeError(f"{network.name}: with include_top=True all sizes must be known, got input_shape={shape}.")
    return shape


def start(steps: Steps, input_tensor: Any, shape: tuple[int | None, ...]) -> tuple[Any, Any]:
    """The inputs of the model, and the tensor that the network is called on."""
    if input_tensor is None:
        x = steps.input(shape)
        return x, x
    if not isinstance(input_tensor, KerasTensor):
        raise ArgumentError(
            f"input_tensor must be a symbolic tensor, as Input() gives, got {type(input_tensor).__name__}."
        )
    inputs = get_source_inputs(input_tensor)
    return inputs[0] if len(inputs) == 1 else inputs, input_tensor


def published_file(file: WeightsFile) -> Path:
    """The file of published weights on this machine. Raises `SavedFileError`, which says where to put it."""
    return local_file(
        file.name,
        f"{file.folder}{file.name}",
        "models",
        file.hash,
        "Or give weights=None for a random start, or the path of a file of your own.",
    )


def assemble(
    network: Network,
    steps: Steps,
    load: Callable[[Any, Path], None],
    *,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    classes: int,
    pooling: str | None = None,
    activation: Any = "softmax",
    name: str | None = None,
    fixed: bool = False,
) -> Any:
    """The model. `load` gives it the weights of a file; for `fixed` see `checked_shape`."""
    check_weights(weights, "imagenet", include_top, classes, IMAGENET_CLASSES)
    if pooling not in (None, "avg", "max"):
        raise ArgumentError(f'{network.name}: pooling must be None, "avg" or "max", got {pooling!r}.')
    shape = checked_shape(input_shape, network, steps.channel_axis, include_top, fixed or weights == "imagenet")
    path = published_file(network.files(include_top)) if weights == "imagenet" else weights
    inputs, x = start(steps, input_tensor, shape)
    x = network.body(steps, x)
    if include_top:
        x = network.top(steps, x, classes, activation)
    elif pooling:
        x = steps.global_pooling(x, "average" if pooling == "avg" else "max", network.pooled(pooling))
    model = steps.model(inputs, x, name or network.name)
    if path is not None:
        load(model, Path(path))
    return model
