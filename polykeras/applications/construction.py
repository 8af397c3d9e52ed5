"""The networks made of today's layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from polykeras import activations, config, layers
from polykeras.applications.networks.assembly import Network, WeightsFile, assemble
from polykeras.applications.networks.steps import Pair, Steps
from polykeras.errors import ArgumentError
from polykeras.models import Functional, Model

ORIGIN = "https://storage.googleapis.com/tensorflow/keras-applications/"


class LayersOfToday(Steps):
    """Makes layers of `polykeras.layers`."""

    @property
    def channel_axis(self) -> int:
        """By the configuration."""
        return 1 if config.image_data_format() == "channels_first" else 3

    def input(self, shape: tuple[int | None, ...]) -> Any:
        """`Input`."""
        return layers.Input(shape=shape)

    def model(self, inputs: Any, outputs: Any, name: str) -> Any:
        """`Functional`."""
        return Functional(inputs, outputs, name=name)

    def convolution(
        self,
        x: Any,
        filters: int,
        size: Pair,
        strides: Pair = 1,
        padding: str = "valid",
        activation: str | None = None,
        bias: bool = True,
        name: str | None = None,
    ) -> Any:
        """`Conv2D`."""
        layer = layers.Conv2D(filters, size, strides, padding, activation=activation, use_bias=bias, name=name)
        return layer(x)

    def separable_convolution(self, x: Any, filters: int, size: Pair, name: str | None = None) -> Any:
        """`SeparableConv2D`."""
        return layers.SeparableConv2D(filters, size, padding="same", use_bias=False, name=name)(x)

    def normalization(self, x: Any, name: str | None = None, epsilon: float = 1e-3, scale: bool = True) -> Any:
        """`BatchNormalization`."""
        return layers.BatchNormalization(axis=self.channel_axis, epsilon=epsilon, scale=scale, name=name)(x)

    def activation(self, x: Any, function: str, name: str | None = None) -> Any:
        """`Activation`."""
        return layers.Activation(function, name=name)(x)

    def pooling(
        self,
        x: Any,
        kind: Literal["max", "average"],
        size: Pair,
        strides: Pair,
        padding: str = "valid",
        name: str | None = None,
    ) -> Any:
        """`MaxPooling2D` or `AveragePooling2D`."""
        made = layers.MaxPooling2D if kind == "max" else layers.AveragePooling2D
        return made(size, strides, padding, name=name)(x)

    def global_pooling(self, x: Any, kind: Literal["max", "average"], name: str | None = None) -> Any:
        """`GlobalMaxPooling2D` or `GlobalAveragePooling2D`."""
        made = layers.GlobalMaxPooling2D if kind == "max" else layers.GlobalAveragePooling2D
        return made(name=name)(x)

    def zero_padding(self, x: Any, width: int, name: str | None = None) -> Any:
        """`ZeroPadding2D`."""
        return layers.ZeroPadding2D(width, name=name)(x)

    def flatten(self, x: Any, name: str | None = None) -> Any:
        """`Flatten`."""
        return layers.Flatten(name=name)(x)

    def dense(self, x: Any, units: int, activation: Any, name: str | None = None) -> Any:
        """`Dense`."""
        return layers.Dense(units, activation=activation, name=name)(x)

    def sum(self, tensors: list[Any], name: str | None = None) -> Any:
        """`Add`."""
        return layers.Add(name=name)(tensors)

    def concatenation(self, tensors: list[Any], name: str | None = None) -> Any:
        """`Concatenate`."""
        return layers.Concatenate(axis=self.channel_axis, name=name)(tensors)


def files(name: str, folder: str, with_top: str, without_top: str) -> Callable[[bool], WeightsFile]:
    """The published weights of a network: their names follow one scheme. The last two are MD5 checksums."""

    def file(include_top: bool) -> WeightsFile:
        ending = "" if include_top else "_notop"
        whole = f"{name}_weights_tf_dim_ordering_tf_kernels{ending}.h5"
        return WeightsFile(whole, f"{ORIGIN}{folder}/", with_top if include_top else without_top)

    return file


def _load(model: Any, path: Path) -> None:
    model.load_weights(path)


def constructor(function: str, network: Network) -> Callable[..., Model]:
    """The public function, called `function`, that makes models of a network."""

    def make(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = network.name,
    ) -> Model:
        known = (activations.get("softmax"), activations.get(None))
        if include_top and weights is not None and activations.get(classifier_activation) not in known:
            raise ArgumentError(
                f'{function}: with weights, classifier_activation must be "softmax" or None, got '
                f"{classifier_activation!r}."
            )
        model: Model = assemble(
            network, LayersOfToday(), _load, include_top=include_top, weights=weights, input_tensor=input_tensor,
            input_shape=input_shape, classes=classes, pooling=pooling, activation=classifier_activation, name=name,
        )  # fmt: skip
        return model

    make.__name__ = make.__qualname__ = function
    make.__doc__ = f"""The {function} network as a model, for images of {network.size} by {network.size} and three channels.

    Args:
        include_top: whether it ends with the layers that tell classes apart; without, it gives features.
        weights: ``"imagenet"``: those that were published, from `$KERAS_HOME/models`, where you put the file: nothing is
            downloaded; None: a random start; or the path of a file with weights.
        input_tensor: a symbolic tensor to call the network on, in place of a new input.
        input_shape: of an image, at least {network.smallest} by {network.smallest}; without the top the sizes may be None.
        pooling: without the top: ``"avg"`` or ``"max"`` makes a vector of the features; None leaves them as an image.
        classes: their number; 1000 with the published weights.
        classifier_activation: of the last layer; None gives logits.
        name: of the model.

    Raises `ArgumentError` for weights that are no file or do not fit the classes, `ShapeError` for an `input_shape` that
    the network cannot take, `SavedFileError` if the file of the published weights is missing, with its name, address and
    the place to put it, or has another checksum.
    """
    return make
