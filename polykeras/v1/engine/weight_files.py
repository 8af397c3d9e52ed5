"""Weights in HDF5 files, as Keras 1.2.2 lays them out: a group for each layer, a data set for each weight."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.saving.origin import Origin, origin_of
from polykeras.v1 import backend as K
from polykeras.v1.engine.weight_layouts import converted


def layers_of(model: Any) -> list[Any]:
    """The layers whose weights are written, those of the branches of a merged Sequential included."""
    return list(getattr(model, "flattened_layers", None) or model.layers)


def write_group(model: Any, group: Any) -> None:
    """Write the weights into a group of an open file."""
    layers = layers_of(model)
    group.attrs["layer_names"] = [layer.name.encode() for layer in layers]
    for layer in layers:
        own = group.create_group(layer.name)
        names = []
        for i, variable in enumerate(layer.weights):
            name = f"{variable.name or f'param_{i}'}:0"
            if name.encode() in names:
                name = f"{name}_{i}"
            names.append(name.encode())
            own.create_dataset(name, data=K.get_value(variable))
        own.attrs["weight_names"] = names


def _saved(group: Any) -> list[tuple[str, list[Any]]]:
    """The names of layers in a group, and their weights."""
    if "layer_names" not in group.attrs:
        raise ArgumentError(
            "The file holds no weights as Keras 1 or 2 writes them: the attribute layer_names is missing."
        )
    found = []
    for name in _texts(group.attrs["layer_names"]):
        own = group[name]
        found.append((name, [np.asarray(own[w]) for w in _texts(own.attrs["weight_names"])]))
    return found


def _texts(values: Any) -> list[str]:
    return [v.decode() if isinstance(v, bytes) else str(v) for v in values]


def read_group(model: Any, group: Any, origin: Origin | None = None) -> None:
    """Read the weights layer by layer; all are checked before one is changed."""
    wanted = [layer for layer in layers_of(model) if layer.weights]
    saved = [(name, arrays) for name, arrays in _saved(group) if arrays]
    if len(saved) != len(wanted):
        raise ArgumentError(
            f"The file holds the weights of {len(saved)} layers, the model has {len(wanted)} with weights."
        )
    _assign(model, [(layer, arrays) for layer, (_, arrays) in zip(wanted, saved, strict=True)], _known(group, origin))


def read_group_by_name(model: Any, group: Any, origin: Origin | None = None) -> None:
    """Read the weights of the layers whose names are in the group."""
    named = {layer.name: layer for layer in layers_of(model) if layer.weights}
    pairs = [(named[name], arrays) for name, arrays in _saved(group) if name in named and arrays]
    _assign(model, pairs, _known(group, origin))


def _known(group: Any, origin: Origin | None) -> Origin:
    return origin_of(group.file, group, None, None) if origin is None else origin


def _assign(model: Any, pairs: list[tuple[Any, list[Any]]], origin: Origin) -> None:
    ready = []
    laid_out = converted(layers_of(model), pairs, origin)
    for (layer, _), arrays in zip(pairs, laid_out, strict=True):
        if len(arrays) != len(layer.weights):
            raise ArgumentError(f"Layer {layer.name!r} has {len(layer.weights)} weights, the file holds {len(arrays)}.")
        for variable, array in zip(layer.weights, arrays, strict=True):
            if variable.shape != array.shape:
                raise ShapeError(
                    f"Layer {layer.name!r}: the weight {variable.name!r} has shape {variable.shape}, the file's "
                    f"{array.shape}."
                )
            ready.append((variable, array))
    K.batch_set_value(ready)


def save(model: Any, filepath: str, overwrite: bool = True) -> None:
    """Write the weights into a new file, which replaces an old one only when it is complete."""
    from polykeras.v1.utils.io_utils import ask_to_proceed_with_overwrite

    if not overwrite and os.path.isfile(filepath) and not ask_to_proceed_with_overwrite(filepath):
        return
    write_file(filepath, lambda f: write_group(model, f))


def write_file(filepath: Any, write: Any) -> None:
    """Let `write` fill a new HDF5 file beside the place where it goes, then move it there."""
    import h5py

    path = os.fspath(filepath)
    scratch = f"{path}.{os.getpid()}.tmp"
    try:
        with h5py.File(scratch, "w") as f:
            f.attrs["keras_version"] = b"1.2.2"
            f.attrs["backend"] = b"polykeras"  # whose kernels are not flipped
            write(f)
        os.replace(scratch, path)
    finally:
        if os.path.exists(scratch):
            os.remove(scratch)


def load(
    model: Any, filepath: str, by_name: bool = False, backend: str | None = None, ordering: str | None = None
) -> None:
    """Read the weights from a file of weights, or from a file with a whole model.

    `backend` and `ordering`: see `polykeras.saving.origin.origin_of`.
    """
    import h5py

    with h5py.File(filepath, "r") as f:
        group = f["model_weights"] if "layer_names" not in f.attrs and "model_weights" in f else f
        (read_group_by_name if by_name else read_group)(model, group, origin_of(f, group, backend, ordering))
