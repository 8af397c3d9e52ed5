"""Data as Keras 1's models take them: arrays, lists or dictionaries, weights of samples and classes."""

from __future__ import annotations

import queue
import threading
import time
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1 import objectives


def standardize_input_data(
    data: Any, names: Any, shapes: Any = None, check_batch_axis: bool = True, exception_prefix: str = ""
) -> list[Any]:
    """Arrays, one for each name: from an array, a list, or a dictionary by name. Vectors become columns.

    Raises `ArgumentError` for a wrong number or missing names, `ShapeError` for shapes other than `shapes` say (their
    first size only counts with `check_batch_axis`).
    """
    what = f"{exception_prefix}: " if exception_prefix else ""
    if data is None:
        return [None] * len(names)
    if isinstance(data, dict):
        missing = [n for n in names if n not in data]
        if missing:
            raise ArgumentError(f"{what}no data for {', '.join(missing)}; the names are {list(names)}.")
        values = [data[n] for n in names]
    elif isinstance(data, (list, tuple)) and (len(names) > 1 or (len(data) and hasattr(data[0], "shape"))):
        values = list(data)
    else:
        values = [data]
    if len(values) != len(names):
        raise ArgumentError(f"{what}{len(names)} arrays were wanted for {list(names)}, got {len(values)}.")
    arrays = [np.asarray(v) if not hasattr(v, "shape") else v for v in values]
    arrays = [np.expand_dims(a, 1) if len(a.shape) == 1 else a for a in arrays]
    for name, array, shape in zip(names, arrays, shapes or [None] * len(names), strict=True):
        if shape is None:
            continue
        wanted, got = (tuple(shape), tuple(array.shape)) if check_batch_axis else (tuple(shape)[1:], array.shape[1:])
        if len(wanted) != len(got) or any(w not in (None, g) for w, g in zip(wanted, got, strict=True)):
            raise ShapeError(f"{what}{name} must have shape {tuple(shape)}, got {tuple(array.shape)}.")
    return arrays


def standardize_sample_or_class_weights(x_weight: Any, output_names: Any, weight_type: str) -> list[Any]:
    """The weights of each output: from one thing for the only output, a list, or a dictionary by name."""
    if x_weight is None or len(x_weight) == 0:
        return [None] * len(output_names)
    if len(output_names) == 1:
        if isinstance(x_weight, list) and len(x_weight) == 1:
            return list(x_weight)
        if isinstance(x_weight, dict) and output_names[0] in x_weight:
            return [x_weight[output_names[0]]]
        return [x_weight]
    if isinstance(x_weight, list):
        if len(x_weight) != len(output_names):
            raise ArgumentError(f"{weight_type}: {len(output_names)} were wanted, one an output, got {len(x_weight)}.")
        return x_weight
    if isinstance(x_weight, dict):
        return [x_weight.get(name) for name in output_names]
    raise ArgumentError(f"{weight_type}: with several outputs a list or a dictionary by output was wanted.")


def standardize_class_weights(class_weight: Any, output_names: Any) -> list[Any]:
    """The weights of classes of each output."""
    return standardize_sample_or_class_weights(class_weight, output_names, "class_weight")


def standardize_sample_weights(sample_weight: Any, output_names: Any) -> list[Any]:
    """The weights of samples of each output."""
    return standardize_sample_or_class_weights(sample_weight, output_names, "sample_weight")


def standardize_weights(
    y: Any, sample_weight: Any = None, class_weight: Any = None, sample_weight_mode: str | None = None
) -> Any:
    """One weight for each sample (and step, in ``"temporal"`` mode): those given, those of the classes, or ones."""
    if sample_weight_mode not in (None, "temporal"):
        raise ArgumentError(f'sample_weight_mode must be None or "temporal", got {sample_weight_mode!r}.')
    if sample_weight_mode == "temporal" and len(y.shape) < 3:
        raise ShapeError(f"Weights of steps need targets of at least 3 axes, got {y.shape}.")
    rank = 2 if sample_weight_mode == "temporal" else 1
    if sample_weight is not None:
        weight = np.asarray(sample_weight)
        if weight.ndim != rank or weight.shape != tuple(y.shape)[:rank]:
            raise ShapeError(f"sample_weight must have shape {tuple(y.shape)[:rank]}, got {weight.shape}.")
        return weight
    if isinstance(class_weight, dict):
        if len(y.shape) > 2 or sample_weight_mode == "temporal":
            raise ShapeError(f"class_weight needs targets of at most 2 axes, got {y.shape}.")
        classes = np.argmax(y, axis=1) if y.shape[1] > 1 else np.reshape(y, y.shape[0]).astype("int64")
        unknown = sorted(set(classes.tolist()) - set(class_weight))
        if unknown:
            raise ArgumentError(f"class_weight says nothing of the classes {unknown}, which are in the targets.")
        return np.asarray([class_weight[c] for c in classes.tolist()])
    return np.ones(tuple(y.shape)[:rank], dtype="float32")


def check_array_lengths(inputs: Any, targets: Any, weights: Any) -> None:
    """Raise `ShapeError` unless all arrays hold equally many samples."""
    lengths = {a.shape[0] for a in [*inputs, *targets, *weights] if a is not None}
    if len(lengths) > 1:
        raise ShapeError(f"All arrays must hold equally many samples, got {sorted(lengths)}.")


def check_loss_and_target_compatibility(targets: Any, losses: Any, output_shapes: Any) -> None:
    """Raise unless targets are shaped as their losses compare them with the outputs."""
    elementwise = {
        objectives.mean_squared_error, objectives.mean_absolute_error, objectives.mean_absolute_percentage_error,
        objectives.mean_squared_logarithmic_error, objectives.squared_hinge, objectives.hinge, objectives.poisson,
        objectives.categorical_crossentropy, objectives.binary_crossentropy, objectives.cosine_proximity,
        objectives.kullback_leibler_divergence,
    }  # fmt: skip
    for y, loss, shape in zip(targets, losses, output_shapes, strict=True):
        if y is None:
            continue
        got = tuple(y.shape)
        if loss is objectives.categorical_crossentropy and got[-1] == 1:
            raise ShapeError(
                f"categorical_crossentropy needs one-hot rows, got targets of shape {got}. Turn class numbers into "
                "rows with to_categorical(), or use sparse_categorical_crossentropy."
            )
        if loss in elementwise and shape is not None:
            wanted = tuple(shape)
            if len(got) != len(wanted) or any(w not in (None, g) for g, w in zip(got[1:], wanted[1:], strict=True)):
                raise ShapeError(f"The loss {loss.__name__} needs targets of the outputs' shape {wanted}, got {got}.")


def slice_X(X: Any, start: Any = None, stop: Any = None) -> Any:
    """Rows of an array, or of each array in a list: a range, or those of a list of indices."""
    rows = start if hasattr(start, "__len__") else slice(start, stop)
    return [x[rows] for x in X] if isinstance(X, list) else X[rows]


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """First and last index (exclusive) of each batch."""
    return [(i, min(size, i + batch_size)) for i in range(0, size, batch_size)]


def batch_shuffle(index_array: Any, batch_size: int) -> Any:
    """The indices with whole batches in a random order; what is left over stays at the end."""
    whole = len(index_array) // batch_size * batch_size
    batches = np.array(index_array[:whole]).reshape(-1, batch_size)
    np.random.shuffle(batches)
    return np.append(batches.flatten(), index_array[whole:])


class SampledBatches:
    """What a generator gives, cut into epochs of so many samples."""

    def __init__(self, batches: Any, samples: int, standardize: Any) -> None:
        self._batches, self._samples, self._standardize = iter(batches), samples, standardize

    def __iter__(self) -> Any:
        seen = 0
        while seen < self._samples:
            try:
                batch = next(self._batches)
            except StopIteration:
                return
            parts = self._standardize(batch)
            first = parts[0][0] if isinstance(parts[0], list) else parts[0]
            seen += first.shape[0]
            yield parts


class GeneratorEnqueuer:
    """Runs a generator in threads, so that batches are there when they are asked for.

    Args:
        generator: of batches.
        pickle_safe: refused unless False: the generator is shared by threads, not by processes.
    """

    def __init__(self, generator: Any, pickle_safe: bool = False) -> None:
        if pickle_safe:
            raise ArgumentError("GeneratorEnqueuer: generators run in threads here, pickle_safe must be False.")
        self._generator, self._lock = generator, threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self.queue: queue.Queue[Any] | None = None

    def start(self, nb_worker: int = 1, max_q_size: int = 10, wait_time: float = 0.05) -> None:
        """Start the threads; at most `max_q_size` batches wait."""
        waiting: queue.Queue[Any] = queue.Queue()
        self.queue = waiting
        self._stop.clear()

        def work() -> None:
            while not self._stop.is_set():
                if waiting.qsize() >= max_q_size:
                    time.sleep(wait_time)
                    continue
                try:
                    with self._lock:
                        batch = next(self._generator)
                except StopIteration:
                    self._stop.set()
                    return
                waiting.put(batch)

        self._threads = [threading.Thread(target=work, daemon=True) for _ in range(nb_worker)]
        for thread in self._threads:
            thread.start()

    def is_running(self) -> bool:
        """Whether the threads are at work."""
        return bool(self._threads) and not self._stop.is_set()

    def stop(self, timeout: float | None = None) -> None:
        """Stop the threads and drop what waits."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
        self._threads, self.queue = [], None
