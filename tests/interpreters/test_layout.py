"""Recorded programs on tensors that are memory: in place, without new arrays, and never under anybody's feet."""

import threading
import tracemalloc

import numpy as np
import pytest

import polykeras as pk
from polykeras import ops
from polykeras.interpreters import program
from polykeras.scope import current_backend


@pytest.fixture
def sources(monkeypatch):
    """The sources of the programs that are recorded, and what their constants are."""
    found = []
    compiled = program.Program.compiled

    def note(self, name, source, **names):
        found.append((list(source), dict(self.constants)))
        return compiled(self, name, source, **names)

    monkeypatch.setattr(program.Program, "compiled", note)
    return found


def momentum_step(state, x):
    weights, velocities = state

    def loss(ws):
        h = ops.tanh(ops.add(ops.matmul(x, ws[0]), ws[1]))
        return ops.mean(ops.square(ops.add(ops.matmul(h, ws[2]), ws[3])))

    value, gradients = ops.value_and_grad(loss)(weights)
    moved = [ops.subtract(ops.multiply(v, 0.9), ops.multiply(g, 0.1)) for v, g in zip(velocities, gradients)]
    return ([ops.add(w, m) for w, m in zip(weights, moved)], moved), value


def state_and_batch():
    generator = np.random.default_rng(0)
    shapes = [(3, 5), (5,), (5, 2), (2,)]
    weights = [generator.normal(size=s).astype("float32") for s in shapes]
    return (weights, [np.zeros_like(w) for w in weights]), generator.normal(size=(4, 3)).astype("float32")


def copy_of(state):
    return tuple([a.copy() for a in part] for part in state)


def assert_equal(a, b):
    for one, other in zip(ops_leaves(a), ops_leaves(b), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def ops_leaves(state):
    return [a for part in state for a in part]


def test_state_is_replaced_in_place_and_numbers_stay():
    state, x = state_and_batch()
    step = current_backend().compile(momentum_step, donate=(0,))
    wanted, state = copy_of(state), copy_of(state)
    places = []
    for _ in range(5):
        wanted, wanted_loss = momentum_step(wanted, x)
        state, loss = step(state, x)
        places.append([a.ctypes.data for a in ops_leaves(state)])
        assert_equal(state, wanted)
        np.testing.assert_allclose(loss, wanted_loss, rtol=1e-6)
    assert places[1] == places[2] == places[4]  # the first call traced


def test_an_update_is_as_many_calls_for_four_weights_as_for_one(sources):
    state, x = state_and_batch()
    step = current_backend().compile(momentum_step, donate=(0,))
    for _ in range(2):
        state, _ = step(state, x)
    source, _ = sources[0]
    loop = next(i for i, line in enumerate(source) if line.lstrip().startswith("for "))
    body = [line for line in source[loop + 1 :] if line.startswith("        ")]
    assert len(body) == 4  # 0.9 v, 0.1 g, their difference, and the sum with w


def test_two_states_through_one_step_do_not_disturb_each_other():
    first, x = state_and_batch()
    second = tuple([a + 1 for a in part] for part in first)
    step = current_backend().compile(momentum_step, donate=(0,))
    wanted = [first, second]
    given = [copy_of(first), copy_of(second)]
    for _ in range(4):
        for i in (0, 1):
            wanted[i], _ = momentum_step(wanted[i], x)
            given[i], _ = step(given[i], x)
    for got, right in zip(given, wanted):
        assert_equal(got, right)


def test_state_that_is_handed_back_in_another_order():
    weights = [np.float32(np.eye(3) * k) for k in (1, 2)]

    def step(weights, x):
        return [ops.subtract(w, ops.multiply(ops.matmul(x, w), 0.1)) for w in weights]

    run = current_backend().compile(step, donate=(0,))
    x = np.float32(np.arange(9).reshape(3, 3))
    wanted = weights
    for _ in range(4):
        wanted = step(wanted, x)[::-1]
        weights = run(weights, x)[::-1]
        for a, b in zip(weights, wanted):
            np.testing.assert_allclose(a, b, rtol=1e-6)


def test_results_that_are_views_of_state_or_inputs_are_copies():
    def step(w, x):
        return ops.add(w, 1.0), ops.reshape(w, (4,)), ops.transpose(x)

    run = current_backend().compile(step, donate=(0,))
    w, x = np.zeros((2, 2), "float32"), np.ones((2, 2), "float32")
    seen = []
    for k in range(4):
        w, before, turned = run(w, x)
        seen.append((before, k))
        turned[...] = 7
        assert x.tolist() == [[1, 1], [1, 1]]
    for before, k in seen:
        assert before.tolist() == [k] * 4


def test_a_replay_allocates_nothing_but_its_results():
    """Every array between input and results is written into memory that is there already."""
    generator = np.random.default_rng(0)
    weights = [generator.normal(size=s).astype("float32") / 20 for s in ((200, 300), (300,), (300, 200), (200,))]
    state, x = (weights, [np.zeros_like(w) for w in weights]), generator.normal(size=(150, 200)).astype("float32")
    step = current_backend().compile(momentum_step, donate=(0,))
    for _ in range(3):
        state, _ = step(state, x)
    tracemalloc.start()
    try:
        state, _ = step(state, x)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(3):
            state, _ = step(state, x)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (
        peak - before < 60_000
    )  # one activation has 120,000 bytes or more, one kernel 240,000; buffers of ufuncs 32,768
    assert now - before < 5_000


def test_layouts_of_inputs_may_differ_from_replay_to_replay():
    def step(x):
        y = ops.tanh(ops.transpose(x))
        return ops.sum(ops.multiply(ops.reshape(y, (-1,)), ops.reshape(ops.exp(y), (-1,))))

    run = current_backend().compile(step)
    generator = np.random.default_rng(1)
    for order in ("C", "F", "C"):
        x = np.asarray(generator.normal(size=(6, 4)).astype("float32"), order=order)
        np.testing.assert_allclose(run(x), step(x), rtol=1e-5)


def test_replays_in_several_threads():
    def step(x):
        y = x
        for _ in range(20):
            y = ops.tanh(ops.add(ops.matmul(y, x), x))
        return y

    run = current_backend().compile(step)
    xs = [np.random.default_rng(i).normal(size=(40, 40)).astype("float32") / 10 for i in range(4)]
    wanted = [step(x) for x in xs]
    run(xs[0])
    wrong = []

    def work(i):
        for _ in range(30):
            if not np.allclose(run(xs[i]), wanted[i], atol=1e-5):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


def model_and_data(**options):
    model = pk.Sequential([pk.Input((3,)), pk.layers.Dense(4, activation="tanh"), pk.layers.Dense(1)])
    model.compile(pk.optimizers.Adam(0.1), "mse", **options)
    generator = np.random.default_rng(0)
    return model, generator.normal(size=(10, 3)).astype("float32"), generator.normal(size=(10, 1)).astype("float32")


def test_weights_that_were_read_do_not_change_when_training_goes_on():
    model, x, y = model_and_data()
    kernel = model.layers[0].kernel
    held = []
    for _ in range(3):
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)  # batches of 4 and of 2: two programs
        held += [(a, np.array(a)) for a in (kernel.value, kernel.numpy(), model.get_weights()[2], kernel.value[0])]
        held.append((np.asarray(model.optimizer.variables[2]), np.array(model.optimizer.variables[2])))
    for array, then in held:
        np.testing.assert_array_equal(array, then)
    assert not np.array_equal(held[0][0], kernel.numpy())


def test_steps_that_run_as_written_keep_what_they_read():
    model, x, y = model_and_data()
    model.fit(x, y, verbose=0, epochs=3)
    seen = []

    class Keeping(pk.Sequential):
        def train_step(self, data):
            value = self.layers[0].kernel.value
            seen.append((value, np.array(value)))
            return super().train_step(data)

    keeping = Keeping(model.layers)
    keeping.compile(pk.optimizers.SGD(0.1), "mse", run_eagerly=True)
    keeping.fit(x, y, verbose=0)
    model.fit(x, y, verbose=0, epochs=3)
    for value, then in seen:
        np.testing.assert_array_equal(value, then)


def test_assigned_weights_are_trained_from_where_they_were_put():
    model, x, y = model_and_data()
    model.fit(x, y, verbose=0, epochs=3)
    start = model.get_weights()
    state = [np.array(v) for v in model.optimizer.variables]
    model.fit(x, y, verbose=0, shuffle=False, epochs=2)
    once = model.get_weights()
    for _ in range(2):
        model.set_weights(start)
        model.optimizer.set_weights(state)
        model.fit(x, y, verbose=0, shuffle=False, epochs=2)
        for a, b in zip(model.get_weights(), once, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "name", ["SGD", "RMSprop", "Adam", "AdamW", "Nadam", "Adagrad", "Adadelta", "Adamax", "Ftrl", "Lion"]
)
def test_optimizers_step_as_they_do_eagerly(name):
    weights = {}
    for eager in (True, False):
        pk.utils.set_random_seed(0)
        model, x, y = model_and_data()
        options = {"momentum": 0.9, "nesterov": True} if name == "SGD" else {}
        optimizer = getattr(pk.optimizers, name)(0.05, use_ema=True, ema_momentum=0.5, **options)
        model.compile(optimizer, "mse", run_eagerly=eager)
        model.fit(x, y, batch_size=5, epochs=4, verbose=0)
        weights[eager] = model.get_weights() + [np.array(v) for v in optimizer.variables]
    for a, b in zip(weights[True], weights[False], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32"])
def test_sums_of_all_axes_as_they_are_eagerly(dtype):
    x = (np.random.default_rng(0).normal(size=(3, 4, 5)) * 9).astype(dtype)

    def step(x):
        return [
            ops.sum(ops.add(x, x), axis, keepdims)
            for axis in (None, 0, 1, 2, -1, (0, 1), (1, 2), (0, 2), (2, 1), (0, 1, 2))
            for keepdims in (False, True)
        ]

    run = current_backend().compile(step)
    for _ in range(2):
        for got, wanted in zip(run(x), step(x), strict=True):
            assert got.shape == wanted.shape
            assert got.dtype == wanted.dtype
            np.testing.assert_allclose(got, wanted, rtol=1e-3 if dtype == "float16" else 1e-5, atol=1e-5)
