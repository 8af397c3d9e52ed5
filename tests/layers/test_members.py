"""What a layer holds is found anew when something has changed, and only then."""

from __future__ import annotations

from typing import Any

import pytest

import polykeras as keras
from polykeras import layers
from polykeras.layers.base import state


def _model() -> Any:
    return keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])


def _walks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    walks: list[Any] = []
    find = state.LayerState._find_layers
    monkeypatch.setattr(
        state.LayerState, "_find_layers", lambda self, *args: (walks.append(self), find(self, *args))[1]
    )
    return walks


def test_a_second_look_does_not_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model()
    before = [model.weights, model.trainable_weights, model.variables, model.metrics]
    walks = _walks(monkeypatch)
    after = [model.weights, model.trainable_weights, model.variables, model.metrics]
    assert [[id(x) for x in found] for found in after] == [[id(x) for x in found] for found in before]
    assert walks == []


def test_steps_on_single_batches_do_not_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model()
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = keras.random.normal((8, 3), seed=1), keras.random.normal((8, 2), seed=2)
    for _ in range(2):
        model.train_on_batch(x, y)
        model.test_on_batch(x, y)
        model.predict_on_batch(x)
    walks = _walks(monkeypatch)
    model.train_on_batch(x, y)
    model.test_on_batch(x, y)
    model.predict_on_batch(x)
    assert walks == []


def test_a_second_fit_does_not_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model()
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = keras.random.normal((8, 3), seed=1), keras.random.normal((8, 2), seed=2)
    model.fit(x, y, epochs=2, validation_data=(x, y), verbose=0)
    walks = _walks(monkeypatch)
    model.fit(x, y, epochs=2, validation_data=(x, y), verbose=0)
    model.evaluate(x, y, verbose=0)
    assert walks == []


def test_what_is_returned_is_the_callers_own() -> None:
    model = _model()
    model.weights.clear()
    assert len(model.weights) == 4


def test_changes_are_seen() -> None:
    model = _model()
    first, second = model.layers
    assert len(model.trainable_weights) == 4
    first.trainable = False
    assert len(model.trainable_weights) == 2 and len(model.weights) == 4
    first.trainable = True
    second.bias.trainable = False
    assert len(model.trainable_weights) == 3
    second.bias.trainable = True
    model.add(layers.Dense(5))
    assert len(model.weights) == 6
    model.pop()
    assert len(model.weights) == 4


class Branches(layers.Layer):
    """Holds layers in a list, a dictionary, and lists in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.several: list[Any] = []
        self.named: dict[str, Any] = {}
        self.nested: list[Any] = [[], 1.0]


def test_lists_and_dictionaries_changed_in_place_are_seen() -> None:
    branches = Branches()
    made = [layers.Dense(2) for _ in range(5)]
    for layer in made:
        layer.build((None, 3))
    assert branches.weights == []
    branches.several.append(made[0])
    assert len(branches.weights) == 2
    branches.named["one"] = made[1]
    assert len(branches.weights) == 4
    branches.nested[0].append(made[2])
    assert len(branches.weights) == 6
    branches.several[0] = made[3]
    assert any(v is made[3].kernel for v in branches.weights)
    assert not any(v is made[0].kernel for v in branches.weights)
    branches.named["one"] = made[4]
    assert any(v is made[4].kernel for v in branches.weights)
    del branches.named
    assert len(branches.weights) == 4
