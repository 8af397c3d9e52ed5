"""The table that `Model.summary` prints."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polykeras.dtypes import numpy_dtype
from polykeras.graph.operation import OpCall


def _count(variables: list[Any]) -> int:
    return sum(math.prod(v.shape) for v in variables)


def _totals(variables: list[Any]) -> str:
    """Number of elements and memory."""
    size = float(sum(math.prod(v.shape) * numpy_dtype(v.dtype).itemsize for v in variables))
    unit = "B"
    for larger in ("KB", "MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{_count(variables):,} ({size:.2f} {unit})"


def _output_shape(layer: Any) -> str:
    if not layer._inbound_nodes:
        return "?"
    return ", ".join(str(tuple(y.shape)) for y in layer._inbound_nodes[0].output_leaves)


def _sources(layer: Any, nodes: set[int]) -> str:
    """What gives the layer its inputs, in all calls of it that belong to the model."""
    inputs = [x for node in layer._inbound_nodes if id(node) in nodes for x in node.inputs]
    return ", ".join(x.node.operation.name for x in inputs if x.node is not None) or "-"


def print_summary(model: Any, line_length: int | None = None, print_fn: Callable[[str], Any] | None = None) -> None:
    """Print a table of the layers: name and type, output shape, number of parameters; then the totals.

    A model with branches also says what each layer is connected to. `print_fn` gets one line at a time.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    nodes = [] if model._graph is None else model._graph.nodes
    branched = any(len(node.inputs) != 1 for node in nodes) or len({id(n.operation) for n in nodes}) < len(nodes)
    table = Table(title=f'Model: "{model.name}"', title_justify="left", title_style="bold", box=box.SQUARE)
    table.add_column("Layer (type)", overflow="fold")
    table.add_column("Output shape", overflow="fold")
    table.add_column("Params", justify="right")
    if branched:
        table.add_column("Connected to", overflow="fold")
    known = {id(node) for node in nodes}
    for layer in model._operations or model.layers:
        kind = "op" if isinstance(layer, OpCall) else type(layer).__name__
        params = f"{_count(getattr(layer, 'weights', [])):,}" if getattr(layer, "built", True) else "not built"
        row = [f"{layer.name} ({kind})", _output_shape(layer), params]
        table.add_row(*row, *([_sources(layer, known)] if branched else []))
    if model.built:
        trainable, rest = model.trainable_weights, model.non_trainable_weights
        totals = [
            f"Total params: {_totals(trainable + rest)}",
            f"Trainable params: {_totals(trainable)}",
            f"Non-trainable params: {_totals(rest)}",
        ]
    else:
        totals = ["Number of params: not known, the model is not built"]
    console = Console(width=line_length)
    if print_fn is None:
        console.print(table)
        console.print("\n".join(totals), highlight=False)
        return
    with console.capture() as capture:
        console.print(table)
    for line in [*capture.get().splitlines(), *totals]:
        print_fn(line)
