"""Files of weights, one or in pieces: groups of arrays by the path of the object that they belong to.

model.weights.h5      all in one
model.weights.json    which pieces hold the values of which object, with
model_00000.weights.h5, model_00001.weights.h5 ...
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, SavedFileError
from polykeras.saving.h5_values import GROUP, GroupValues, find_group, open_h5, value_groups, write_value
from polykeras.saving.replacing import Replacements

Contents = Iterable[tuple[str, str | None, Mapping[str, Any]]]
"""Of each object its path, its name and the values of its variables."""


def write_one(contents: Contents, target: Any) -> None:
    """Write an HDF5 file; `target` is a path or a binary file."""
    with open_h5(target, "w", target) as file:
        for path, name, values in contents:
            group = file.create_group(_group_name(path))
            if name is not None:
                group.attrs["name"] = name
            for key, value in values.items():
                write_value(group, key, value)


def write_pieces(contents: Contents, index: Path, max_shard_size: float) -> None:
    """Write pieces that hold at most `max_shard_size` gigabytes each, and the index that says what is where.

    Raises `ArgumentError` for a value that is larger than that.
    """
    limit = max_shard_size * 2**30
    base = index.name.removesuffix(".json").removesuffix(".weights")
    where: dict[str, list[str]] = {}
    total = held = 0
    with Replacements() as files, ExitStack() as opened:

        def next_piece() -> tuple[str, Any]:
            name = f"{base}_{len(pieces):05}.weights.h5"
            pieces.append(name)
            opened.close()  # the piece before is complete
            return name, opened.enter_context(open_h5(files.add(index.with_name(name)), "w", name))

        pieces: list[str] = []
        unfinished = files.add(index)  # enters first, so that it appears last, when all pieces are there
        piece, file = next_piece()
        for path, name, values in contents:
            for key, value in values.items():
                size = np.asarray(value).nbytes
                if size > limit:
                    raise ArgumentError(
                        f"save_weights: the value {key!r} of {path or 'the model'} takes {size} bytes, more than "
                        f"max_shard_size={max_shard_size} GB allows: give at least {size / 2**30:.3g}."
                    )
                if held + size > limit:
                    (piece, file), held = next_piece(), 0
                held, total = held + size, total + size
                group = file.require_group(_group_name(path))
                if name is not None:
                    group.attrs["name"] = name
                write_value(group, key, value)
                holders = where.setdefault(f"/{_group_name(path)}", [])
                if piece not in holders:
                    holders.append(piece)
        opened.close()
        unfinished.write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": where}, indent=4))


class WeightsReader:
    """What the files hold."""

    def __init__(self, label: Path | str, files: list[Any]) -> None:
        self.label = label
        self._files = files

    def values(self, path: str) -> GroupValues:
        """The values of the object at that path; none if the files know nothing of it."""
        found = [find_group(file, _group_name(path)) for file in self._files]
        return GroupValues(*(group for group in found if group is not None))

    def paths(self) -> set[str]:
        """The objects of which there are values."""
        return {path for file in self._files for path in value_groups(file)}


@contextmanager
def reading(source: Any, label: Path | str) -> Iterator[WeightsReader]:
    """The contents of one file; `source` is a path or a binary file, `label` what messages call it."""
    with open_h5(source, "r", label) as file:
        yield WeightsReader(label, [file])


@contextmanager
def reading_pieces(index: Path) -> Iterator[WeightsReader]:
    """The contents of the pieces that an index names."""
    names = sorted({name for named in _weight_map(index).values() for name in named})
    for name in names:
        if Path(name).name != name:
            raise SavedFileError(f"{index} names {name!r}, which does not lie beside it and is not opened.")
        if not index.with_name(name).is_file():
            raise SavedFileError(f"{index} names the file {name!r}, which is not beside it: copy all {len(names)}.")
    with ExitStack() as opened:
        files = [opened.enter_context(open_h5(index.with_name(n), "r", index.with_name(n))) for n in names]
        yield WeightsReader(index, files)


def _weight_map(index: Path) -> dict[str, list[str]]:
    try:
        entries = json.loads(index.read_text())["weight_map"].items()
        return {path: [named] if isinstance(named, str) else list(map(str, named)) for path, named in entries}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SavedFileError(
            f'{index} is no index of weights: JSON with a "weight_map" is wanted ({error!r}).'
        ) from error


def _group_name(path: str) -> str:
    return f"{path}/{GROUP}" if path else GROUP
