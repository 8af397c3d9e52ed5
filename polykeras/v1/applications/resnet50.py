"""ResNet50, and how its images are prepared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.applications.networks import resnet
from polykeras.applications.networks.assembly import Network
from polykeras.applications.networks.steps import Steps
from polykeras.v1.applications.construction import LayersOfKeras1, constructor, files
from polykeras.v1.applications.imagenet_utils import decode_predictions, preprocess_input

# From a layer's place in its block to the end of its name.
_PLACES = {"0": "1", "1": "2a", "2": "2b", "3": "2c"}
_KINDS = {"conv": "res", "bn": "bn"}


def _names(stage: int, block: str) -> resnet.Naming:
    """Such as ``res2a_branch2b``; what has no weights has no name of its own."""

    def name(part: str) -> str | None:
        place, _, kind = part.partition("_")
        return f"{_KINDS[kind]}{stage}{block}_branch{_PLACES[place]}" if kind in _KINDS else None

    return name


_STYLE = resnet.Style(lambda stage, place: _names(stage, "abcdef"[place - 1]), shortcut_first=False, epsilon=1e-3)


def identity_block(input_tensor: Any, kernel_size: int, filters: Sequence[int], stage: int, block: str) -> Any:
    """Three convolutions, of 1, `kernel_size` and 1, with `filters` filters, and the input added to what they give.

    `stage`, a number, and `block`, a letter, are for the layers' names.
    """
    steps = LayersOfKeras1()
    return resnet.block(steps, input_tensor, filters, kernel_size, 1, _STYLE, _names(stage, block), project=False)


def conv_block(
    input_tensor: Any, kernel_size: int, filters: Sequence[int], stage: int, block: str, strides: Any = (2, 2)
) -> Any:
    """`identity_block` with a convolution before the addition, and of windows that lie `strides` apart."""
    steps = LayersOfKeras1()
    names = _names(stage, block)
    return resnet.block(steps, input_tensor, filters, kernel_size, tuple(strides), _STYLE, names, project=True)


def _body(steps: Steps, x: Any) -> Any:
    """What comes in is padded before the first convolution only; the features are pooled with and without a top."""
    x = steps.convolution(steps.zero_padding(x, 3), 64, 7, 2, name="conv1")
    x = steps.activation(steps.normalization(x, "bn_conv1", _STYLE.epsilon), "relu")
    x = resnet.blocks(steps, steps.pooling(x, "max", 3, 2), resnet.RESNET50_DEPTHS, _STYLE)
    return steps.pooling(x, "average", 7, 7, name="avg_pool")


def _top(steps: Steps, x: Any, classes: int, activation: Any) -> Any:
    return steps.dense(steps.flatten(x), classes, activation, "fc1000")


ResNet50 = constructor(
    "ResNet50",
    Network(
        "resnet50",
        size=224,
        smallest=197,
        body=_body,
        top=_top,
        files=files(
            "resnet50",
            "v0.2",
            th="1c1f8f5b0c8ee28fe9d950625a230e1c",
            th_notop="f64f049c92468c9affcd44b0976cdafe",
            tf="a7b3fe01876f51b976af0dea6bc144eb",
            tf_notop="a268eb855778b3df3c7506639542a6af",
        ),
    ),
)

__all__ = ["ResNet50", "conv_block", "decode_predictions", "identity_block", "preprocess_input"]
