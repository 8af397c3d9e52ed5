"""Models as pictures, drawn by Graphviz. They need pydot, the extra ``plot``, and Graphviz's program ``dot``."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.models.structure import Structure, has_layers, is_trainable, kind
from polykeras.utils.optional import require

_COLORS = {True: ("forestgreen", "Trainable"), False: ("firebrick", "Not trainable")}


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """A model as a graph of pydot, whose ``to_string()`` is text in the language DOT.

    Args:
        model: a model that is built.
        show_shapes: whether boxes give the shapes of inputs and outputs.
        show_dtype: whether they give the dtypes of outputs.
        show_layer_names: whether they give the layers' names beside their classes.
        rankdir: direction of the arrows: ``"TB"`` downwards, ``"LR"`` to the right, ``"BT"``, ``"RL"``.
        expand_nested: whether models inside the model are drawn as frames around their layers.
        dpi: dots per inch.
        subgraph: return a `pydot.Cluster`, rather than a `pydot.Dot`.
        show_layer_activations: whether boxes give the layers' activations.
        show_trainable: whether boxes of layers with weights say if these are trained.
        splines: how arrows run, such as ``"ortho"``, ``"curved"``, ``"polyline"``.
        kwargs: ``layer_range``, two names or regular expressions: only the layers from the first that fits the one to the
            last that fits the other are drawn.

    Raises `ArgumentError` for a model that is not built, `ImportError` without pydot.
    """
    layer_range = kwargs.pop("layer_range", None)
    if kwargs:
        raise ArgumentError(f"model_to_dot: unknown argument(s) {', '.join(kwargs)}.")
    if not model.built:
        raise ArgumentError(
            f"The model {model.name!r} is not built yet: call build(input_shape), or the model on data."
        )
    pydot = require("pydot", "Drawing a model", "plot")
    picture = _Picture(
        pydot,
        {
            "shapes": show_shapes,
            "dtypes": show_dtype,
            "names": show_layer_names,
            "activations": show_layer_activations,
            "trainable": show_trainable,
        },
        expand_nested,
    )
    if subgraph:
        graph = pydot.Cluster(_quoted(model.name), style="dashed", label=_quoted(model.name), labeljust="l")
    else:
        # `concentrate` would merge arrows that lead to one box from several.
        graph = pydot.Dot(
            "model", graph_type="digraph", rankdir=rankdir, dpi=dpi, splines=splines, fontname="Helvetica"
        )
        graph.set_node_defaults(shape="plaintext", fontname="Helvetica")
    picture.draw(model, graph, layer_range)
    return graph


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Draw a model into a file; see `model_to_dot` for the arguments.

    Args:
        model: a model that is built.
        to_file: the picture, whose format is told by the ending: ``.png``, ``.svg``, ``.pdf``, or ``.dot`` for the text
            from which Graphviz draws, which does not need its program.

    In a notebook it returns the picture for display, else None. Raises `ImportError` without pydot or Graphviz.
    """
    dot = model_to_dot(
        model, show_shapes, show_dtype, show_layer_names, rankdir, expand_nested, dpi, False, show_layer_activations,
        show_trainable, splines, **kwargs,
    )  # fmt: skip
    path = Path(to_file)
    if not path.suffix:
        path = path.with_suffix(".png")
    if path.suffix in (".dot", ".gv"):
        path.write_text(dot.to_string(), encoding="utf-8")
        return None
    try:
        picture = dot.create(format=path.suffix[1:])
    except OSError as error:  # the program was not found
        raise ImportError(
            "plot_model needs Graphviz, whose program `dot` was not found: install the package `graphviz` of the "
            "operating system, or draw into a file that ends in .dot."
        ) from error
    path.write_bytes(picture)
    display = sys.modules.get("IPython.display")
    if display is not None and path.suffix != ".pdf":
        return display.Image(filename=str(path))
    return None


class _Picture:
    """Draws models into graphs, and remembers which box stands for which layer of which model."""

    def __init__(self, pydot: Any, shown: dict[str, bool], expand: bool) -> None:
        self.pydot, self.shown, self.expand = pydot, shown, expand
        self._boxes: dict[tuple[int, int], str] = {}  # by model and layer: a layer may be in several models
        self._frames = 0

    def draw(self, model: Any, graph: Any, layer_range: Any = None) -> None:
        """Boxes for the layers, frames for models inside, and the arrows between them."""
        structure = Structure(model, layer_range)
        if model._graph is None:  # a class of one's own: how its layers are connected is not known
            self._add_box(model, model, structure, graph)
            return
        for layer in structure.layers:
            if self._is_expanded(layer):
                self._frames += 1
                frame = self.pydot.Cluster(f"m{self._frames}", style="dashed", label=_quoted(layer.name), labeljust="l")
                self.draw(layer, frame)
                graph.add_subgraph(frame)
            else:
                self._add_box(model, layer, structure, graph)
        for layer in structure.layers:
            arrows = [(self._start(model, x), self._end(model, layer, place)) for x, place in structure.sources(layer)]
            for start, end in dict.fromkeys(arrows):
                if start and end:  # one of them may be out of the range
                    graph.add_edge(self.pydot.Edge(start, end, penwidth="2"))

    def _is_expanded(self, layer: Any) -> bool:
        return self.expand and has_layers(layer) and layer._graph is not None

    def _add_box(self, model: Any, layer: Any, structure: Structure, graph: Any) -> None:
        name = f"n{len(self._boxes)}"
        self._boxes[id(model), id(layer)] = name
        layer_name, layer_kind = html.escape(layer.name), html.escape(kind(layer))
        if self.shown["names"]:
            title = f"<b>{layer_name}</b> ({layer_kind})"
        else:
            title = f"<b>{layer_kind if layer_kind != 'op' else layer_name}</b>"
        graph.add_node(self.pydot.Node(name, label=_table(list(self._cells(layer, structure)), title)))

    def _cells(self, layer: Any, structure: Structure) -> Iterator[tuple[str, str, str]]:
        """Text, background and colour of the cells below the title."""
        facts = []
        if self.shown["activations"] and getattr(layer, "activation", None) is not None:
            facts.append(("Activation", _activation_name(layer.activation)))
        if self.shown["shapes"]:
            facts.append(("Input shape", _listed(structure.input_shapes(layer))))
            facts.append(("Output shape", _listed(structure.output_shapes(layer))))
        if self.shown["dtypes"]:
            facts.append(("Output dtype", _listed(structure.output_dtypes(layer))))
        for label, value in facts:
            if value:
                yield f"{label}: <b>{html.escape(value)}</b>", "white", "black"
        trained = is_trainable(layer)
        if self.shown["trainable"] and trained is not None:
            color, text = _COLORS[trained]
            yield f"<b>{text}</b>", color, "white"

    def _start(self, model: Any, x: Any) -> str | None:
        """The box that an arrow comes from: inside a frame, of the layer that makes the output."""
        layer, index = x.node.operation, x.index
        while self._is_expanded(layer):
            inner = layer._graph.output_leaves[index]
            model, layer, index = layer, inner.node.operation, inner.index
        return self._boxes.get((id(model), id(layer)))

    def _end(self, model: Any, layer: Any, place: int) -> str | None:
        """The box that an arrow leads to: inside a frame, of the layer that takes the input."""
        while self._is_expanded(layer):
            inputs = layer._graph.input_leaves
            inner = inputs[place].node.operation
            if (id(layer), id(inner)) not in self._boxes and not self._is_expanded(inner):
                inner = layer.layers[0]  # a stack does not show its input
            model, layer, place = layer, inner, 0
        return self._boxes.get((id(model), id(layer)))


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _activation_name(activation: Any) -> str:
    return str(getattr(activation, "name", None) or getattr(activation, "__name__", None) or type(activation).__name__)


def _table(cells: list[tuple[str, str, str]], title: str) -> str:
    """A label in Graphviz's HTML: the title above a row of cells."""
    columns = max(len(cells), 1)
    head = f'<td colspan="{columns}" bgcolor="black"><font point-size="16" color="white">{title}</font></td>'
    rows = [f"<tr>{head}</tr>"]
    if cells:
        row = "".join(
            f'<td bgcolor="{background}"><font point-size="14" color="{color}">{text}</font></td>'
            for text, background, color in cells
        )
        rows.append(f"<tr>{row}</tr>")
    return f'<<table border="0" cellborder="1" cellspacing="0" cellpadding="8">{"".join(rows)}</table>>'
