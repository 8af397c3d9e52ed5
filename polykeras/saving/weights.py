"""`save_weights` and `load_weights`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from polykeras.errors import ArgumentError, SavedFileError
from polykeras.saving.h5_values import open_h5
from polykeras.saving.replacing import may_write, replacing
from polykeras.saving.state import contents, require_built, restore
from polykeras.saving.weights_files import reading, reading_pieces, write_one, write_pieces


def save_weights(
    model: Any,
    filepath: str | Path,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    *,
    objects_to_skip: Collection[Any] = (),
) -> None:
    """Write the weights of a model, and the state of its optimizer if it is compiled.

    The files are those of Keras 3, and any backend reads them.

    Args:
        model: built.
        filepath: ends in ``.weights.h5``, or in ``.weights.json`` with `max_shard_size`.
        overwrite: whether a file that is there is replaced without asking.
        max_shard_size: write several files of at most so many gigabytes each, and an index.
        objects_to_skip: layers that are left out.

    Raises `ArgumentError` for a model that is not built, and for another ending; `SavedFileError` if there is no such
    folder. A file that was there is replaced only when the new one is complete.
    """
    path = Path(filepath)
    ending = ".weights.h5" if max_shard_size is None else ".weights.json"
    if not path.name.endswith(ending):
        condition = "" if max_shard_size is None else ", since max_shard_size is given"
        raise ArgumentError(f"save_weights: the name must end in {ending!r}{condition}, got {str(path)!r}.")
    require_built(model, "save")
    if not may_write(path, overwrite):
        return
    if max_shard_size is not None:
        write_pieces(contents(model, objects_to_skip), path, max_shard_size)
        return
    with replacing(path) as unfinished:
        write_one(contents(model, objects_to_skip), unfinished)


def load_weights(
    model: Any,
    filepath: str | Path,
    skip_mismatch: bool = False,
    *,
    objects_to_skip: Collection[Any] = (),
    original_backend: str | None = None,
    original_dim_ordering: str | None = None,
) -> None:
    """Give a model the weights in a file, and its optimizer the state, if the optimizer has the same variables.

    Args:
        model: built.
        filepath: a ``.weights.h5`` or ``.weights.json`` file, a ``.keras`` archive, or an ``.h5`` file of Keras 1 or 2.
        skip_mismatch: leave out, with a warning, what does not fit.
        objects_to_skip: layers that keep their weights.
        original_backend: of a file of Keras 1, which does not say it: ``"theano"`` if its kernels are flipped.
        original_dim_ordering: of such a file: ``"th"`` if images had their channels first and the kernels' shapes do not
            tell.

    Raises `ArgumentError` for a model that is not built, and for another ending; `SavedFileError` for a file that is
    missing, damaged or of another model. The model is as before then.
    """
    path = Path(filepath)
    if not path.name.endswith((".h5", ".hdf5", ".keras", ".weights.json")):
        raise ArgumentError(
            f"load_weights: the name must end in '.weights.h5', '.weights.json', '.keras' or '.h5', got {str(path)!r}."
        )
    require_built(model, "load into")
    require_file(path)
    if path.suffix in (".h5", ".hdf5") and (not path.name.endswith(".weights.h5") or is_older(path)):
        if objects_to_skip:
            raise ArgumentError("load_weights: objects_to_skip is for '.weights.h5' and '.keras' files.")
        from polykeras.saving.legacy_h5 import load_h5_weights, opened_h5

        with opened_h5(path) as content:
            load_h5_weights(model, content, path, skip_mismatch, original_backend, original_dim_ordering)
        return
    if path.name.endswith(".keras"):
        from polykeras.saving.archive import opened_archive

        with opened_archive(path) as archive, archive.weights() as file:
            restore(model, file, skip_mismatch, objects_to_skip)
        return
    with reading_pieces(path) if path.name.endswith(".json") else reading(path, path) as file:
        restore(model, file, skip_mismatch, objects_to_skip)


def is_older(path: Path) -> bool:
    """Whether an HDF5 file holds weights as Keras 1 and 2 write them: in groups that the root names."""
    with open_h5(path, "r", path) as file:
        return "layer_names" in file.attrs or "layer_names0" in file.attrs


def require_file(path: Path) -> None:
    """Raise `SavedFileError` if nothing is there."""
    if path.exists():
        return
    if not path.parent.is_dir():
        raise SavedFileError(f"{path} does not exist: there is no folder {path.parent}.")
    from polykeras.errors import did_you_mean

    hint = did_you_mean(path.name, [p.name for p in path.parent.iterdir()])
    raise SavedFileError(f"{path} does not exist.{hint}")
