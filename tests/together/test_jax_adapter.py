"""What is particular to JAX: users' transformations of ops, weak types, donation, memory shared with the host, precision."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops, plugins
from polykeras.errors import TraceError
from polykeras.scope import backend_scope


@pytest.fixture
def backend():
    found = plugins.load("jax")
    with backend_scope(found):
        yield found


def _loss(w, x, labels):
    hidden = ops.tanh(ops.matmul(x, w))
    return ops.sum(ops.sparse_categorical_crossentropy(labels, hidden, from_logits=True))


def _arguments():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 3)).astype("float32")
    w = rng.normal(size=(3, 2)).astype("float32")
    return w, x, np.array([0, 1, 1, 0], "int32")


def test_users_transformations_of_ops(backend):
    w, x, labels = map(jnp.asarray, _arguments())
    expected = backend.value_and_grad(lambda ws: _loss(ws[0], x, labels))([w])
    value, gradient = jax.jit(jax.value_and_grad(_loss))(w, x, labels)
    np.testing.assert_allclose(value, expected[0], rtol=1e-6)
    np.testing.assert_allclose(gradient, expected[1][0], rtol=1e-5)
    rows = jax.vmap(lambda row, label: jax.grad(_loss)(w, row[None], label[None]))(x, labels)
    np.testing.assert_allclose(rows.sum(0), expected[1][0], rtol=1e-5)
    tangent = jax.jvp(lambda v: _loss(v, x, labels), (w,), (gradient,))[1]
    np.testing.assert_allclose(tangent, np.sum(np.square(gradient)), rtol=1e-5)


def test_tracers_go_to_jax_whatever_the_default_backend(backend):
    w, x, labels = _arguments()
    with backend_scope("numpy"):
        traced = jax.jit(lambda v: _loss(v, x, labels))(w)
        eager = _loss(jnp.asarray(w), x, labels)
    assert isinstance(eager, jax.Array)
    np.testing.assert_allclose(traced, eager, rtol=1e-6)


def test_vmapped_control_flow(backend):
    x = jnp.asarray([-1.0, 0.5, 3.0], "float32")
    branch = jax.vmap(lambda v: ops.cond(ops.greater(v, 1), lambda: v, lambda: ops.negative(v)))(x)
    np.testing.assert_array_equal(branch, [1.0, -0.5, 3.0])

    def doubled_past_four(v):
        return ops.while_loop(lambda u: ops.less(u, 4.0), lambda u: ops.add(ops.abs(u), ops.abs(u)), (v,))[0]

    np.testing.assert_array_equal(jax.vmap(doubled_past_four)(x), [4.0, 4.0, 6.0])


def test_numbers_given_to_a_compiled_step_are_traced_and_not_wide(backend):
    traces = []

    def step(x, rate, count):
        traces.append(1)
        return ops.multiply(x, rate), ops.add(count, 1), rate

    compiled = backend.compile(step)
    for rate, count in ((0.5, 1), (0.25, 2)):
        scaled, following, same = compiled(np.ones(2, "float32"), rate, count)
        np.testing.assert_array_equal(scaled, [rate, rate])
        assert int(following) == count + 1
        assert [str(v.dtype) for v in (scaled, following, same)] == ["float32", "int32", "float32"]
    assert len(traces) == 1
    with pytest.raises(TypeError, match="<class 'str'>"):
        compiled(np.ones(2, "float32"), "fast", 1)


def test_results_of_a_compiled_step_are_not_weak(backend):
    results = backend.compile(lambda x: {"number": 2.5, "host": np.int8(1), "mean": ops.mean(x), "none": None})(
        np.ones(2)
    )
    assert results.pop("none") is None
    assert {k: (str(v.dtype), v.weak_type) for k, v in results.items()} == {
        "number": ("float32", False),
        "host": ("int8", False),
        "mean": ("float64", False),
    }


def test_donated_state_is_reused_without_warnings(backend):
    compiled = backend.compile(lambda state, x: ({"w": ops.add(state["w"], x)}, ops.sum(x)), donate=(0,))
    variable = jnp.zeros(1000, "float32")
    state = {"w": backend.allocate(variable)}
    seen = backend.to_numpy(state["w"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            donated = state["w"]
            state, _ = compiled(state, np.ones(1000, "float32"))
            assert donated.is_deleted()
    np.testing.assert_array_equal(variable, np.zeros(1000))  # allocate made a copy
    np.testing.assert_array_equal(seen, np.zeros(1000))  # and so did to_numpy
    np.testing.assert_array_equal(state["w"], np.full(1000, 3.0))


def test_a_buffer_that_cannot_be_reused_is_no_reason_to_warn(recwarn):
    backend = type(plugins.load("jax"))()  # pytest has put the warning filters of the process aside
    assert float(backend.compile(lambda x: ops.sum(x), donate=(0,))(jnp.ones(7, "float32"))) == 7.0
    assert [w for w in recwarn if "donated" in str(w.message)] == []


def _aligned(size):
    """Ones at an address that XLA takes as it is instead of copying."""
    raw = np.empty(4 * size + 64, "uint8")
    start = -raw.ctypes.data % 64
    array = raw[start : start + 4 * size].view("float32")
    array[:] = 1.0
    return array


@pytest.mark.parametrize("wrap", [lambda a: a, lambda a: {"x": [a]}], ids=["array", "tree"])
def test_changing_an_array_later_changes_no_tensor(backend, wrap):
    size = 1 << 20
    host = _aligned(size)
    converted = ops.convert_to_tensor(host)
    passed, doubled = backend.compile(lambda t: (t, ops.multiply(jax.tree.leaves(t)[0], 2.0)))(wrap(host))
    host[:] = 5.0
    for tensor, value in ((converted, 1.0), (jax.tree.leaves(passed)[0], 1.0), (doubled, 2.0)):
        np.testing.assert_array_equal(tensor, np.full(size, value, "float32"))
    copy = ops.convert_to_numpy(converted)
    copy[:] = 7.0
    assert float(converted[0]) == 1.0


def test_a_value_asked_for_in_a_trace(backend):
    with pytest.raises(TraceError, match=r"ops\.cond"):
        jax.jit(lambda x: ops.convert_to_numpy(x))(jnp.ones(2))


@pytest.mark.parametrize("dtype, n", [("uint64", 2**63 + 1), ("float32", 2**70)])
def test_numbers_beyond_int64(backend, dtype, n):
    result = ops.add(ops.zeros((2,), dtype), n)
    assert str(result.dtype) == dtype
    np.testing.assert_array_equal(result, np.full(2, n, dtype))


def test_products_are_in_full_precision_unless_the_user_says_otherwise(backend):
    x = jnp.ones((2, 2), "float32")
    images, kernel = jnp.ones((1, 4, 4, 2), "float32"), jnp.ones((2, 2, 2, 3), "float32")

    def products(x, images, kernel):
        convolved = ops.conv(images, kernel, data_format="channels_last")
        return ops.matmul(x, x), ops.einsum("ij,kj->ik", x, x), convolved

    assert str(jax.make_jaxpr(products)(x, images, kernel)).count("HIGHEST") >= 3
    with jax.default_matmul_precision("tensorfloat32"):
        assert "HIGHEST" not in str(jax.make_jaxpr(products)(x, images, kernel))


def test_weights_stay_on_the_device_where_they_were_allocated(backend):
    name = backend.devices()[-1]
    with backend.device_scope(name):
        weights = backend.allocate(ops.ones((3,)))
    assert weights.committed
    assert backend.device_of(ops.add(weights, 1.0)) == name


def test_a_long_scan_outside_a_trace_is_one_compiled_loop(backend):
    calls = []

    def f(total, i):
        calls.append(1)
        return ops.add(total, ops.cast(i, "float32")), None

    total, ys = ops.scan(f, 0.0, ops.arange(5000))
    assert (float(total), ys) == (5000 * 4999 / 2, None)
    assert len(calls) < 5


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="elsewhere a convolution is as fast in a loop")
def test_many_steps_in_one_call_only_where_nothing_is_convolved(backend):
    with backend_scope(backend):
        dense = pk.Sequential([pk.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)])
        convolved = pk.Sequential([pk.Input((4, 4, 1)), pk.Sequential([layers.Conv2D(2, 3)])])
    assert backend.suits_loops(dense) and not backend.suits_loops(convolved)


def test_zeros_of_new_shapes_compile_nothing(backend):
    programs = []

    def listen(event, seconds, **_):
        if "backend_compile" in event:
            programs.append(event)

    ops.ones((3, 5))
    ops.ones((3, 5))  # a shape again: from here on a program
    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        made = [ops.zeros((7, n), "float32") for n in range(23, 28)]
        assert not programs
        again = ops.zeros((7, 23), "float32")
        assert programs
    finally:
        jax.monitoring.clear_event_listeners()
    assert [x.shape for x in made] == [(7, n) for n in range(23, 28)]
    np.testing.assert_array_equal(made[0], again)


def test_zeros_in_a_trace_are_no_constants(backend):
    program = jax.make_jaxpr(lambda x: x + ops.ones((5, 41), "float32"))(jnp.zeros((5, 41)))
    assert not program.consts and "device_put" not in str(program)


@pytest.mark.parametrize("cuts", [3, [2, 4], [4, 2], [-2]])
def test_the_gradient_of_split_is_that_of_slices(backend, cuts):
    x = jnp.arange(12.0).reshape(2, 6)
    pieces = ops.split(x, cuts, axis=1)
    for piece, expected in zip(pieces, np.split(np.asarray(x), cuts, axis=1), strict=True):
        np.testing.assert_array_equal(piece, expected)
    gradient = jax.grad(lambda x: sum(jnp.sum(p * i) for i, p in enumerate(ops.split(x, cuts, axis=1), 1)))(x)
    weights = np.zeros((2, 6))
    for i, rows in enumerate(np.split(np.arange(6), cuts), 1):
        weights[:, rows] += i
    np.testing.assert_allclose(gradient, weights)
