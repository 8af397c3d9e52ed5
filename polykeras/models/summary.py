"""The table that `Model.summary` prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from polykeras import config
from polykeras.dtypes import numpy_dtype
from polykeras.errors import ArgumentError
from polykeras.messages import show
from polykeras.models.structure import Structure, has_layers, is_trainable, kind

NARROWEST = 3
"""Characters: no column gets less."""

_PER_COLUMN = 3  # a space on both sides, and the line behind it


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


def _rows(
    structure: Structure, branched: bool, expand: bool, show_trainable: bool, mark: str, depth: int = 0
) -> list[list[str]]:
    """The cells of the layers, and of those inside them, indented, with a mark."""
    rows = []
    for layer in structure.layers:
        indent = "   " * (depth - 1) + mark if depth else ""
        shapes = ", ".join(map(str, structure.output_shapes(layer))) or "?"
        params = f"{_count(getattr(layer, 'weights', [])):,}" if getattr(layer, "built", True) else "not built"
        row = [f"{indent}{layer.name} ({kind(layer)})", shapes, params]
        if branched:
            row.append(", ".join(structure.call_names(layer)) or "-")
        if show_trainable:
            trained = is_trainable(layer)
            row.append("-" if trained is None else "Y" if trained else "N")
        rows.append(row)
        if expand and has_layers(layer):
            rows += _rows(Structure(layer), branched, expand, show_trainable, mark, depth + 1)
    return rows


def _branched(structure: Structure, expand: bool) -> bool:
    inner = [Structure(layer) for layer in structure.layers if expand and has_layers(layer)]
    return structure.branched or any(_branched(one, expand) for one in inner)


def _summands(model: Any) -> list[str]:
    """The lines below the table."""
    if not model.built:
        return ["Number of params: not known, the model is not built"]
    trainable, rest = model.trainable_weights, model.non_trainable_weights
    optimizer = getattr(model, "optimizer", None)
    kept = list(optimizer.variables) if optimizer is not None and optimizer.built else []
    lines = [
        f"Total params: {_totals(trainable + rest + kept)}",
        f"Trainable params: {_totals(trainable)}",
        f"Non-trainable params: {_totals(rest)}",
    ]
    return [*lines, f"Optimizer params: {_totals(kept)}"] if kept else lines


def _widths(positions: Sequence[float], line_length: int, columns: int) -> list[int]:
    """The widths of the columns that end at `positions`, fractions of the line or characters."""
    places = list(positions)
    if len(places) != columns or sorted(places) != places or places[0] <= 0:
        raise ArgumentError(
            f"summary: positions must be {columns} ascending numbers, one for the end of each column, got {positions!r}."
        )
    if places[-1] <= 1:
        places = [place * line_length for place in places]
    ends = [1, *(round(place) for place in places)]
    return [max(end - start - _PER_COLUMN, NARROWEST) for start, end in pairwise(ends)]


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print a table of the layers: name and type, output shape, number of parameters; then the totals.

    A model with branches also says what each layer is connected to. A model that has been trained counts what its
    optimizer keeps.

    Args:
        model: the model.
        line_length: characters in a line; by default as many as the terminal has, or 80.
        positions: where the columns end: fractions of the line, or characters.
        print_fn: gets one line at a time; by default the table goes to the standard output.
        expand_nested: whether layers of models inside the model have rows.
        show_trainable: whether a column says which layers are trained: Y, N, or - for those without weights.
        layer_range: two names or regular expressions: only the layers from the first that fits the one to the last that
            fits the other are shown. The totals are those of the whole model.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    structure = Structure(model, layer_range)
    branched = _branched(structure, expand_nested)
    headings = ["Layer (type)", "Output shape", "Params", *["Connected to"] * branched, *["Trained"] * show_trainable]
    console = Console(width=line_length)
    widths: Sequence[int | None] = [None] * len(headings)
    if positions is not None:
        widths = _widths(positions, console.width, len(headings))
    table = Table(title=Text(f'Model: "{model.name}"', "bold"), title_justify="left", box=box.SQUARE)
    for heading, width in zip(headings, widths):
        justify: Any = {"Params": "right", "Trained": "center"}.get(heading, "left")
        table.add_column(heading, justify=justify, overflow="fold", width=width)
    mark = "`- " if console.options.ascii_only else "└─ "
    for row in _rows(structure, branched, expand_nested, show_trainable, mark):
        table.add_row(*map(Text, row))  # a name may hold what would be markup in a string
    totals = _summands(model)
    if print_fn is None and config.is_interactive_logging_enabled():
        console.print(table)
        console.print("\n".join(totals), highlight=False)
        return
    with console.capture() as capture:
        console.print(table)
    for line in [*capture.get().splitlines(), *totals]:
        (print_fn or show)(line)
