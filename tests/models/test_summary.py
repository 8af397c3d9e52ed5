"""The table that `summary` prints."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

import polykeras as pk
from polykeras import layers
from polykeras.errors import ArgumentError


def _text(model: Any, **options: Any) -> list[str]:
    lines: list[str] = []
    model.summary(print_fn=lines.append, **options)
    return lines


def _row(lines: list[str], name: str) -> list[str]:
    """The cells of the row that begins with `name`."""
    found = [line for line in lines if line.startswith(f"│ {name} ")]
    assert len(found) == 1, lines
    return [cell.strip() for cell in found[0].strip("│").split("│")]


def test_layers_shapes_and_parameters() -> None:
    model = pk.Sequential(
        [
            pk.Input((8, 8, 1)),
            layers.Conv2D(4, 3, name="conv"),
            layers.Flatten(name="flat"),
            layers.Dense(10, name="head"),
        ],
        name="net",
    )
    lines = _text(model)
    assert lines[0].strip() == 'Model: "net"'
    assert _row(lines, "conv") == ["conv (Conv2D)", "(None, 6, 6, 4)", "40"]
    assert _row(lines, "flat") == ["flat (Flatten)", "(None, 144)", "0"]
    assert _row(lines, "head") == ["head (Dense)", "(None, 10)", "1,450"]
    assert lines[-3:] == ["Total params: 1,490 (5.82 KB)", "Trainable params: 1,490 (5.82 KB)",
                          "Non-trainable params: 0 (0.00 B)"]  # fmt: skip


def test_frozen_and_moving_weights_are_not_trainable() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2), layers.BatchNormalization()])
    model.layers[0].trainable = False
    assert _text(model)[-3:] == ["Total params: 16 (64.00 B)", "Trainable params: 4 (16.00 B)",
                                 "Non-trainable params: 12 (48.00 B)"]  # fmt: skip


def test_branches_say_what_they_are_connected_to() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    joined = layers.Concatenate(name="joined")([layers.Dense(2, name="left")(a), b])
    lines = _text(pk.Model([a, b], layers.Dense(1, name="out")(joined)))
    assert _row(lines, "joined") == ["joined (Concatenate)", "(None, 5)", "0", "left, b"]
    assert _row(lines, "a") == ["a (InputLayer)", "(None, 3)", "0", "-"]


def test_a_shared_layer_has_a_row_and_its_connections() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    shared = layers.Dense(2, name="shared")
    lines = _text(pk.Model([a, b], layers.Add(name="sum")([shared(a), shared(b)])))
    assert _row(lines, "shared") == ["shared (Dense)", "(None, 2)", "8", "a, b"]
    assert _row(lines, "sum")[-1] == "shared[0], shared[1]"


def test_ops_of_the_graph_have_rows() -> None:
    a = pk.Input((3,), name="a")
    lines = _text(pk.Model(a, layers.Dense(1, name="out")(a * 2.0)))
    assert any("multiply" in line and "(op)" in line and "(None, 3)" in line for line in lines)


def test_a_model_that_is_not_built_says_so() -> None:
    lines = _text(pk.Sequential([layers.Dense(2, name="late")]))
    assert _row(lines, "late") == ["late (Dense)", "?", "not built"]
    assert lines[-1] == "Number of params: not known, the model is not built"


def test_a_subclassed_model() -> None:
    class Own(pk.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.dense = layers.Dense(2, name="inside")

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    model.build((None, 3))
    assert _row(_text(model), "inside")[-1] == "8"


def test_the_width_is_kept() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2, name="a_layer_with_a_rather_long_name_indeed")])
    assert all(len(line) <= 50 for line in _text(model, line_length=50)[:-3])


def test_it_prints_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    pk.Sequential([pk.Input((3,)), layers.Dense(2)]).summary()
    assert "Trainable params: 8 (32.00 B)" in capsys.readouterr().out


# ---- nested models, options ------------------------------------------------------------------------------------------


def _nested() -> pk.Model:
    """A model in a model in a model; the innermost is frozen. The outer one has two inputs, one is used twice."""
    core = pk.Sequential([pk.Input((3,), name="in"), layers.Dense(2, name="core_dense")], name="core")
    core.trainable = False
    x = pk.Input((3,), name="x")
    middle = pk.Model(x, layers.Dense(2, name="last")(core(x)), name="middle")
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    return pk.Model([a, b], layers.Add(name="sum")([middle(a), middle(b)]), name="outer")


def test_nested_models_are_expanded() -> None:
    lines = _text(_nested(), expand_nested=True, show_trainable=True, line_length=100)
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert cells == [
        ["Layer (type)", "Output shape", "Params", "Connected to", "Trained"],
        ["a (InputLayer)", "(None, 3)", "0", "-", "-"],
        ["b (InputLayer)", "(None, 3)", "0", "-", "-"],
        ["middle (Functional)", "(None, 2)", "14", "a, b", "Y"],
        ["└─ x (InputLayer)", "(None, 3)", "0", "-", "-"],
        ["└─ core (Sequential)", "(None, 2)", "8", "x", "N"],
        ["└─ core_dense (Dense)", "(None, 2)", "8", "-", "N"],
        ["└─ last (Dense)", "(None, 2)", "6", "core", "Y"],
        ["sum (Add)", "(None, 2)", "0", "middle[0], middle[1]", "-"],
    ]
    assert any(line.startswith("│    └─ core_dense") for line in lines)
    assert not any("core" in line for line in _text(_nested()))


def test_a_terminal_without_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the encoding has no characters to draw with, plain ones stand for them."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    _nested().summary(expand_nested=True, line_length=100)
    out.flush()
    text = out.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert "| `- core (Sequential)" in text
    assert "|    `- core_dense (Dense)" in text


def test_several_outputs() -> None:
    x = pk.Input((4, 2), name="x")
    _, h, _ = layers.LSTM(3, return_state=True, return_sequences=True, name="lstm")(x)
    lines = _text(pk.Model(x, layers.Add(name="sum")([h, h])), line_length=100)
    assert _row(lines, "lstm")[1] == "(None, 4, 3), (None, 3), (None, 3)"
    assert _row(lines, "sum")[-1] == "lstm[0][1], lstm[0][1]"


def test_a_range_of_layers() -> None:
    stack = [pk.Input((2,)), *(layers.Dense(2, name=f"{n}_{i}") for n in ("head", "body", "tail") for i in (0, 1))]
    model = pk.Sequential(stack)
    for layer_range, names in (
        (("body_0", "body_1"), ["body_0", "body_1"]),
        (("body", "tail"), ["body_0", "body_1", "tail_0", "tail_1"]),
        ([".*_1", "body_0"], ["head_1", "body_0"]),
    ):
        lines = _text(model, layer_range=layer_range)
        assert [line.split()[1] for line in lines if "(Dense)" in line] == names
        assert "Total params: 36 (144.00 B)" in lines
    with pytest.raises(ArgumentError, match=r"no layer that fits 'foot'; it has \['head_0', "):
        _text(model, layer_range=("foot", "tail"))
    for wrong in ("head", ("head",), (0, 1)):
        with pytest.raises(ArgumentError, match="must be two names or regular expressions"):
            _text(model, layer_range=wrong)


def test_positions_of_columns() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2)])
    for positions in ([0.5, 0.8, 1.0], [30, 48, 60]):
        lines = _text(model, line_length=60, positions=positions)
        assert [i for i, c in enumerate(lines[1]) if c in "┬┐"] == [29, 47, 59]
    for wrong in ([0.5, 1.0], [0.8, 0.5, 1.0], [0, 1, 2]):
        with pytest.raises(ArgumentError, match="must be 3 ascending numbers"):
            _text(model, positions=wrong)


def test_what_the_optimizer_keeps_is_counted() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2)])
    model.compile(pk.optimizers.SGD(momentum=0.9), "mse")
    assert _text(model)[-1] == "Non-trainable params: 0 (0.00 B)"
    model.optimizer.build(model.trainable_variables)
    count = sum(v.numpy().size for v in model.optimizer.variables)
    assert count >= 8
    assert _text(model)[-4].startswith(f"Total params: {8 + count} (")
    assert _text(model)[-1].startswith(f"Optimizer params: {count} (")


def test_a_subclassed_model_that_was_called_knows_its_shapes() -> None:
    class Own(pk.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.dense = layers.Dense(2, name="[red]inside")

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    assert _row(_text(model), "[red]inside")[1:] == ["?", "not built"]
    model(pk.ops.ones((5, 3)))
    assert _row(_text(model), "[red]inside")[1:] == ["(5, 2)", "8"]


def test_it_goes_to_the_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    pk.config.disable_interactive_logging()
    try:
        with caplog.at_level("INFO", "polykeras"):
            pk.Sequential([pk.Input((3,)), layers.Dense(2)]).summary()
    finally:
        pk.config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert "Trainable params: 8 (32.00 B)" in caplog.text
