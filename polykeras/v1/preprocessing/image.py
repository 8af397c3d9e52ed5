"""Pictures: reading them, changing them at random, and batches of changed ones."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator as PythonIterator
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import ordering


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise ArgumentError("Reading and writing pictures needs Pillow: pip install pillow.") from error
    return Image


def flip_axis(x: Any, axis: int) -> Any:
    """`x` in the opposite order along an axis."""
    return np.flip(x, axis)


def transform_matrix_offset_center(matrix: Any, x: int, y: int) -> Any:
    """A transformation around the centre of a picture of x rows and y columns."""
    there, back = np.eye(3), np.eye(3)
    there[:2, 2] = [x / 2 + 0.5, y / 2 + 0.5]
    back[:2, 2] = -there[:2, 2]
    return there @ matrix @ back


def apply_transform(
    x: Any, transform_matrix: Any, channel_axis: int = 0, fill_mode: str = "nearest", cval: float = 0.0
) -> Any:
    """Each channel at the places where `transform_matrix`, 3x3, sends its pixels' places: the pixel nearest there.

    `fill_mode`: ``"nearest"``, ``"constant"`` (`cval`), ``"reflect"`` or ``"wrap"`` outside of the picture.
    """
    from scipy import ndimage

    channels = np.moveaxis(x, channel_axis, 0)
    moved = [
        ndimage.affine_transform(
            c, transform_matrix[:2, :2], transform_matrix[:2, 2], order=0, mode=fill_mode, cval=cval
        )
        for c in channels
    ]
    return np.moveaxis(np.stack(moved), 0, channel_axis)


def _around_center(
    x: Any, matrix: Any, row_axis: int, col_axis: int, channel_axis: int, fill_mode: str, cval: float
) -> Any:
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def _rotation(degrees: float) -> Any:
    t = np.deg2rad(degrees)
    return np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])


def _shear(angle: float) -> Any:
    return np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]])


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Rotated by up to `rg` degrees."""
    return _around_center(x, _rotation(np.random.uniform(-rg, rg)), row_axis, col_axis, channel_axis, fill_mode, cval)


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Shifted by up to these fractions of width and height."""
    matrix = np.eye(3)
    matrix[0, 2] = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    matrix[1, 2] = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Sheared by up to `intensity` radians."""
    matrix = _shear(np.random.uniform(-intensity, intensity))
    return _around_center(x, matrix, row_axis, col_axis, channel_axis, fill_mode, cval)


def random_zoom(
    x: Any,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Zoomed by two factors within `zoom_range`, a pair."""
    if len(zoom_range) != 2:
        raise ArgumentError(f"random_zoom: zoom_range must be a pair, got {zoom_range!r}.")
    factors = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return _around_center(x, np.diag([*factors, 1]), row_axis, col_axis, channel_axis, fill_mode, cval)


def random_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> Any:
    """A number of up to `intensity` added to each channel, within the picture's range."""
    channels = np.moveaxis(x, channel_axis, 0)
    shifts = np.random.uniform(-intensity, intensity, len(channels)).reshape((-1,) + (1,) * (channels.ndim - 1))
    return np.moveaxis(np.clip(channels + shifts, x.min(), x.max()), 0, channel_axis)


# ---- pictures and arrays ---------------------------------------------------------------------------------------


def array_to_img(x: Any, dim_ordering: str = "default", scale: bool = True) -> Any:
    """An array of three axes as a picture; with `scale` its range becomes 0 to 255."""
    x = np.asarray(x, dtype=float)
    if x.ndim != 3:
        raise ShapeError(f"array_to_img: three axes were wanted, got shape {x.shape}.")
    x = x.transpose(1, 2, 0) if ordering(dim_ordering) == "th" else x
    if scale:
        x = x - x.min()
        x = x / (x.max() or 1) * 255
    if x.shape[2] not in (1, 3):
        raise ShapeError(f"array_to_img: 1 or 3 channels were wanted, got {x.shape[2]}.")
    return _pillow().fromarray((x if x.shape[2] == 3 else x[:, :, 0]).astype("uint8"))


def img_to_array(img: Any, dim_ordering: str = "default") -> Any:
    """A picture as an array of three axes."""
    x = np.asarray(img, dtype=K.floatx())
    if x.ndim not in (2, 3):
        raise ShapeError(f"img_to_array: a picture of 2 or 3 axes was wanted, got shape {x.shape}.")
    x = x[:, :, None] if x.ndim == 2 else x
    return x.transpose(2, 0, 1) if ordering(dim_ordering) == "th" else x


def load_img(path: str, grayscale: bool = False, target_size: Any = None) -> Any:
    """The picture in a file, in colours or in grey, of ``target_size`` (height, width)."""
    with _pillow().open(path) as opened:
        img = opened.convert("L" if grayscale else "RGB")
    return img.resize((target_size[1], target_size[0])) if target_size else img


def list_pictures(directory: str, ext: str = "jpg|jpeg|bmp|png") -> list[str]:
    """The files with these endings, in a folder and those inside it."""
    ending = re.compile(rf"([\w]+\.(?:{ext}))")
    return [os.path.join(root, f) for root, _, files in os.walk(directory) for f in files if ending.match(f)]


# ---- batches ---------------------------------------------------------------------------------------------------


class ImageDataGenerator:
    """Batches of pictures, normalised and changed at random.

    Args:
        featurewise_center, featurewise_std_normalization: by the mean and deviation of all, which `fit` computes.
        samplewise_center, samplewise_std_normalization: by each picture's own.
        zca_whitening: by the covariance of all.
        rotation_range: degrees.
        width_shift_range, height_shift_range: fractions.
        shear_range: radians.
        zoom_range: a pair of factors, or x for ``(1 - x, 1 + x)``.
        channel_shift_range: of values.
        fill_mode, cval: see `apply_transform`.
        horizontal_flip, vertical_flip: whether half of them are flipped.
        rescale: a factor of all values, first.
        preprocessing_function: applied to each, first of all.
        dim_ordering: ``"th"``, ``"tf"`` or ``"default"``.
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        rotation_range: float = 0.0,
        width_shift_range: float = 0.0,
        height_shift_range: float = 0.0,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        dim_ordering: str = "default",
    ) -> None:
        given: dict[str, Any] = {k: v for k, v in locals().items() if k not in ("self", "__class__")}
        self.__dict__.update(given)
        self.dim_ordering = ordering(dim_ordering)
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if self.dim_ordering == "th" else (3, 1, 2)
        self.mean: Any = None
        self.std: Any = None
        self.principal_components: Any = None
        self.zoom_range: Any = zoom_range
        if isinstance(zoom_range, (int, float)):
            self.zoom_range = [1 - zoom_range, 1 + zoom_range]
        elif len(zoom_range) != 2:
            raise ArgumentError(f"ImageDataGenerator: zoom_range must be a number or a pair, got {zoom_range!r}.")

    def flow(
        self,
        X: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "jpeg",
    ) -> NumpyArrayIterator:
        """Batches of an array's pictures, without end."""
        return NumpyArrayIterator(
            X, y, self, batch_size, shuffle, seed, self.dim_ordering, save_to_dir, save_prefix, save_format
        )

    def flow_from_directory(
        self,
        directory: str,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "jpeg",
        follow_links: bool = False,
    ) -> DirectoryIterator:
        """Batches of the pictures in a folder, which has a folder for each class, without end."""
        return DirectoryIterator(
            directory, self, target_size, color_mode, self.dim_ordering, classes, class_mode, batch_size, shuffle, seed,
            save_to_dir, save_prefix, save_format, follow_links,
        )  # fmt: skip

    def standardize(self, x: Any) -> Any:
        """One picture, normalised."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        axis = self.channel_axis - 1
        if self.samplewise_center:
            x = x - np.mean(x, axis=axis, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, axis=axis, keepdims=True) + 1e-7)
        if self.featurewise_center and self.mean is not None:
            x = x - self.mean
        if self.featurewise_std_normalization and self.std is not None:
            x = x / (self.std + 1e-7)
        if self.zca_whitening and self.principal_components is not None:
            x = (x.reshape(1, -1) @ self.principal_components).reshape(x.shape)
        return x

    def random_transform(self, x: Any) -> Any:
        """One picture, changed at random."""
        rows, cols, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        draw = np.random.uniform
        move = np.eye(3)
        move[0, 2] = draw(-self.height_shift_range, self.height_shift_range) * x.shape[rows]
        move[1, 2] = draw(-self.width_shift_range, self.width_shift_range) * x.shape[cols]
        low, high = self.zoom_range
        zoom = np.diag([*((1, 1) if low == high == 1 else draw(low, high, 2)), 1])
        turn = _rotation(draw(-self.rotation_range, self.rotation_range))
        matrix = turn @ move @ _shear(draw(-self.shear_range, self.shear_range)) @ zoom
        if not np.array_equal(matrix, np.eye(3)):
            x = _around_center(x, matrix, rows, cols, channels, self.fill_mode, self.cval)
        if self.channel_shift_range:
            x = random_channel_shift(x, self.channel_shift_range, channels)
        for wanted, axis in ((self.horizontal_flip, cols), (self.vertical_flip, rows)):
            if wanted and np.random.random() < 0.5:
                x = flip_axis(x, axis)
        return x

    def fit(self, X: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Compute what the normalisation by all pictures needs, from them, or from `rounds` changed copies of each."""
        X = np.array(X, dtype=K.floatx())
        if X.ndim != 4:
            raise ShapeError(f"ImageDataGenerator.fit: four axes were wanted, got shape {X.shape}.")
        if seed is not None:
            np.random.seed(seed)
        if augment:
            X = np.stack([self.random_transform(x) for _ in range(rounds) for x in X])
        axes, shape = (0, self.row_axis, self.col_axis), [1, 1, 1]
        shape[self.channel_axis - 1] = X.shape[self.channel_axis]
        if self.featurewise_center:
            self.mean = X.mean(axes).reshape(shape)
            X = X - self.mean
        if self.featurewise_std_normalization:
            self.std = X.std(axes).reshape(shape)
            X = X / (self.std + 1e-7)
        if self.zca_whitening:
            flat = X.reshape(len(X), -1)
            u, s, _ = np.linalg.svd(flat.T @ flat / len(flat))
            self.principal_components = u @ np.diag(1.0 / np.sqrt(s + 1e-6)) @ u.T


class Iterator:
    """Indices of batches, in a new order for each pass."""

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
            if self.seed is not None:
                np.random.seed(self.seed + self.total_batches_seen)
            order = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)
            for start in range(0, self.n, self.batch_size):
                self.total_batches_seen += 1
                yield order[start : start + self.batch_size]

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return self.next()

    def next(self) -> Any:
        """The indices of the next batch."""
        with self.lock:
            return next(self.index_generator)


class _Pictures(Iterator):
    save_to_dir: str | None
    save_prefix: str
    save_format: str
    dim_ordering: str

    def _save(self, batch: Any, rows: Any) -> None:
        if self.save_to_dir:
            for x, i in zip(batch, rows, strict=True):
                name = f"{self.save_prefix}_{i}_{np.random.randint(10000)}.{self.save_format}"
                array_to_img(x, self.dim_ordering).save(os.path.join(self.save_to_dir, name))


class NumpyArrayIterator(_Pictures):
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
        self.x, self.y = np.asarray(x, dtype=K.floatx()), None if y is None else np.asarray(y)
        if self.x.ndim != 4:
            raise ShapeError(f"flow: pictures in an array of four axes were wanted, got shape {self.x.shape}.")
        self.image_data_generator, self.dim_ordering = image_data_generator, ordering(dim_ordering)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(len(x), batch_size, shuffle, seed)

    def next(self) -> Any:
        """The next batch."""
        rows = super().next()
        change = self.image_data_generator
        batch = np.stack([change.standardize(change.random_transform(self.x[i])) for i in rows]).astype(K.floatx())
        self._save(batch, rows)
        return batch if self.y is None else (batch, self.y[rows])


class DirectoryIterator(_Pictures):
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
        if color_mode not in ("rgb", "grayscale"):
            raise ArgumentError(f'flow_from_directory: color_mode must be "rgb" or "grayscale", got {color_mode!r}.')
        if class_mode not in ("categorical", "binary", "sparse", None):
            raise ArgumentError(
                f'flow_from_directory: class_mode must be "categorical", "binary", "sparse" or None, got {class_mode!r}.'
            )
        self.directory, self.image_data_generator = directory, image_data_generator
        self.target_size, self.color_mode, self.class_mode = tuple(target_size), color_mode, class_mode
        self.dim_ordering = ordering(dim_ordering)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        names = list(classes or sorted(p.name for p in Path(directory).iterdir() if p.is_dir()))
        self.nb_class, self.class_indices = len(names), {name: i for i, name in enumerate(names)}
        self.filenames: list[str] = []
        labels: list[int] = []
        for name in names:
            for root, _, files in sorted(os.walk(os.path.join(directory, name), followlinks=follow_links)):
                for f in sorted(files):
                    if f.lower().endswith((".png", ".jpg", ".jpeg", ".bmp")):
                        self.filenames.append(os.path.relpath(os.path.join(root, f), directory))
                        labels.append(self.class_indices[name])
        self.classes, self.nb_sample = np.array(labels, "int32"), len(labels)
        if not labels:
            raise ArgumentError(f"flow_from_directory: there are no pictures in the folders {names} of {directory}.")
        super().__init__(self.nb_sample, batch_size, shuffle, seed)

    def next(self) -> Any:
        """The next batch."""
        rows = super().next()
        change, batch = self.image_data_generator, []
        for i in rows:
            path = os.path.join(self.directory, self.filenames[i])
            img = load_img(path, self.color_mode == "grayscale", self.target_size)
            batch.append(change.standardize(change.random_transform(img_to_array(img, self.dim_ordering))))
        x = np.stack(batch).astype(K.floatx())
        self._save(x, rows)
        if self.class_mode is None:
            return x
        labels = self.classes[rows]
        if self.class_mode == "categorical":
            return x, np.eye(self.nb_class, dtype=K.floatx())[labels]
        return x, labels if self.class_mode == "sparse" else labels.astype(K.floatx())
