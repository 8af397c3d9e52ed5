"""Layers from configurations, and tables of layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import UnknownNameError, did_you_mean
from polykeras.v1 import backend as K
from polykeras.v1.engine.weight_layouts import CONVOLUTIONS
from polykeras.v1.utils.generic_utils import CustomObjectScope, get_custom_objects
from polykeras.v1.utils.np_utils import convert_kernel


def described(layer: Any) -> dict[str, Any]:
    """A layer as ``{"class_name": ..., "config": ...}``."""
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


def layer_from_config(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer or model of ``{"class_name": ..., "config": ...}``. Raises `UnknownNameError` for another class."""
    from polykeras.v1 import layers, models

    name = config["class_name"]
    with CustomObjectScope(custom_objects):
        cls = get_custom_objects().get(name)
        if cls is None:
            cls = (
                getattr(models, name, None) if name in ("Sequential", "Model", "Container") else vars(layers).get(name)
            )
        if not isinstance(cls, type):
            known = [n for n, c in vars(layers).items() if isinstance(c, type)]
            raise UnknownNameError(
                f"There is no layer named {name!r}.{did_you_mean(name, known)} Give it as a custom object."
            )
        arguments = config["config"]
        if issubclass(cls, (models.Container, layers.Wrapper)):
            return cls.from_config(arguments, custom_objects)
        return cls.from_config({k: _tuples(v) for k, v in arguments.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def count_total_params(layers: Any, layer_set: Any = None) -> tuple[int, int]:
    """Numbers of elements of the trainable and of the other weights, each counted once."""
    seen = set() if layer_set is None else layer_set
    totals = [0, 0]
    for layer in layers:
        if layer in seen:
            continue
        seen.add(layer)
        for i, weights in enumerate((layer.trainable_weights, layer.non_trainable_weights)):
            totals[i] += sum(int(np.prod(v.shape)) for v in weights)
    return totals[0], totals[1]


def print_summary(layers: Any, relevant_nodes: Any = None, line_length: int = 100, positions: Any = None) -> None:
    """Print a table of layers: name and class, output shape, number of parameters, what it is connected to."""
    ends = [int(line_length * p) for p in (positions or [0.33, 0.55, 0.67, 1.0])]

    def row(cells: list[str]) -> None:
        line = ""
        for cell, end in zip(cells, ends, strict=True):
            line = (line + cell)[: end - 1].ljust(end)
        print(line.rstrip())

    print("_" * line_length)
    row(["Layer (type)", "Output Shape", "Param #", "Connected to"])
    print("=" * line_length)
    for layer in layers:
        nodes = layer.inbound_nodes
        sources = ", ".join(
            f"{source.name}[{i}]" for node in nodes for source, i in zip(node.inbound_layers, node.node_indices)
        )
        shape = str(layer.get_output_shape_at(0)) if nodes else str(layer.output_shape)
        row([f"{layer.name} ({type(layer).__name__})", shape, str(layer.count_params()), sources])
        print("_" * line_length)
    trainable, fixed = count_total_params(layers)
    print(f"Total params: {trainable + fixed:,}\nTrainable params: {trainable:,}\nNon-trainable params: {fixed:,}")


def convert_all_kernels_in_model(model: Any) -> None:
    """Turn the kernels of convolutions around, as Theano stores them against all other backends."""
    for layer in model.layers:
        if type(layer).__name__ in CONVOLUTIONS:
            K.set_value(layer.W, convert_kernel(K.get_value(layer.W), layer.dim_ordering))
