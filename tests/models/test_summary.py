"""The table that `summary` prints."""

from __future__ import annotations

from typing import Any

import pytest

import polykeras as pk
from polykeras import layers


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
    assert _row(lines, "sum")[-1] == "shared, shared"


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
