"""What `fit`, `evaluate` and `predict` iterate over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
        self._weighted_by_class = bool(class_weight)
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
                f"All arrays must hold equally many samples, got {', '.join(f'{label}: {n}' for label, n in counts)}."
            )
        self.samples = counts[0][1]
        if self.samples == 0:
            raise ArgumentError("There are no samples: x has 0 rows.")
        self.steps = -(-self.samples // self.batch_size)
        self._resident: tuple[Any, Any] | None = None

    def order(self, generator: np.random.Generator | None) -> np.ndarray | None:
        """The order of the samples in an epoch: drawn from the generator; without one, None: as they are."""
        return None if generator is None else generator.permutation(self.samples).astype("int32")

    def peek(self) -> Any:
        """A batch like those to come."""
        return next(self.batches())

    ended_early = False  # see `IterableData`

    def batches(self, order: np.ndarray | None = None) -> Iterator[Any]:
        """``x, y, sample_weight`` of each batch, as far as there are such."""
        for start in range(0, self.samples, self.batch_size):
            rows = slice(start, start + self.batch_size)
            yield self.batch(rows if order is None else order[rows])

    def batch(self, rows: Any) -> Any:
        """The samples that `rows`, indices or a slice, name: ``x, y, sample_weight`` as far as there are such."""
        return tree.map_structure(lambda a: None if a is None else a[rows], self.whole)

    @property
    def whole(self) -> tuple[Any, ...]:
        """All samples, as one batch."""
        if self.sample_weight is not None:
            return self.arrays
        return (self.x,) if self.y is None else (self.x, self.y)

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


def weights_of_classes(y: Any, class_weight: dict[int, float]) -> Any:
    """One weight per sample from the class of its target: class numbers, or one-hot rows."""
    if y is None or tree.is_nested(y):
        raise ArgumentError("class_weight needs a single target array.")
    classes = np.argmax(y, -1) if y.ndim > 1 and y.shape[-1] > 1 else np.reshape(y, (len(y),)).astype("int64")
    weights = np.ones(classes.shape, dtypes.numpy_dtype(dtypes.floatx()))
    for number, weight in class_weight.items():
        weights[classes == int(number)] = weight
    return weights


def endless(data: ArrayData, generator: np.random.Generator | None) -> Iterator[Any]:
    """The batches of `data` again and again, each time in a new order if there is a generator."""
    while True:
        yield from data.batches(data.order(generator))


class IterableData:
    """Batches from an iterable: each is x, (x, y) or (x, y, sample_weight).

    Args:
        batches: an iterable, or an object with a length and items.
        steps: batches in an epoch; the next epoch goes on with those that follow. Without it, an epoch is one pass.
        check: called with x and y of each batch, to raise an error if they do not fit.
    """

    def __init__(self, batches: Any, steps: int | None = None, check: Callable[[Any, Any], None] | None = None) -> None:
        self.iterable = batches
        self.limit = steps
        self.steps: int | None = steps if steps is not None else (len(batches) if hasattr(batches, "__len__") else None)
        self.ended_early = False  # an epoch had fewer than `steps` batches
        self._check = check
        self._iterator: Iterator[Any] | None = None
        self._waiting: list[Any] = []  # a batch that was looked at and not used yet

    def order(self, generator: Any) -> None:
        """The order is the iterable's own."""

    def peek(self) -> Any:
        """The next batch, which stays the next; None if there is none."""
        if not self._waiting:
            self._waiting = [b for b in [self._next()] if b is not None]
        return self._waiting[0] if self._waiting else None

    def batches(self, order: Any = None) -> Iterator[Any]:
        """The batches of one epoch."""
        count = 0
        while self.limit is None or count < self.limit:
            batch = self._waiting.pop() if self._waiting else self._next()
            if batch is None and self.limit is not None and count:
                batch = self._next()  # from the start, if the iterable can be gone through again
            if batch is None:
                self.ended_early = self.limit is not None
                return
            yield batch
            count += 1

    def _next(self) -> Any:
        if self._iterator is None:
            self._iterator = _iterate(self.iterable)
        try:
            batch = next(self._iterator)
        except StopIteration:
            self._iterator = None
            return None
        x, y, weight = unpack_x_y_sample_weight(batch)
        parts = (_standardize(x, "x"), _standardize(y, "y"), _standardize(weight, "sample_weight"))
        if self._check is not None:
            self._check(parts[0], parts[1])
        return parts[: 3 if weight is not None else 2 if y is not None else 1]


def _iterate(batches: Any) -> Iterator[Any]:
    if hasattr(batches, "__iter__"):
        return iter(batches)
    return (batches[i] for i in range(len(batches)))


def data_of(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    class_weight: Any = None,
    steps: int | None = None,
    check: Callable[[Any, Any], None] | None = None,
) -> ArrayData | IterableData:
    """The data source that the arguments of `fit`, `evaluate` or `predict` describe; arrays are checked at once."""
    if _is_iterable_of_batches(x):
        if y is not None or sample_weight is not None or class_weight is not None:
            raise ArgumentError("An iterable of batches gives targets and weights itself: leave out y and the weights.")
        return IterableData(x, steps, check)
    data = ArrayData(x, y, sample_weight, batch_size, class_weight)
    if check is not None:
        check(data.x, data.y)
    return data


def _is_iterable_of_batches(x: Any) -> bool:
    if hasattr(x, "shape") or hasattr(x, "__array__") or isinstance(x, (list, tuple, dict, str)):
        return False
    return hasattr(x, "__iter__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__"))
