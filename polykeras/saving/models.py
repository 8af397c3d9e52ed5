"""`save_model` and `load_model`: whole models, in the format that the file's name says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.saving.archive import load_archive, save_archive
from polykeras.saving.legacy_h5 import load_h5, save_h5
from polykeras.saving.replacing import may_write
from polykeras.saving.weights import require_file

H5_ENDINGS = (".h5", ".hdf5")


def save_model(
    model: Any, filepath: str | Path, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Write a whole model: its layers, weights, losses and metrics, and the optimizer with its state.

    Keras 3 reads the file, and so does every backend.

    Args:
        model: the model.
        filepath: ends in ``.keras``, if it is zipped; with the ending ``.h5`` the format is that of Keras 2.
        overwrite: whether a file that is there is replaced without asking.
        zipped: False for a folder with the content of the archive.
        **kwargs: ``include_optimizer=False`` leaves out of an ``.h5`` file how the model was compiled.

    Raises `ArgumentError` for another ending and for layers that cannot be described, `SavedFileError` if there is no
    such folder. What was there is replaced only when the new file is complete.
    """
    path = Path(filepath)
    h5 = path.suffix in H5_ENDINGS and zipped is not False
    options = {"include_optimizer": kwargs.pop("include_optimizer", True)} if h5 else {}
    if kwargs:
        raise ArgumentError(f"save: unknown argument(s) {', '.join(kwargs)}.")
    if zipped is not False and path.suffix not in (".keras", *H5_ENDINGS):
        raise ArgumentError(
            f"save: the name must end in '.keras', or in '.h5' for the older format, got {str(path)!r}."
        )
    if not may_write(path, overwrite):
        return
    if h5:
        save_h5(model, path, **options)
    else:
        save_archive(model, path, zipped is not False)


def load_model(
    filepath: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model that `save_model`, here or in Keras 3, has written. It lives on the default backend.

    Args:
        filepath: a ``.keras`` archive, a folder with the content of one, or an ``.h5`` file of a whole model.
        custom_objects: classes and functions that the file names, beside those that were registered.
        compile: whether the model is compiled as it was, with the optimizer in the state that it had.
        safe_mode: whether code in the file, Python lambdas of `Lambda` layers, is refused.

    Raises `SavedFileError` for a file that is missing or damaged, or whose weights are of another model; `ArgumentError`
    for another ending; `UnknownNameError` for a class that is not known.
    """
    path = Path(filepath)
    if not path.is_dir() and path.suffix not in (".keras", *H5_ENDINGS):
        raise ArgumentError(
            f"load_model: the name must end in '.keras' or '.h5', or be that of a folder, got {str(path)!r}."
        )
    require_file(path)
    if path.suffix in H5_ENDINGS and not path.is_dir():
        return load_h5(path, custom_objects, compile, safe_mode)
    return load_archive(path, custom_objects, compile, safe_mode)
