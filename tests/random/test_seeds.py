"""One seed fixes every random choice of the process."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops
from polykeras.random import seed_generator

RUN = """
import numpy as np
import polykeras as pk
from polykeras import layers

def run():
    pk.set_random_seed(5)
    x = np.ones((12, 3), "float32") * np.linspace(0, 1, 12, dtype="float32")[:, None]
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("sgd", "mse")
    losses = [model.fit(x, x[:, :1], batch_size=5, verbose=0).history["loss"] for _ in range(3)]
    return losses, pk.random.normal((2,)).tolist(), pk.random.uniform((2,)).tolist()

first, second = run(), run()
assert first == second, (first, second)
print(first)
"""


def test_the_first_run_of_a_process_is_like_the_second_and_like_that_of_another_process() -> None:
    outputs = [
        subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True).stdout for _ in range(2)
    ]
    assert outputs[0] == outputs[1]


def test_draws_without_a_seed_start_again() -> None:
    pk.set_random_seed(3)
    first = [ops.convert_to_numpy(pk.random.normal((3,))) for _ in range(2)]
    assert not np.array_equal(first[0], first[1])
    pk.set_random_seed(3)
    np.testing.assert_array_equal(pk.random.normal((3,)), first[0])
    pk.set_random_seed(4)
    assert not np.array_equal(pk.random.normal((3,)), first[0])


def test_the_processs_generator_takes_no_seed_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def seeds() -> list[np.ndarray]:
        pk.set_random_seed(1)
        first = layers.Dropout(0.5)
        pk.random.normal((1,))
        return [np.array(d.seed_generator.state.numpy()) for d in (first, layers.Dropout(0.5))]

    expected = seeds()
    monkeypatch.setattr(seed_generator, "_global", {})
    for a, b in zip(seeds(), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_model_that_draws_without_a_seed_starts_again_too() -> None:
    class Noise(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs + pk.random.normal(tuple(inputs.shape))

    x = np.zeros((4, 3), "float32")
    model = pk.Sequential([pk.Input((3,)), Noise()])
    pk.set_random_seed(1)
    first, second = model.predict(x), model.predict(x)
    assert not np.array_equal(first, second)  # also when it is compiled
    pk.set_random_seed(1)
    np.testing.assert_array_equal(model.predict(x), first)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seeds_that_are_none(seed: int) -> None:
    with pytest.raises(ValueError, match="from 0 to"):
        pk.set_random_seed(seed)
