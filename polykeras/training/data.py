"""Arrays that `fit`, `evaluate` and `predict` cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.training.ahead import read_ahead
from polykeras.training.host_arrays import standardize


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """``x, y, sample_weight`` of a batch; what is missing is None."""
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3:
        raise ArgumentError(f"A batch is x, (x, y) or (x, y, sample_weight), got a tuple of {len(data)}.")
    padded = (*data, None, None, None)
    return padded[0], padded[1], padded[2]


class ArrayData:
    """Arrays of equally many samples, cut into batches.

    Args:
        x, y, sample_weight: arrays or tensors of any backend, or structures of them.
        batch_size: samples in a batch; the last one may be smaller.
        class_weight: from class number to the weight of its samples.
    """

    def __init__(
        self, x: Any, y: Any = None, sample_weight: Any = None, batch_size: int | None = None, class_weight: Any = None
    ) -> None:
        self.x, self.y = standardize(x, "x"), standardize(y, "y")
        self.sample_weight = standardize(sample_weight, "sample_weight")
        self.batch_size = 32 if batch_size is None else int(batch_size)
        if self.batch_size < 1:
            raise ArgumentError(f"batch_size must be at least 1, got {batch_size}.")
        self._weighted_by_class = bool(class_weight)
        if class_weight:
            if self.sample_weight is not None:
                raise ArgumentError("Give class_weight or sample_weight, not both.")
            self.sample_weight = weights_of_classes(self.y, class_weight)
        self.arrays = (self.x, self.y, self.sample_weight)
        self.whole: tuple[Any, ...] = self.arrays[
            : 3 if self.sample_weight is not None else 2 if self.y is not None else 1
        ]
        """All samples, as one batch."""
        self._flat = all(isinstance(part, np.ndarray) for part in self.whole)
        labels = ("x", "y", "sample_weight")
        counts = [
            (label, a.shape[0])
            for label, part in zip(labels, self.whole, strict=False)
            for a in ((part,) if self._flat else tree.flatten(part))
            if a is not None
        ]
        if not counts:
            raise ArgumentError("x holds no arrays.")
        if len({n for _, n in counts}) > 1:
            raise ShapeError(
                f"All arrays must hold equally many samples, got {', '.join(f'{label}: {n}' for label, n in counts)}."
            )
        self.samples = counts[0][1]
        if self.samples == 0:
            raise ArgumentError("There are no samples: x has 0 rows.")
        self.steps = -(-self.samples // self.batch_size)
        self._resident: tuple[Any, Any] | None = None
        leaves = self.whole if self._flat else tree.flatten(self.whole)
        self._mapped = any(_is_mapped(a) for a in leaves if a is not None)

    def order(self, generator: np.random.Generator | None) -> np.ndarray | None:
        """The order of the samples in an epoch: drawn from the generator; without one, None: as they are."""
        return None if generator is None else generator.permutation(self.samples).astype("int32")

    def skip_epoch(self, generator: np.random.Generator | None) -> None:
        """Leave out an epoch: the next order is the one after it."""
        self.order(generator)

    def peek(self) -> Any:
        """A batch like those to come."""
        return next(self.batches())

    ended_early = False  # see `IterableData`

    def close(self) -> None:
        """Nothing to let go of."""

    def batches(self, order: np.ndarray | None = None) -> Iterator[Any]:
        """``x, y, sample_weight`` of each batch, as far as there are such."""
        batches = self._batches(order)
        if not self._mapped:
            return batches
        return read_ahead(tree.map_structure(lambda a: None if a is None else np.array(a), batch) for batch in batches)

    def _batches(self, order: np.ndarray | None) -> Iterator[Any]:
        for start in range(0, self.samples, self.batch_size):
            rows = slice(start, start + self.batch_size)
            yield self.batch(rows if order is None else order[rows])

    def batch(self, rows: Any) -> Any:
        """The samples that `rows`, indices or a slice, name: ``x, y, sample_weight`` as far as there are such."""
        if self._flat:
            return tuple([a[rows] for a in self.whole])
        return tree.map_structure(lambda a: None if a is None else a[rows], self.whole)

    def on_device(self, backend: Any, convert: Any) -> Any:
        """`whole` as tensors of `backend`; made once."""
        if self._resident is None or self._resident[0] is not backend:
            self._resident = (backend, tree.map_structure(convert, self.whole))
        return self._resident[1]

    def nbytes(self) -> int:
        """Memory that the arrays take."""
        return sum(a.nbytes for a in tree.flatten(self.arrays) if a is not None)

    def split(self, fraction: float, batch_size: int | None = None) -> tuple[ArrayData, ArrayData]:
        """The first samples, and the last `fraction`, as Keras splits; the latter without weights of classes."""
        if not 0 < fraction < 1:
            raise ArgumentError(f"validation_split must be between 0 and 1, got {fraction}.")
        at = int(self.samples * (1 - fraction))
        if at in (0, self.samples):
            raise ArgumentError(f"validation_split={fraction} of {self.samples} samples leaves one part empty.")

        def part(rows: slice, size: int, weighted: bool) -> ArrayData:
            x, y, w = (tree.map_structure(lambda a: None if a is None else a[rows], p) for p in self.arrays)
            return ArrayData(x, y, w if weighted else None, size)

        return (
            part(slice(0, at), self.batch_size, True),
            part(slice(at, None), batch_size or self.batch_size, not self._weighted_by_class),
        )


def _is_mapped(array: Any) -> bool:
    """Whether the values lie in a file, so that looking at them means reading."""
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


def weights_of_classes(y: Any, class_weight: dict[int, float]) -> Any:
    """One weight per sample from the class of its target: class numbers, or one-hot rows."""
    if y is None or tree.is_nested(y):
        raise ArgumentError("class_weight needs a single target array.")
    classes = np.argmax(y, -1) if y.ndim > 1 and y.shape[-1] > 1 else np.reshape(y, (len(y),)).astype("int64")
    weights = np.ones(classes.shape, dtypes.numpy_dtype(dtypes.floatx()))
    for number, weight in class_weight.items():
        weights[classes == int(number)] = weight
    return weights
