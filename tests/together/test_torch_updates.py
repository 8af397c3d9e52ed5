"""What a training step on PyTorch calls: its number of calls must not grow with the number of weights."""

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, plugins

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(
    ("optimizer", "calls"),
    [
        ("sgd", {"add_scaled": 1}),
        (lambda: pk.optimizers.SGD(momentum=0.9, nesterov=True), {"add_scaled": 2}),
        ("rmsprop", {"add_product": 1, "add_quotient": 1}),
        ("adam", {"interpolate": 2, "add_quotient": 1}),
    ],
)
@pytest.mark.parametrize("depth", [2, 5])
def test_all_weights_are_updated_by_one_call_a_vector_operation(optimizer, calls, depth, monkeypatch):
    backend = plugins.load("torch")
    made = dict.fromkeys(("add_scaled", "add_product", "add_quotient", "interpolate"), 0)
    for name in made:

        def counted(*args, name=name, many=backend.batched[backend.overrides[name]]):
            made[name] += 1
            assert len(args[0]) == 2 * depth
            return many(*args)

        monkeypatch.setitem(backend.batched, backend.overrides[name], counted)
    with pk.backend_scope("torch"):
        model = pk.Sequential([pk.Input((4,)), *(layers.Dense(4, activation="tanh") for _ in range(depth))])
        model.compile(optimizer() if callable(optimizer) else optimizer, "mse")
        x = np.ones((8, 4), "float32")
        model.fit(x, x, batch_size=4, verbose=0)  # two steps, of which the first is the trace
    assert {name: n for name, n in made.items() if n} == calls
