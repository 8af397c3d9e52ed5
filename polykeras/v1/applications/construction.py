"""The networks made of Keras 1's layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from polykeras.applications.networks.assembly import Network, WeightsFile, assemble
from polykeras.applications.networks.steps import Pair, Steps
from polykeras.v1 import backend as K
from polykeras.v1 import layers
from polykeras.v1.models import Model

ORIGIN = "https://github.com/fchollet/deep-learning-models/releases/download/"


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


class LayersOfKeras1(Steps):
    """Makes layers of `polykeras.v1.layers`."""

    @property
    def channel_axis(self) -> int:
        """By the configuration."""
        return 1 if K.image_dim_ordering() == "th" else 3

    def input(self, shape: tuple[int | None, ...]) -> Any:
        """`Input`."""
        return layers.Input(shape=shape)

    def model(self, inputs: Any, outputs: Any, name: str) -> Any:
        """`Model`."""
        return Model(inputs, outputs, name=name)

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
        """`Convolution2D`."""
        layer = layers.Convolution2D(
            filters, *_pair(size), subsample=_pair(strides), border_mode=padding, activation=activation, bias=bias,
            name=name,
        )  # fmt: skip
        return layer(x)

    def separable_convolution(self, x: Any, filters: int, size: Pair, name: str | None = None) -> Any:
        """`SeparableConvolution2D`."""
        return layers.SeparableConvolution2D(filters, *_pair(size), border_mode="same", bias=False, name=name)(x)

    def normalization(self, x: Any, name: str | None = None, epsilon: float = 1e-3, scale: bool = True) -> Any:
        """`BatchNormalization`, which always has a scale."""
        return layers.BatchNormalization(epsilon, axis=self.channel_axis, name=name)(x)

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
        return made(_pair(size), _pair(strides), padding, name=name)(x)

    def global_pooling(self, x: Any, kind: Literal["max", "average"], name: str | None = None) -> Any:
        """`GlobalMaxPooling2D` or `GlobalAveragePooling2D`."""
        made = layers.GlobalMaxPooling2D if kind == "max" else layers.GlobalAveragePooling2D
        return made(name=name)(x)

    def zero_padding(self, x: Any, width: int, name: str | None = None) -> Any:
        """`ZeroPadding2D`."""
        return layers.ZeroPadding2D(_pair(width), name=name)(x)

    def flatten(self, x: Any, name: str | None = None) -> Any:
        """`Flatten`."""
        return layers.Flatten(name=name)(x)

    def dense(self, x: Any, units: int, activation: Any, name: str | None = None) -> Any:
        """`Dense`."""
        return layers.Dense(units, activation=activation, name=name)(x)

    def sum(self, tensors: list[Any], name: str | None = None) -> Any:
        """`merge` by sum."""
        return layers.merge(tensors, mode="sum", name=name)

    def concatenation(self, tensors: list[Any], name: str | None = None) -> Any:
        """`merge` by concatenation."""
        return layers.merge(tensors, mode="concat", concat_axis=self.channel_axis, name=name)


def files(
    name: str, release: str, orderings: tuple[str, ...] = ("th", "tf"), **checksums: str
) -> Callable[[bool], WeightsFile]:
    """The published weights of a network: their names follow one scheme.

    `orderings`: for which there is a file. `checksums`: MD5, by ``th``, ``th_notop``, ``tf``, ``tf_notop``.
    """

    def file(include_top: bool) -> WeightsFile:
        ordering = K.image_dim_ordering() if K.image_dim_ordering() in orderings else orderings[-1]
        ending = "" if include_top else "_notop"
        whole = f"{name}_weights_{ordering}_dim_ordering_{ordering}_kernels{ending}.h5"
        return WeightsFile(whole, f"{ORIGIN}{release}/", checksums.get(f"{ordering}{ending}"))

    return file


def load(model: Any, path: Path) -> None:
    """Give the model the weights of a file. The name of a published one says how its kernels lie."""
    published = "_th_kernels" in path.name
    ordering = next((o for o in ("th", "tf") if f"_{o}_dim_ordering" in path.name), None)
    model.load_weights(str(path), original_backend="theano" if published else None, original_dim_ordering=ordering)


def constructor(function: str, network: Network) -> Callable[..., Model]:
    """The public function, called `function`, that makes models of a network."""

    def make(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        classes: int = 1000,
    ) -> Model:
        model: Model = assemble(
            network, LayersOfKeras1(), load, include_top=include_top, weights=weights, input_tensor=input_tensor,
            input_shape=input_shape, classes=classes, fixed=True,
        )  # fmt: skip
        return model

    make.__name__ = make.__qualname__ = function
    make.__doc__ = f"""The {function} network, for images of {network.size} by {network.size} in the ordering that is set.

    Args:
        include_top: whether it ends with the layers that tell classes apart; without, it gives features.
        weights: ``"imagenet"``: those that were published, from `$KERAS_HOME/models`, where you put the file: nothing is
            downloaded; None: a random start; or the path of a file with weights.
        input_tensor: a symbolic tensor to call the network on, in place of a new input.
        input_shape: without the top: of an image, at least {network.smallest} by {network.smallest}.
        classes: their number; 1000 with the published weights.

    Raises `ArgumentError` for weights that are no file or do not fit the classes, `ShapeError` for an `input_shape` that
    the network cannot take, `SavedFileError` if the file of the published weights is missing, with its name, address and
    the place to put it, or has another checksum.
    """
    return make
