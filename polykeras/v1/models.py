"""`Sequential`, and models in files."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.saving.origin import origin_of
from polykeras.v1 import backend as K
from polykeras.v1 import optimizers
from polykeras.v1.engine import weight_files
from polykeras.v1.engine.base_layer import Layer
from polykeras.v1.engine.container import Container
from polykeras.v1.engine.input_layer import Input
from polykeras.v1.engine.merge import Merge
from polykeras.v1.engine.training import Model
from polykeras.v1.engine.weight_layouts import flipped_state
from polykeras.v1.utils.generic_utils import CustomObjectScope
from polykeras.variable import Variable


class Sequential(Model):
    """Layers one after the other. The first says the shape of its input, or is a `Merge` of other models.

    Args:
        layers: the layers, or nothing and then `add`.
        name: ``sequential_1`` and so on unless given.
    """

    def __init__(self, layers: Any = (), name: str | None = None) -> None:
        Layer.__init__(self, name=name)
        self._stack: list[Any] = []
        self._ends: tuple[Any, Any] = (None, None)
        for layer in layers or ():
            self.add(layer)

    _unwalked_attributes = Model._unwalked_attributes | {"_ends"}

    def add(self, layer: Layer) -> None:
        """Put a layer on top. Raises `ArgumentError` for a first layer that says no input shape."""
        if not isinstance(layer, Layer):
            raise ArgumentError(f"Sequential: a layer was wanted, got {layer!r}.")
        first, last = self._ends
        if self._stack:
            last = layer(last)
        else:
            first, last = _start(layer)
        if isinstance(last, (list, tuple)):
            raise ArgumentError(f"Sequential: layers must have one output, {layer.name!r} has {len(last)}.")
        self._stack.append(layer)
        self._ends = (first, last)
        self._connect(first, last)
        self._forget_compiled_steps()

    def pop(self) -> None:
        """Take the last layer off."""
        if not self._stack:
            raise ArgumentError("Sequential: there is no layer to take off.")
        self._stack.pop()
        if not self._stack:
            self._ends, self._graph, self._operations, self.built = (None, None), None, [], False
            return
        below = self._ends[1].node.inputs
        self._ends = (self._ends[0], below[0])
        self._connect(*self._ends)
        self._forget_compiled_steps()

    @property
    def layers(self) -> list[Any]:
        """The stack, without an input."""
        return list(self._stack)

    @property
    def flattened_layers(self) -> list[Any]:
        """The layers, those of the branches of a `Merge` at the bottom before it, and those of models inside."""
        found: list[Any] = []
        for layer in self._stack:
            if isinstance(layer, Merge) and layer.layers:
                for branch in layer.layers:
                    found += getattr(branch, "flattened_layers", None) or getattr(branch, "layers", None) or [branch]
            found.append(layer)
        return list({id(layer): layer for layer in found}.values())

    @property
    def weights(self) -> list[Variable]:
        """The weights, branch by branch and layer by layer."""
        return list({id(v): v for layer in self.flattened_layers for v in layer.weights}.values())

    def predict_proba(self, x: Any, batch_size: int = 32, verbose: int = 1) -> Any:
        """`predict`, for a model whose outputs are probabilities."""
        return self.predict(x, batch_size, verbose)

    def predict_classes(self, x: Any, batch_size: int = 32, verbose: int = 1) -> Any:
        """The number of the most probable class of each sample; of a single output, whether it is above one half."""
        proba = self.predict(x, batch_size, verbose)
        return np.argmax(proba, axis=-1) if proba.shape[-1] > 1 else (proba > 0.5).astype("int32")

    def get_config(self) -> Any:
        """A list of the layers; of a `Merge`, those that it merges too."""
        from polykeras.v1.utils.layer_utils import described

        specs = []
        for layer in self._stack:
            spec = described(layer)
            if isinstance(layer, Merge) and layer.layers:
                spec["config"]["layers"] = [described(branch) for branch in layer.layers]
            specs.append(spec)
        return specs

    @classmethod
    def from_config(cls, config: Any, custom_objects: dict[str, Any] | None = None) -> Sequential:
        """The model that `get_config` described, with new weights."""
        from polykeras.v1.utils.layer_utils import layer_from_config

        model = cls()
        for spec in config:
            spec = {**spec, "config": spec["config"]}
            if spec["class_name"] == "Merge" and "layers" in spec["config"]:
                branches = [layer_from_config(b, custom_objects) for b in spec["config"]["layers"]]
                model.add(Merge.from_config({**spec["config"], "layers": branches}))
            else:
                model.add(layer_from_config(spec, custom_objects))
        return model


def _start(layer: Layer) -> tuple[Any, Any]:
    """The symbolic input and output of a stack's first layer."""
    if isinstance(layer, Container):
        copies = [Input(batch_shape=x.shape, dtype=x.dtype) for x in layer.inputs]
        return copies, layer(copies[0] if len(copies) == 1 else copies)
    if not layer._inbound_nodes:
        if layer.batch_input_shape is None:
            raise ArgumentError(
                f"Sequential: the first layer, {layer.name!r}, must say the shape of its input: give it input_shape or "
                "batch_input_shape."
            )
        name = f"{layer.name}_input"
        layer(Input(batch_shape=layer.batch_input_shape, dtype=layer.input_dtype, name=name))
    from polykeras.v1.engine.nodes import get_source_inputs

    output = layer.get_output_at(0)
    if isinstance(layer, Merge) and layer.layers:
        sources: list[KerasTensor] = []
        for branch in layer.layers:
            own = branch.inputs if isinstance(branch, Container) else get_source_inputs(branch.get_output_at(0))
            sources += [x for x in own if not any(x is s for s in sources)]
        return sources, output
    return get_source_inputs(output), output


# ---- architectures as text -------------------------------------------------------------------------------------


def model_from_config(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model of ``{"class_name": ..., "config": ...}``."""
    from polykeras.v1.utils.layer_utils import layer_from_config

    if isinstance(config, list):
        raise ArgumentError(
            "model_from_config: a dictionary was wanted, got a list. Sequential.from_config takes lists."
        )
    return layer_from_config(config, custom_objects)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that `to_json` described, with new weights."""
    return model_from_config(json.loads(json_string), custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that `to_yaml` described, with new weights. The text must be YAML that is JSON too, as it writes it."""
    try:
        return model_from_json(yaml_string, custom_objects)
    except json.JSONDecodeError as error:
        raise ArgumentError("model_from_yaml: only YAML that is JSON, as to_yaml() writes it, can be read.") from error


# ---- files -----------------------------------------------------------------------------------------------------


def save_model(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write architecture, weights, and how and how far it was trained, into an HDF5 file."""
    from polykeras.v1.utils.io_utils import ask_to_proceed_with_overwrite

    if not overwrite and os.path.isfile(filepath) and not ask_to_proceed_with_overwrite(filepath):
        return
    described = json.dumps({"class_name": type(model).__name__, "config": model.get_config()}).encode()

    def write(f: Any) -> None:
        f.attrs["model_config"] = described
        weight_files.write_group(model, f.create_group("model_weights"))
        if model.optimizer is None:
            return
        f.attrs["training_config"] = json.dumps(_training(model)).encode()
        state = model.optimizer.weights
        if state:
            group = f.create_group("optimizer_weights")
            names = [f"param_{i}".encode() for i in range(len(state))]
            for name, value in zip(names, K.batch_get_value(state), strict=True):
                group.create_dataset(name, data=value)
            group.attrs["weight_names"] = names

    weight_files.write_file(filepath, write)


def _training(model: Any) -> dict[str, Any]:
    def named(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [named(v) for v in value]
        if isinstance(value, dict):
            return {k: named(v) for k, v in value.items()}
        return getattr(value, "__name__", value)

    return {
        "optimizer_config": {"class_name": type(model.optimizer).__name__, "config": model.optimizer.get_config()},
        "loss": named(model.loss),
        "metrics": named(model._given_metrics),
        "sample_weight_mode": model.sample_weight_mode,
        "loss_weights": model.loss_weights,
    }


def load_model(filepath: Any, custom_objects: dict[str, Any] | None = None, original_backend: str | None = None) -> Any:
    """The model of an HDF5 file that Keras 1 or `save_model` wrote; training goes on where it was.

    With `original_backend` ``"theano"`` the kernels of a file that does not name its backend are flipped. Only data are
    read: code in the file is refused. Raises `ArgumentError` for files without an architecture.
    """
    import h5py

    with h5py.File(filepath, "r") as f, CustomObjectScope(custom_objects):
        if "model_config" not in f.attrs:
            raise ArgumentError(
                f"{filepath} holds no architecture. For a file of weights, build the model and load_weights()."
            )
        model = model_from_config(_json(f.attrs["model_config"]), custom_objects)
        group = f["model_weights"]
        origin = origin_of(f, group, original_backend, None)
        weight_files.read_group(model, group, origin)
        if "training_config" not in f.attrs:
            return model
        training = _json(f.attrs["training_config"])
        optimizer = optimizers.optimizer_from_config(training.pop("optimizer_config"), custom_objects)
        model.compile(optimizer=optimizer, **training)
        if "optimizer_weights" in f:
            group = f["optimizer_weights"]
            names = [n.decode() if isinstance(n, bytes) else n for n in group.attrs["weight_names"]]
            optimizer.build(model.trainable_weights)
            parameters, arrays = model.trainable_weights, [np.asarray(group[n]) for n in names]
            if _sorted(names):
                optimizer.weights = _by_name(optimizer.weights, parameters)
                parameters = sorted(parameters, key=lambda v: v.name)
            if origin.flips:
                arrays = flipped_state(weight_files.layers_of(model), parameters, arrays)
            optimizer.set_weights(arrays)
        return model


def _sorted(names: list[str]) -> bool:
    """Whether the file is Keras 1's own, whose state follows the parameters sorted by name."""
    return not all(name.startswith("param_") for name in names)


def _by_name(state: list[Variable], parameters: list[Variable]) -> list[Variable]:
    """What an optimizer keeps, in the order of the names of the parameters that it belongs to."""
    order = sorted(range(len(parameters)), key=lambda i: parameters[i].name)
    n = len(parameters)
    counts = len(state) % n if n else len(state)
    rows = [state[start : start + n] for start in range(counts, len(state), n)]
    return [*state[:counts], *(row[i] for row in rows for i in order)]


def _json(text: Any) -> Any:
    return json.loads(text.decode() if isinstance(text, bytes) else text)


__all__ = [
    "Container",
    "Merge",
    "Model",
    "Sequential",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_model",
]
