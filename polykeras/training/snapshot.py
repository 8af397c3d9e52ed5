"""All that a training step reads and changes, in one file: weights, optimizer, metrics, random states."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.dtypes import numpy_dtype
from polykeras.errors import SavedFileError
from polykeras.random.seed_generator import global_generator
from polykeras.saving.replacing import replacing


def _variables(model: Any) -> list[Any]:
    return [*model._state_variables(training=True), global_generator().state]


def write_snapshot(model: Any, path: Path, about: dict[str, Any]) -> None:
    """Write the state of a model and its optimizer, as they are between two steps.

    Args:
        model: built and compiled.
        path: of the file, which is replaced only when the new one is complete.
        about: more to keep, as JSON can hold it.
    """
    values = {f"v{i}": np.asarray(v.numpy()) for i, v in enumerate(_variables(model))}
    with replacing(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(json.dumps(about)), **values)


def read_about(path: Path) -> dict[str, Any]:
    """What was kept beside the state. Raises `SavedFileError` for a file that cannot be read."""
    found = json.loads(str(_read(path)["about"]))
    if not isinstance(found, dict):
        raise SavedFileError(f"{path} is no snapshot of a training run.")
    return found


def read_snapshot(model: Any, path: Path) -> None:
    """Give a model, built and compiled, the state in a file.

    Raises `SavedFileError`, with the model as it was, for a file that cannot be read or is of another model.
    """
    arrays, variables = _read(path), _variables(model)
    wanted = [tuple(v.shape) for v in variables]
    found = [arrays[f"v{i}"] for i in range(len(arrays) - 1)]
    if [value.shape for value in found] != wanted:
        raise SavedFileError(
            f"{path} is of another model, or of one that was compiled otherwise: it holds values of the shapes "
            f"{[value.shape for value in found]}, wanted are {wanted}."
        )
    # Files know NumPy's own dtypes: of others, such as bfloat16, they hold the bytes.
    typed = [
        value.view(numpy_dtype(v.dtype)) if value.dtype.kind == "V" else value for value, v in zip(found, variables)
    ]
    for variable, value in zip(variables, typed):
        variable.assign(value)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        if "about" not in arrays:
            raise ValueError("it is no snapshot of a training run")
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise SavedFileError(f"{path} cannot be read: {error}") from error
    return arrays
