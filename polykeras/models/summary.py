"""The table that `Model.summary` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _count(variables: list[Any]) -> int:
    return sum(int(np.prod(v.shape)) for v in variables)


def _size(variables: list[Any]) -> str:
    from polykeras.dtypes import numpy_dtype

    size = float(sum(int(np.prod(v.shape)) * numpy_dtype(v.dtype).itemsize for v in variables))
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"


def _output_shape(layer: Any) -> str:
    nodes = layer._inbound_nodes
    if not nodes:
        return "?"
    shapes = [str(tuple(y.shape)) for y in nodes[0].output_leaves]
    return shapes[0] if len(shapes) == 1 else ", ".join(shapes)


def print_summary(model: Any, line_length: int | None = None, print_fn: Callable[[str], Any] | None = None) -> None:
    """Print a table of the layers: name and type, output shape, number of parameters; then the totals."""
    from rich.console import Console
    from rich.table import Table

    # A model with branches says what each layer is connected to.
    graph = getattr(model, "_graph", None)
    branched = graph is not None and any(len(node.inputs) != 1 for node in graph.nodes)
    table = Table(title=f'Model: "{model.name}"', title_justify="left", show_lines=False)
    table.add_column("Layer (type)", overflow="fold")
    table.add_column("Output shape", overflow="fold")
    table.add_column("Params", justify="right")
    if branched:
        table.add_column("Connected to", overflow="fold")
    for layer in [op for op in model._operations] or model.layers:
        weights = getattr(layer, "weights", [])
        row = [
            f"{layer.name} ({type(layer).__name__})" if type(layer).__name__ != "OpCall" else f"{layer.name} (op)",
            _output_shape(layer),
            f"{_count(weights):,}" if getattr(layer, "built", True) else "not built",
        ]
        if branched:
            row.append(", ".join(x.node.operation.name for n in layer._inbound_nodes[:1] for x in n.inputs if x.node))
        table.add_row(*row)
    trainable, rest = model.trainable_weights, model.non_trainable_weights
    lines = [
        f"Total params: {_count(trainable + rest):,} ({_size(trainable + rest)})",
        f"Trainable params: {_count(trainable):,} ({_size(trainable)})",
        f"Non-trainable params: {_count(rest):,} ({_size(rest)})",
    ]
    console = Console(width=line_length)
    if print_fn is None:
        console.print(table)
        for line in lines:
            console.print(line, highlight=False)
        return
    with console.capture() as capture:
        console.print(table)
    for line in [*capture.get().splitlines(), *lines]:
        print_fn(line)
