"""What `fit`, `evaluate` and `predict` iterate over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.errors import ArgumentError, DtypeError, ShapeError


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


def to_host(value: Any, name: str) -> Any:
    """An array or tensor of any kind as an ndarray; floats of 64 bits become the default float."""
    from polykeras.ops import dispatch
    from polykeras.ops.conversion import convert_to_numpy

    try:
        owner = dispatch.owner_of(value)
        if owner is not dispatch.HOST:
            array = convert_to_numpy(value)
        elif isinstance(value, (list, tuple)):
            array = dispatch.host_array("fit", name, value)
        else:
            array = np.asarray(value)
    except DtypeError:
        array = np.asarray(value)
    if array.dtype.kind not in "biufc" and array.dtype.name != "bfloat16":
        raise DtypeError(f"{name} must hold numbers, got an array of dtype {array.dtype}.")
    if array.dtype == np.float64 and dtypes.floatx() != "float64":
        array = array.astype(dtypes.numpy_dtype(dtypes.floatx()))
    if array.ndim == 0:
        raise ShapeError(f"{name} must have an axis of samples, got a single number.")
    return array


def _standardize(structure: Any, name: str) -> Any:
    if structure is None:
        return None
    if isinstance(structure, list) and structure and not _is_structure(structure):
        return to_host(structure, name)  # a nested list of numbers is one array
    return tree.map_structure(lambda v: None if v is None else to_host(v, name), structure)


def _is_structure(values: list[Any]) -> bool:
    return any(hasattr(v, "shape") or isinstance(v, dict) for v in values)


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
        self.x, self.y = _standardize(x, "x"), _standardize(y, "y")
        self.sample_weight = _standardize(sample_weight, "sample_weight")
        self.batch_size = 32 if batch_size is None else int(batch_size)
        if self.batch_size < 1:
            raise ArgumentError(f"batch_size must be at least 1, got {batch_size}.")
        if class_weight:
            if self.sample_weight is not None:
                raise ArgumentError("Give class_weight or sample_weight, not both.")
            self.sample_weight = weights_of_classes(self.y, class_weight)
        self.arrays = (self.x, self.y, self.sample_weight)
        counts = [
            (label, a.shape[0])
            for label, part in zip(("x", "y", "sample_weight"), self.arrays, strict=True)
            for a in tree.flatten(part)
            if a is not None
        ]
        if not counts:
            raise ArgumentError("x holds no arrays.")
        if len({n for _, n in counts}) > 1:
            raise ShapeError(
                "All arrays must hold equally many samples, got " + ", ".join(f"{label}: {n}" for label, n in counts) + "."
            )
        self.samples = counts[0][1]
        if self.samples == 0:
            raise ArgumentError("There are no samples: x has 0 rows.")
        self.steps = -(-self.samples // self.batch_size)
        self._resident: tuple[Any, Any] | None = None

    def order(self, shuffle: bool, generator: np.random.Generator | None) -> np.ndarray | None:
        """The order of the samples in an epoch; None is as they are."""
        return generator.permutation(self.samples).astype("int32") if shuffle and generator is not None else None

    def batches(self, order: np.ndarray | None = None) -> Iterator[Any]:
        """``x, y, sample_weight`` of each batch, as far as there are such."""
        size = self.batch_size
        leaves, treedef = tree.flatten_with_treedef(self._present())
        for start in range(0, self.samples, size):
            if order is None:
                rows = [None if a is None else a[start : start + size] for a in leaves]
            else:
                index = order[start : start + size]
                rows = [None if a is None else a[index] for a in leaves]
            yield tree.unflatten(treedef, rows)

    def _present(self) -> tuple[Any, ...]:
        if self.sample_weight is not None:
            return self.arrays
        return (self.x,) if self.y is None else (self.x, self.y)

    @property
    def whole(self) -> tuple[Any, ...]:
        """All samples, as one batch."""
        return self._present()

    def on_device(self, backend: Any, convert: Any) -> Any:
        """`whole` as tensors of `backend`; made once."""
        if self._resident is None or self._resident[0] is not backend:
            self._resident = (backend, tree.map_structure(convert, self.whole))
        return self._resident[1]

    def nbytes(self) -> int:
        """Memory that the arrays take."""
        return sum(a.nbytes for a in tree.flatten(self.arrays) if a is not None)

    def split(self, fraction: float) -> tuple[ArrayData, ArrayData]:
        """The first samples, and the last `fraction` of them, as Keras splits."""
        if not 0 < fraction < 1:
            raise ArgumentError(f"validation_split must be between 0 and 1, got {fraction}.")
        at = int(self.samples * (1 - fraction))
        if at in (0, self.samples):
            raise ArgumentError(f"validation_split={fraction} of {self.samples} samples leaves one part empty.")

        def part(rows: slice) -> ArrayData:
            x, y, w = (tree.map_structure(lambda a: None if a is None else a[rows], p) for p in self.arrays)
            return ArrayData(x, y, w, self.batch_size)

        return part(slice(0, at)), part(slice(at, None))


def weights_of_classes(y: Any, class_weight: dict[int, float]) -> Any:
    """One weight per sample from the class of its target: class numbers, or one-hot rows."""
    if y is None or tree.is_nested(y):
        raise ArgumentError("class_weight needs a single target array.")
    classes = np.argmax(y, -1) if y.ndim > 1 and y.shape[-1] > 1 else np.reshape(y, (len(y),)).astype("int64")
    weights = np.ones(classes.shape, dtypes.numpy_dtype(dtypes.floatx()))
    for number, weight in class_weight.items():
        weights[classes == int(number)] = weight
    return weights


class IterableData:
    """Batches from an iterable: each is x, (x, y) or (x, y, sample_weight)."""

    def __init__(self, batches: Any, steps: int | None = None) -> None:
        self.iterable = batches
        self.steps: Any = steps if steps is not None else (len(batches) if hasattr(batches, "__len__") else None)
        self.samples = None
        self._iterator: Iterator[Any] | None = None

    def order(self, shuffle: bool, generator: Any) -> None:
        """The order is the iterable's own."""

    def batches(self, order: Any = None) -> Iterator[Any]:
        """The batches of one epoch; an iterator without end is taken up where it was left."""
        if self._iterator is None or hasattr(self.iterable, "__len__"):
            self._iterator = iter(self.iterable)
        count = 0
        while self.steps is None or count < self.steps:
            try:
                batch = next(self._iterator)
            except StopIteration:
                self._iterator = None
                break
            x, y, weight = unpack_x_y_sample_weight(batch)
            parts = (_standardize(x, "x"), _standardize(y, "y"), _standardize(weight, "sample_weight"))
            yield parts[: 3 if weight is not None else 2 if y is not None else 1]
            count += 1


def data_of(
    x: Any, y: Any = None, sample_weight: Any = None, batch_size: Any = None, class_weight: Any = None, steps: Any = None
) -> ArrayData | IterableData:
    """The data source that the arguments of `fit`, `evaluate` or `predict` describe."""
    if isinstance(x, (ArrayData, IterableData)):
        return x
    is_iterator = hasattr(x, "__next__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__") and not _arrays(x))
    if y is None and is_iterator:
        return IterableData(x, steps)
    return ArrayData(x, y, sample_weight, batch_size, class_weight)


def _arrays(x: Any) -> bool:
    return hasattr(x, "shape") or isinstance(x, (list, tuple, dict))
