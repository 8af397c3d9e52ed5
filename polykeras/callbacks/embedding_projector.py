"""Embeddings for TensorBoard's projector: tables of numbers, and a file that says where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.utils.optional import require

CONFIG = "projector_config.pbtxt"
"""Where the projector looks for what there is."""


def _embedding_layers(model: Any) -> list[Any]:
    from polykeras.layers import Embedding

    return [layer for layer in model._flatten_layers() if isinstance(layer, Embedding)]


def _table(layer: Any) -> str:
    return f"{layer.name}.tsv"


def describe_embeddings(model: Any, directory: Path, metadata: Any = None) -> None:
    """Say which files hold the embeddings of the model, and which their metadata.

    Args:
        model: the model.
        directory: what all paths are relative to.
        metadata: the path of a file with a line on each entry of the one embedding; or a dictionary of such paths by
            names of layers.

    Raises `ArgumentError` for metadata of a layer that there is not.
    """
    names = [layer.name for layer in _embedding_layers(model)]
    if metadata is not None and not isinstance(metadata, dict):
        if len(names) != 1:
            raise ArgumentError(
                f"TensorBoard: embeddings_metadata is one file, and the model has the embedding layers {names}: give a "
                "dictionary from their names to files."
            )
        metadata = {names[0]: metadata}
    paths = {name: os.fspath(path) for name, path in (metadata or {}).items()}
    unknown = sorted(paths.keys() - set(names))
    if unknown:
        raise ArgumentError(
            f"TensorBoard: embeddings_metadata names {unknown}, which are no embedding layers of the model; it has {names}."
        )
    config = require(
        "tensorboard.plugins.projector.projector_config_pb2", "TensorBoard", "tensorboard"
    ).ProjectorConfig()
    for layer in _embedding_layers(model):
        config.embeddings.add(tensor_name=layer.name, tensor_path=_table(layer), metadata_path=paths.get(layer.name))
    text = require("google.protobuf.text_format", "TensorBoard", "tensorboard").MessageToString(config)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / CONFIG).write_text(text, encoding="utf-8")


def write_embeddings(model: Any, directory: Path) -> None:
    """Write the embeddings, a line for each entry."""
    for layer in _embedding_layers(model):
        part = directory / f"{_table(layer)}.part"
        np.savetxt(part, np.asarray(layer.embeddings.numpy(), "float32"), "%.9g", delimiter="\t")
        os.replace(part, directory / _table(layer))  # whoever reads it meanwhile finds all of it
