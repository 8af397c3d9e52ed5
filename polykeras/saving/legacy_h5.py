"""Whole models in one HDF5 file, as Keras wrote them before version 3, and still does for names that end in ``.h5``.

    attributes model_config, training_config    JSON
    model_weights/<layer>/...                   the weights of each layer of the model, those of layers inside among them
    model_weights/top_level_model_weights       weights of the model itself
    optimizer_weights/...                       the state of the optimizer

Each of the groups has an attribute with the names of its weights, in order: that alone says what is what.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, SavedFileError
from polykeras.saving.archive import KERAS_VERSION
from polykeras.saving.h5_values import GroupValues, find_group, open_h5, write_value
from polykeras.saving.keras1_weights import values_of_today
from polykeras.saving.origin import origin_of
from polykeras.saving.registration import CustomObjectScope
from polykeras.saving.replacing import replacing
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.saving.state import HINT, prepared_optimizer
from polykeras.variable import Variable

WEIGHTS, OPTIMIZER, OWN = "model_weights", "optimizer_weights", "top_level_model_weights"
_ATTRIBUTE_LIMIT = 64512
"""Bytes that HDF5 takes in one attribute; longer lists of names go into several, with numbers."""


def save_h5(model: Any, path: Path, include_optimizer: bool = True) -> None:
    """Write `model` to `path`.

    Raises `ArgumentError` for a subclassed model: the format has no place for the shapes that it was built with.
    """
    if model._graph is None:
        raise ArgumentError(
            f"{type(model).__name__} cannot be saved to an '.h5' file, which takes functional and sequential models with "
            "known input shapes only: give a name that ends in '.keras'."
        )
    described = serialize_keras_object(model)
    compiled = described.pop("compile_config", None)
    described.pop("build_config", None)
    with replacing(path) as unfinished, open_h5(unfinished, "w", path) as file:
        file.attrs["keras_version"] = KERAS_VERSION
        file.attrs["backend"] = "polykeras"
        file.attrs["model_config"] = json.dumps(described)
        weights = file.create_group(WEIGHTS)
        weights.attrs["keras_version"] = KERAS_VERSION
        weights.attrs["backend"] = "polykeras"
        layers = {layer.name: layer for layer in model.layers}
        _write_names(weights, "layer_names", list(layers))
        for name, layer in layers.items():
            _write_weights(weights.create_group(name), _weights_of(layer))
        _write_weights(weights.create_group(OWN), model._direct_variables())
        if include_optimizer and compiled:
            optimizer = {key: compiled["optimizer"][key] for key in ("class_name", "config")}
            rest = {key: value for key, value in compiled.items() if key != "optimizer"}
            file.attrs["training_config"] = json.dumps({**rest, "optimizer_config": optimizer})
            _write_weights(file.create_group(OPTIMIZER), model.optimizer.variables)


def load_h5(path: Path, custom_objects: Mapping[str, Any] | None, compile: bool, safe_mode: bool) -> Any:
    """The model in the file."""
    with open_h5(path, "r", path) as file:
        config = _json_attribute(file, path, "model_config")
        if config is None:
            raise SavedFileError(f"{path} holds no model_config, so it is no whole model: use load_weights.")
        version = str(file.attrs.get("keras_version", ""))
        if version.startswith("1."):
            raise SavedFileError(
                f"{path} is a whole model of Keras {version}, whose layers have other arguments. "
                "polykeras.v1.models.load_model reads it; load_weights gives its weights to a model of today's layers."
            )
        model = deserialize_keras_object(config, custom_objects, safe_mode)
        load_h5_weights(model, file, path)
        if compile:
            with CustomObjectScope(custom_objects or {}):
                _compile(model, file, path)
    return model


@contextmanager
def opened_h5(path: Path) -> Iterator[Any]:
    """The file, for `load_h5_weights`."""
    with open_h5(path, "r", path) as file:
        yield file


def load_h5_weights(
    model: Any,
    file: Any,
    path: Path,
    skip_mismatch: bool = False,
    original_backend: str | None = None,
    original_dim_ordering: str | None = None,
) -> None:
    """Give the model the weights of a whole model, or of a file that holds weights only.

    Those of Keras 1 and those that Theano's Keras wrote are turned into today's layout; see `origin_of`.

    The layers with weights are taken in order. Raises `SavedFileError` if there are more or fewer of them than in the
    file, or if a shape differs, before anything changes; with `skip_mismatch`, weights of another shape are left out.
    """
    root = find_group(file, WEIGHTS) or file
    layers = [layer for layer in model.layers if _weights_of(layer)]
    found = {name: _read_weights(root, name) for name in _read_names(root, "layer_names", path)}
    saved = [name for name, values in found.items() if values]
    if len(saved) != len(layers):
        raise SavedFileError(
            f"{path} holds weights of {len(saved)} layers {saved}, the model {model.name!r} has {len(layers)} layers with "
            f"weights {[layer.name for layer in layers]}. Nothing was loaded."
        )
    changes: list[tuple[Variable, Any]] = []
    faults: list[str] = []
    origin = origin_of(file, root, original_backend, original_dim_ordering)
    old = [(layer, found[name]) for layer, name in zip(layers, saved, strict=True)]
    values_now = values_of_today(model.layers, old, origin)
    pairs = [(layer.name, _weights_of(layer), values) for layer, values in zip(layers, values_now, strict=True)]
    if OWN in root:
        pairs.append((model.name, model._direct_variables(), _read_weights(root, OWN)))
    for name, variables, values in pairs:
        if len(variables) != len(values):
            faults.append(f"{name!r} has {len(variables)} weights, got {len(values)}")
            continue
        for v, value in zip(variables, values, strict=True):
            if v.shape == value.shape:
                changes.append((v, value))
            else:
                faults.append(f"{name!r}: the weight {v.path!r} has shape {v.shape}, got {value.shape}")
    if faults:
        listed = "\n".join(f"    {fault}" for fault in faults)
        if not skip_mismatch:
            raise SavedFileError(f"{path} does not fit {model.name!r}. Nothing was loaded:\n{listed}\n{HINT}")
        warnings.warn(f"{path}: left out, since they do not fit:\n{listed}", UserWarning, stacklevel=3)
    for variable, value in changes:
        variable.assign(value)


def _compile(model: Any, file: Any, path: Path) -> None:
    config = _json_attribute(file, path, "training_config")
    if config is None:
        warnings.warn(
            f"{path} does not say how the model was compiled: compile it yourself.", UserWarning, stacklevel=4
        )
        return
    config["optimizer"] = config.pop("optimizer_config", "rmsprop")
    model.compile_from_config(config)
    if find_group(file, OPTIMIZER) is not None:
        values = {str(i): value for i, value in enumerate(_read_weights(file, OPTIMIZER))}
        optimizer = prepared_optimizer(model, values)
        if optimizer is not None:
            optimizer.load_own_variables(values)


def _weights_of(layer: Any) -> list[Variable]:
    """In the order of these files: first all that are trained, also those of layers inside."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _write_weights(group: Any, variables: Sequence[Variable]) -> None:
    names: list[str] = []
    for v in variables:
        name, n = v.path, 0
        while name in names:  # names of weights need not be unique, only their order counts
            n += 1
            name = f"{v.path}_{n}"
        names.append(name)
        write_value(group, name, v.numpy())
    _write_names(group, "weight_names", names)


def _read_weights(parent: Any, name: str) -> list[np.ndarray]:
    group = find_group(parent, name)
    if group is None:
        raise SavedFileError(f"{parent.file.filename} names the layer {name!r} and holds no weights of it.")
    values = []
    for path in _read_names(group, "weight_names", parent.file.filename):
        folder, _, last = path.rpartition("/")
        holder = find_group(group, folder) if folder else group
        if holder is None or last not in holder:
            raise SavedFileError(f"{parent.file.filename} names the weight {path!r} and does not hold it.")
        values.append(GroupValues(holder)[last])
    return values


def _write_names(group: Any, attribute: str, names: Sequence[str]) -> None:
    encoded = np.array([name.encode() for name in names] or [], "S" if names else "float64")
    parts = -(-encoded.nbytes // _ATTRIBUTE_LIMIT)
    if parts <= 1:
        group.attrs[attribute] = encoded
        return
    for i, part in enumerate(np.array_split(encoded, parts + 1)):
        group.attrs[f"{attribute}{i}"] = part


def _read_names(group: Any, attribute: str, path: Path | str) -> list[str]:
    if attribute in group.attrs:
        found = list(group.attrs[attribute])
    elif f"{attribute}0" in group.attrs:
        found, i = [], 0
        while f"{attribute}{i}" in group.attrs:
            found += list(group.attrs[f"{attribute}{i}"])
            i += 1
    else:
        raise SavedFileError(
            f"{path}: {group.name} has no {attribute}, so it is no file of a model as Keras writes them."
        )
    return [name.decode() if isinstance(name, bytes) else str(name) for name in found]


def _json_attribute(file: Any, path: Path, name: str) -> Any:
    text = file.attrs.get(name)
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise SavedFileError(f"{path}: its {name} is not JSON: {error}.") from error
