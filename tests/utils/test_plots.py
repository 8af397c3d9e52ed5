"""Models as graphs for Graphviz."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import polykeras as pk
from polykeras import layers, utils
from polykeras.errors import ArgumentError

pydot = pytest.importorskip("pydot")


def _net() -> pk.Model:
    """A stack, used twice, in a model with two inputs; an op; a frozen layer."""
    stack = pk.Sequential(
        [pk.Input((4,)), layers.Dense(3, "relu", name="first"), layers.Dense(2, name="last")], name="stack"
    )
    a, b = pk.Input((4,), name="a"), pk.Input((4,), name="b")
    x = layers.Add(name="sum")([stack(a), stack(b)])
    frozen = layers.Dense(1, name="head")
    model = pk.Model([a, b], frozen(x * 2.0), name="net")
    frozen.trainable = False
    return model


def _titles(graph: Any) -> dict[str, str]:
    """The text of every box, by its name in the graph, boxes in frames too."""
    found = {}
    for node in graph.get_nodes():
        if node.get("label"):
            found[node.get_name()] = re.sub(r"<[^<>]*>", " ", str(node.get("label"))[1:-1]).split()
    texts = {name: " ".join(words) for name, words in found.items()}
    for frame in graph.get_subgraphs():
        texts |= _titles(frame)
    return texts


def _edges(graph: Any, titles: dict[str, str] | None = None) -> set[tuple[str, str]]:
    """The arrows, by the names of the layers at their ends."""
    titles = titles or _titles(graph)
    found = {
        (titles[edge.get_source()].split()[0], titles[edge.get_destination()].split()[0]) for edge in graph.get_edges()
    }
    return found.union(*(_edges(frame, titles) for frame in graph.get_subgraphs()))


def test_layers_are_boxes_and_tensors_arrows() -> None:
    graph = utils.model_to_dot(_net(), rankdir="LR", dpi=50, splines="curved")
    assert (graph.get_rankdir(), graph.get_dpi(), graph.get_splines()) == ("LR", 50, "curved")
    titles = list(_titles(graph).values())
    assert titles[:4] == ["a (InputLayer)", "b (InputLayer)", "stack (Sequential)", "sum (Add)"]
    assert titles[4].endswith("(op)")
    product = titles[4].split()[0]
    assert _edges(graph) == {("a", "stack"), ("b", "stack"), ("stack", "sum"), ("sum", product), (product, "head")}


def test_names_can_be_left_out() -> None:
    titles = _titles(utils.model_to_dot(_net(), show_layer_names=False))
    shown = list(titles.values())
    assert shown[:4] + shown[5:] == ["InputLayer", "InputLayer", "Sequential", "Add", "Dense"]
    assert shown[4].startswith("multiply")


def test_nested_models_are_frames() -> None:
    graph = utils.model_to_dot(_net(), expand_nested=True)
    (frame,) = graph.get_subgraphs()
    assert list(_titles(frame).values()) == ["first (Dense)", "last (Dense)"]
    assert frame.get_label() == '"stack"'
    edges = _edges(graph)
    assert {("a", "first"), ("b", "first"), ("first", "last"), ("last", "sum")} <= edges
    assert len(edges) == 6


def test_arrows_go_to_the_inputs_they_are() -> None:
    """Two inputs and two outputs of an inner model, in and out crosswise."""
    p, q = pk.Input((2,), name="p"), pk.Input((2,), name="q")
    inner = pk.Model([p, q], [layers.Dense(2, name="of_p")(p), layers.Dense(2, name="of_q")(q)], name="inner")
    a, b = pk.Input((2,), name="a"), pk.Input((2,), name="b")
    first, second = inner([b, a])
    model = pk.Model([a, b], [layers.ReLU(name="r1")(first), layers.ReLU(name="r2")(second)])
    assert _edges(utils.model_to_dot(model, expand_nested=True)) == {
        ("b", "p"), ("a", "q"), ("p", "of_p"), ("q", "of_q"), ("of_p", "r1"), ("of_q", "r2"),
    }  # fmt: skip


def test_what_boxes_can_say() -> None:
    graph = utils.model_to_dot(
        _net(), show_shapes=True, show_dtype=True, show_layer_activations=True, show_trainable=True, expand_nested=True
    )
    texts = {text.split()[0]: text for text in _titles(graph).values()}
    assert texts["first"] == (
        "first (Dense) Activation: relu Input shape: (None, 4) Output shape: (None, 3) Output dtype: float32 Trainable"
    )
    assert texts["sum"] == ("sum (Add) Input shape: (None, 2), (None, 2) Output shape: (None, 2) Output dtype: float32")
    assert texts["head"].endswith("Not trainable")
    assert texts["a"] == "a (InputLayer) Output shape: (None, 4) Output dtype: float32"


def test_a_range_of_layers() -> None:
    graph = utils.model_to_dot(_net(), layer_range=("stack", "sum"))
    assert list(_titles(graph).values()) == ["stack (Sequential)", "sum (Add)"]
    assert _edges(graph) == {("stack", "sum")}


def test_a_subgraph_and_a_class_of_ones_own() -> None:
    assert isinstance(utils.model_to_dot(_net(), subgraph=True), pydot.Cluster)

    class Own(pk.Model):
        def __init__(self) -> None:
            super().__init__(name='<"own">')
            self.dense = layers.Dense(2)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    with pytest.raises(ArgumentError, match="is not built yet"):
        utils.model_to_dot(model)
    model(pk.ops.ones((2, 3)))
    assert list(_titles(utils.model_to_dot(model)).values()) == ["&lt;&quot;own&quot;&gt; (Own)"]


def test_the_text_is_a_graph(tmp_path: Path) -> None:
    utils.plot_model(_net(), tmp_path / "net.dot", show_shapes=True, show_layer_names=True, expand_nested=True)
    text = (tmp_path / "net.dot").read_text()
    (again,) = pydot.graph_from_dot_data(text)
    assert "first (Dense) Input shape: (None, 4) Output shape: (None, 3)" in _titles(again).values()
    assert len(_edges(again)) == 6


def test_pictures_are_drawn_by_graphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of the program, and where its picture goes; the program itself need not be there."""
    asked: list[str] = []

    def create(self: Any, format: str) -> bytes:
        asked.append(format)
        return b"picture"

    monkeypatch.setattr(pydot.Dot, "create", create)
    assert utils.plot_model(_net(), tmp_path / "net.svg") is None
    utils.plot_model(_net(), str(tmp_path / "net"))
    assert asked == ["svg", "png"]
    assert (tmp_path / "net.svg").read_bytes() == (tmp_path / "net.png").read_bytes() == b"picture"


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no program is there
    with pytest.raises(ImportError, match="plot_model needs Graphviz, whose program `dot` was not found"):
        utils.plot_model(_net(), tmp_path / "net.png")
    assert not (tmp_path / "net.png").exists()
    monkeypatch.setitem(sys.modules, "pydot", None)
    with pytest.raises(ImportError, match=r"needs the module 'pydot'.*pip install 'polykeras\[plot\]'"):
        utils.model_to_dot(_net())
    with pytest.raises(ArgumentError, match=r"unknown argument\(s\) show_shape"):
        utils.model_to_dot(_net(), show_shape=True)
