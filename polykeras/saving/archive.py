"""``.keras`` archives, and folders of the same content, as Keras 3 writes them.

metadata.json       which version wrote it, and when
config.json         the model as `serialize_keras_object` describes it
model.weights.h5    the state, also that of the optimizer
assets/             files of layers that have `save_assets`
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from polykeras.errors import SavedFileError
from polykeras.saving.replacing import replacing, replacing_folder
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.saving.state import contents, prepared_optimizer, restore
from polykeras.saving.walk import places
from polykeras.saving.weights_files import WeightsReader, reading, write_one

KERAS_VERSION = "3.15.1"
"""The version of Keras whose format this is."""

METADATA, CONFIG, WEIGHTS, ASSETS = "metadata.json", "config.json", "model.weights.h5", "assets"
_LARGE, _EXPANSION = 1 << 28, 100


def save_archive(model: Any, path: Path, zipped: bool) -> None:
    """Write `model` to `path`. What was there stays until the new archive is complete."""
    described = json.dumps(
        serialize_keras_object(model)
    )  # what cannot be described is found before anything is written
    with replacing(path) if zipped else replacing_folder(path, CONFIG) as unfinished:
        folder = unfinished.parent / "content" if zipped else unfinished
        folder.mkdir(exist_ok=True)
        _write_folder(model, described, folder)
        if zipped:
            with zipfile.ZipFile(unfinished, "w") as archive:
                for file in sorted(folder.rglob("*")):
                    archive.write(file, file.relative_to(folder).as_posix())


def _write_folder(model: Any, described: str, folder: Path) -> None:
    saved = {"keras_version": KERAS_VERSION, "date_saved": f"{datetime.now():%Y-%m-%d@%H:%M:%S}"}
    (folder / METADATA).write_text(json.dumps(saved))
    (folder / CONFIG).write_text(described)
    write_one(contents(model), folder / WEIGHTS)
    for inner_path, obj in places(model):
        if hasattr(obj, "save_assets"):
            own = folder / ASSETS / inner_path
            own.mkdir(parents=True, exist_ok=True)
            obj.save_assets(str(own))


def load_archive(path: Path, custom_objects: Mapping[str, Any] | None, compile: bool, safe_mode: bool) -> Any:
    """The model that `save_archive` wrote."""
    with opened_archive(path) as archive:
        config = archive.config()
        if not compile:
            config.pop("compile_config", None)
        model = deserialize_keras_object(config, custom_objects, safe_mode)
        if not hasattr(model, "_home"):
            raise SavedFileError(f"{path}: {CONFIG} describes no model but {type(model).__name__}.")
        with archive.weights() as file:
            goes_on = prepared_optimizer(model, file.values("optimizer"))
            restore(model, file, objects_to_skip=() if goes_on else (model.optimizer,))
        wanting = [(inner_path, obj) for inner_path, obj in places(model) if hasattr(obj, "load_assets")]
        if wanting:
            with archive.assets() as folder:
                for inner_path, obj in wanting:
                    obj.load_assets(str(folder / inner_path))
    return model


class Archive:
    """What `opened_archive` gives: the content, wherever it is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def config(self) -> dict[str, Any]:
        """The description of the model. Raises `SavedFileError` if there is none."""
        try:
            with self.member(CONFIG) as file:
                config = json.loads(file.read())
        except ValueError as error:
            raise SavedFileError(f"{self.path}: {CONFIG} is not JSON: {error}.") from error
        if not isinstance(config, dict) or "class_name" not in config:
            raise SavedFileError(f"{self.path}: {CONFIG} describes no model, it has no class_name.")
        return config

    @contextmanager
    def weights(self) -> Iterator[WeightsReader]:
        """The state. Raises `SavedFileError` if there is none."""
        with self.member(WEIGHTS) as file, reading(file, f"{self.path} ({WEIGHTS})") as found:
            yield found

    @contextmanager
    def member(self, name: str) -> Iterator[Any]:
        """One of the files, open for reading."""
        if not (self.path / name).is_file():
            raise self._lacks(name, os.listdir(self.path))
        with open(self.path / name, "rb") as file:
            yield file

    @contextmanager
    def assets(self) -> Iterator[Path]:
        """The folder of the layers' own files."""
        yield self.path / ASSETS

    def _lacks(self, name: str, there: list[str]) -> SavedFileError:
        return SavedFileError(f"{self.path} holds no {name}, so it is no whole model; it holds {sorted(there)[:10]}.")


class ZippedArchive(Archive):
    """The content of a zip file."""

    def __init__(self, path: Path, content: zipfile.ZipFile) -> None:
        super().__init__(path)
        self._content = content

    @contextmanager
    def member(self, name: str) -> Iterator[Any]:
        """One of the files, open for reading. It is copied out first: HDF5 jumps to and fro."""
        if name not in self._content.namelist():
            raise self._lacks(name, self._content.namelist())
        with tempfile.TemporaryFile() as copy:
            self._copy_out(name, copy)
            copy.seek(0)
            yield copy

    @contextmanager
    def assets(self) -> Iterator[Path]:
        """The folder of the layers' own files, which is there for as long as the block lasts."""
        with tempfile.TemporaryDirectory() as root:
            for name in self._content.namelist():
                parts = PurePosixPath(name).parts
                if parts[:1] != (ASSETS,) or name.endswith("/"):
                    continue
                if ".." in parts or "\\" in name or ":" in name:
                    raise SavedFileError(f"{self.path} holds a file named {name!r}, which would be written elsewhere.")
                target = Path(root, *parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(target, "wb") as file:
                    self._copy_out(name, file)
            yield Path(root) / ASSETS

    def _copy_out(self, name: str, target: Any) -> None:
        info = self._content.getinfo(name)
        if info.file_size > _LARGE and info.file_size > _EXPANSION * info.compress_size:
            raise SavedFileError(f"{self.path}: {name} says it has {info.file_size} bytes, far more than are stored.")
        try:
            with self._content.open(name) as file:
                shutil.copyfileobj(file, target)
        except (zipfile.BadZipFile, EOFError) as error:
            raise SavedFileError(f"{self.path} is damaged: {error}.") from error


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """The content of an archive. Raises `SavedFileError` if it is none."""
    if path.is_dir():
        yield Archive(path)
        return
    try:
        content = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise SavedFileError(f"{path} is no .keras archive, or a part of it is missing: {error}.") from error
    with content:
        yield ZippedArchive(path, content)
