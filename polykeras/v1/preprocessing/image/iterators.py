"""Batches of pictures, from an array or from files, without end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator as PythonIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import ordering
from polykeras.v1.preprocessing.image.files import array_to_img, img_to_array, load_img

if TYPE_CHECKING:
    from polykeras.v1.preprocessing.image.generator import ImageDataGenerator

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")
COLOR_MODES = ("rgb", "grayscale")
CLASS_MODES = ("categorical", "binary", "sparse", None)
CHANNELS = (1, 3, 4)


def check_pictures(x: Any, channel_axis: int, who: str) -> None:
    """Raise `ShapeError` unless `x` has four axes, and on one of them as many channels as pictures have."""
    if x.ndim != 4:
        raise ShapeError(f"{who}: pictures in an array of four axes were wanted, got shape {x.shape}.")
    if x.shape[channel_axis] not in CHANNELS:
        raise ShapeError(
            f"{who}: 1, 3 or 4 channels were wanted on axis {channel_axis}, got shape {x.shape}. With dim_ordering "
            '"th" channels are on axis 1, with "tf" on axis 3.'
        )


class Iterator:
    """Rows of batches, in a new order for each pass.

    With a `seed`, NumPy's global generator is seeded before each batch, with the number of batches before it added: so
    orders and changes of pictures are repeatable.
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self.lock = threading.Lock()
        self.index_generator = self._flow_index()

    def reset(self) -> None:
        """Start a pass."""
        self.batch_index = 0
        self.index_generator = self._flow_index()

    def _flow_index(self) -> PythonIterator[Any]:
        while True:
            for start in range(0, self.n, self.batch_size):
                self.batch_index = start // self.batch_size
                if self.seed is not None:
                    np.random.seed(self.seed + self.total_batches_seen)
                if start == 0:
                    order = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)
                self.total_batches_seen += 1
                yield order[start : start + self.batch_size]

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return self.next()

    def next(self) -> Any:
        """The rows of the next batch."""
        with self.lock:
            return next(self.index_generator)


class PictureIterator(Iterator):
    """What both kinds share: pictures are changed, normalised and, if wanted, saved. A subclass has the pictures."""

    image_data_generator: ImageDataGenerator
    dim_ordering: str

    def _take(
        self, generator: ImageDataGenerator, dim_ordering: str, save_to_dir: str | None, prefix: str, form: str
    ) -> None:
        self.image_data_generator, self.dim_ordering = generator, ordering(dim_ordering)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, prefix, form

    def _picture(self, row: int) -> Any:
        """The picture in a row, unchanged."""
        raise ArgumentError(f"{type(self).__name__} defines no _picture(self, row).")

    def _labels(self, rows: Any) -> Any:
        """The labels of rows; None if there are none."""
        return None

    def next(self) -> Any:
        """The next batch: pictures, or pictures and labels."""
        rows = super().next()
        change = self.image_data_generator
        batch = np.stack([change.standardize(change.random_transform(self._picture(i))) for i in rows])
        batch = batch.astype(K.floatx())
        if self.save_to_dir:
            for x, row in zip(batch, rows, strict=True):
                name = f"{self.save_prefix}_{row}_{np.random.randint(10000)}.{self.save_format}"
                array_to_img(x, self.dim_ordering).save(os.path.join(self.save_to_dir, name))
        labels = self._labels(rows)
        return batch if labels is None else (batch, labels)


class NumpyArrayIterator(PictureIterator):
    """See `ImageDataGenerator.flow`."""

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: ImageDataGenerator,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int | None = None,
        dim_ordering: str = "default",
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "jpeg",
    ) -> None:
        if y is not None and len(x) != len(y):
            raise ShapeError(f"flow: as many pictures as labels were wanted, got {len(x)} and {len(y)}.")
        self._take(image_data_generator, dim_ordering, save_to_dir, save_prefix, save_format)
        self.x, self.y = np.asarray(x, dtype=K.floatx()), None if y is None else np.asarray(y)
        check_pictures(self.x, 1 if self.dim_ordering == "th" else 3, "flow")
        super().__init__(len(x), batch_size, shuffle, seed)

    def _picture(self, row: int) -> Any:
        return self.x[row]

    def _labels(self, rows: Any) -> Any:
        return None if self.y is None else self.y[rows]


class DirectoryIterator(PictureIterator):
    """See `ImageDataGenerator.flow_from_directory`."""

    def __init__(
        self,
        directory: str,
        image_data_generator: ImageDataGenerator,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        dim_ordering: str = "default",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "jpeg",
        follow_links: bool = False,
    ) -> None:
        for name, value, known in (("color_mode", color_mode, COLOR_MODES), ("class_mode", class_mode, CLASS_MODES)):
            if value not in known:
                raise ArgumentError(
                    f"flow_from_directory: {name} must be one of {', '.join(map(repr, known))}, got {value!r}."
                )
        self._take(image_data_generator, dim_ordering, save_to_dir, save_prefix, save_format)
        self.directory, self.color_mode, self.class_mode = directory, color_mode, class_mode
        self.target_size = tuple(target_size)
        channels = (3 if color_mode == "rgb" else 1,)
        first = self.dim_ordering == "th"
        self.image_shape = (*channels, *self.target_size) if first else (*self.target_size, *channels)
        if not os.path.isdir(directory):
            raise ArgumentError(f"flow_from_directory: there is no folder {directory}.")
        names = list(classes or sorted(p.name for p in Path(directory).iterdir() if p.is_dir()))
        self.nb_class, self.class_indices = len(names), {name: i for i, name in enumerate(names)}
        found = [(f, i) for name, i in self.class_indices.items() for f in self._files(name, follow_links)]
        if not found:
            raise ArgumentError(f"flow_from_directory: there are no pictures in the folders {names} of {directory}.")
        self.filenames = [f for f, _ in found]
        self.classes, self.nb_sample = np.array([i for _, i in found], "int32"), len(found)
        super().__init__(self.nb_sample, batch_size, shuffle, seed)

    def _files(self, name: str, follow_links: bool) -> list[str]:
        """The pictures of a class, by paths from the folder of all."""
        top = os.path.join(self.directory, name)
        return [
            os.path.relpath(os.path.join(root, f), self.directory)
            for root, _, files in sorted(os.walk(top, followlinks=follow_links))
            for f in sorted(files)
            if f.lower().endswith(ENDINGS)
        ]

    def _picture(self, row: int) -> Any:
        path = os.path.join(self.directory, self.filenames[row])
        return img_to_array(load_img(path, self.color_mode == "grayscale", self.target_size), self.dim_ordering)

    def _labels(self, rows: Any) -> Any:
        labels = self.classes[rows]
        if self.class_mode == "categorical":
            return np.eye(self.nb_class, dtype=K.floatx())[labels]
        return labels.astype(K.floatx()) if self.class_mode == "binary" else labels if self.class_mode else None
