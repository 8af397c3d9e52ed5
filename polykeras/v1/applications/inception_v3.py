"""Inception v3, and how its images are prepared."""

from __future__ import annotations

from typing import Any

from polykeras.applications.networks import inception
from polykeras.applications.networks.assembly import Network
from polykeras.applications.networks.steps import Pair, Steps
from polykeras.v1.applications.construction import LayersOfKeras1, constructor, files
from polykeras.v1.applications.imagenet_utils import centered as preprocess_input
from polykeras.v1.applications.imagenet_utils import decode_predictions


def _unit(
    steps: Steps,
    x: Any,
    filters: int,
    rows: int,
    columns: int,
    padding: str = "same",
    strides: Pair = 1,
    name: str | None = None,
) -> Any:
    """Activated before it is normalized."""
    names = (f"{name}_conv", f"{name}_bn") if name else (None, None)
    x = steps.convolution(x, filters, (rows, columns), strides, padding, activation="relu", name=names[0])
    return steps.normalization(x, names[1])


def conv2d_bn(
    x: Any,
    nb_filter: int,
    nb_row: int,
    nb_col: int,
    border_mode: str = "same",
    subsample: Any = (1, 1),
    name: str | None = None,
) -> Any:
    """A convolution with its activation, then a normalization; they are called ``<name>_conv`` and ``<name>_bn``."""
    return _unit(LayersOfKeras1(), x, nb_filter, nb_row, nb_col, border_mode, tuple(subsample), name)


def _body(steps: Steps, x: Any) -> Any:
    def unit(x: Any, *arguments: Any) -> Any:
        return _unit(steps, x, *arguments)

    return inception.network(steps, x, inception.Style(unit, (32, 32, 32), wide=160, last_pooling="average"))


def _top(steps: Steps, x: Any, classes: int, activation: Any) -> Any:
    x = steps.flatten(steps.pooling(x, "average", 8, 8, name="avg_pool"), "flatten")
    return steps.dense(x, classes, activation, "predictions")


InceptionV3 = constructor(
    "InceptionV3",
    Network(
        "inception_v3",
        size=299,
        smallest=139,
        body=_body,
        top=_top,
        files=files(
            "inception_v3",
            "v0.2",
            th="b3baf3070cc4bf476d43a2ea61b0ca5f",
            th_notop="79aaa90ab4372b4593ba3df64e142f05",
            tf="fe114b3ff2ea4bf891e9353d1bbfb32f",
            tf_notop="2f3609166de1d967d1a481094754f691",
        ),
    ),
)

__all__ = ["InceptionV3", "conv2d_bn", "decode_predictions", "preprocess_input"]
