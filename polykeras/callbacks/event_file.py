"""Files of events that TensorBoard shows."""

from __future__ import annotations

import io
import os
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.models.structure import Structure, has_layers, kind
from polykeras.utils.images import array_to_img
from polykeras.utils.optional import require

BUCKETS = 30
"""Of a histogram."""

IMAGES = 3
"""At most so many are written of one array."""


class EventFile:
    """A file of events in a directory, in the format of the library ``tensorboard``.

    Args:
        directory: made if it is not there.

    Raises `ImportError` if the library is not installed.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        protocol = "tensorboard.compat.proto"
        self._event, self._summary, self._graph, records = (
            require(module, "TensorBoard", "tensorboard")
            for module in (
                f"{protocol}.event_pb2",
                f"{protocol}.summary_pb2",
                f"{protocol}.graph_pb2",
                "tensorboard.summary.writer.record_writer",
            )
        )
        Path(directory).mkdir(parents=True, exist_ok=True)
        # TensorBoard reads the files of a directory in the order of their names: the time comes first, and the rest keeps
        # two that are begun at once apart.
        name = f"events.out.tfevents.{time.time_ns()}.{socket.gethostname()}.{os.getpid()}"
        self._records = records.RecordWriter(open(Path(directory) / name, "xb"))  # noqa: SIM115  `close` closes it
        self._write(file_version="brain.Event:2")

    def _write(self, **content: Any) -> None:
        self._records.write(self._event.Event(wall_time=time.time(), **content).SerializeToString())

    def _write_value(self, step: int, tag: str, **value: Any) -> None:
        content = self._summary.Summary.Value(tag=tag, **value)
        self._write(step=step, summary=self._summary.Summary(value=[content]))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """A number."""
        self._write_value(step, tag, simple_value=float(value))

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """How the finite ones among the numbers are distributed, in buckets of equal width."""
        numbers = np.asarray(values, "float64").reshape(-1)
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            return
        counts, edges = np.histogram(numbers, BUCKETS)
        histogram = self._summary.HistogramProto(
            min=numbers.min(),
            max=numbers.max(),
            num=numbers.size,
            sum=numbers.sum(),
            sum_squares=np.square(numbers).sum(),
            bucket_limit=edges,  # the first bucket ends where the smallest number is, and is empty
            bucket=[0, *counts],
        )
        self._write_value(step, tag, histo=histogram)

    def image(self, tag: str, pictures: Iterable[np.ndarray], step: int) -> None:
        """Pictures of shape (height, width, channels), stretched to the whole range of brightness; the first few."""
        for i, picture in zip(range(IMAGES), pictures, strict=False):
            stream = io.BytesIO()
            array_to_img(picture, "channels_last").save(stream, format="png")
            height, width, channels = picture.shape
            encoded = self._summary.Summary.Image(
                height=height, width=width, colorspace=channels, encoded_image_string=stream.getvalue()
            )
            self._write_value(step, f"{tag}/{i}", image=encoded)

    def graph(self, model: Any) -> None:
        """The layers of a model, those of nested models inside them, and how they are connected."""
        graph = self._graph.GraphDef()
        for name, operation, inputs in _graph_nodes(model):
            graph.node.add(name=name, op=operation, input=inputs)
        self._write(graph_def=graph.SerializeToString())

    def flush(self) -> None:
        """Have what was written in the file."""
        self._records.flush()

    def close(self) -> None:
        """Close the file."""
        self._records.close()


def _graph_nodes(model: Any, prefix: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """Name, class and inputs of each layer; a slash stands between the name of a nested model and those of its layers."""
    structure = Structure(model)
    for layer in structure.layers:
        name = prefix + layer.name
        inputs = dict.fromkeys(
            prefix + x.node.operation.name for x, _ in structure.sources(layer) if x.node is not None
        )
        yield name, kind(layer), list(inputs)
        if has_layers(layer):
            yield from _graph_nodes(layer, f"{name}/")
