"""`ImageDataGenerator`: what is done to the pictures of a batch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import ordering
from polykeras.v1.preprocessing.image import changes
from polykeras.v1.preprocessing.image.iterators import DirectoryIterator, NumpyArrayIterator, check_pictures


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

    zoom_range: Any

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
        """One picture, normalised. Warns of what needs all pictures before `fit` has seen them."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        axis = self.channel_axis - 1
        if self.samplewise_center:
            x = x - np.mean(x, axis=axis, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, axis=axis, keepdims=True) + 1e-7)
        if self._fitted("featurewise_center", self.mean):
            x = x - self.mean
        if self._fitted("featurewise_std_normalization", self.std):
            x = x / (self.std + 1e-7)
        if self._fitted("zca_whitening", self.principal_components):
            x = (x.reshape(1, -1) @ self.principal_components).reshape(x.shape)
        return x

    def _fitted(self, option: str, value: Any) -> bool:
        """Whether an option that needs all pictures is on, and they have been seen."""
        if getattr(self, option) and value is None:
            warnings.warn(
                f"ImageDataGenerator: {option} has no effect yet, since it needs all pictures: call fit(X) first.",
                UserWarning,
                stacklevel=3,
            )
        return bool(getattr(self, option)) and value is not None

    def random_transform(self, x: Any) -> Any:
        """One picture, changed at random."""
        rows, cols, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        matrix = changes.rotation(self.rotation_range)
        matrix = matrix @ changes.shift(self.height_shift_range, self.width_shift_range, x.shape[rows], x.shape[cols])
        matrix = matrix @ changes.shear(self.shear_range) @ changes.zoom(*self.zoom_range)
        if not np.array_equal(matrix, np.eye(3)):
            x = changes.around_center(x, matrix, rows, cols, channels, self.fill_mode, self.cval)
        if self.channel_shift_range:
            x = changes.random_channel_shift(x, self.channel_shift_range, channels)
        for wanted, axis in ((self.horizontal_flip, cols), (self.vertical_flip, rows)):
            if wanted and np.random.random() < 0.5:
                x = changes.flip_axis(x, axis)
        return x

    def fit(self, X: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Compute what the normalisation by all pictures needs, from them, or from `rounds` changed copies of each."""
        X = np.array(X, dtype=K.floatx())
        check_pictures(X, self.channel_axis, "ImageDataGenerator.fit")
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
