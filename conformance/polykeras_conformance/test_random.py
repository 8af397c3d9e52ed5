"""Random numbers: functions of their key, of the right distribution, independent of threads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from polykeras import config, dtypes, ops, random
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops.registry import REGISTRY, Op
from polykeras.scope import backend_scope
from polykeras_conformance import cases
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import assert_close, assert_equal
from polykeras_conformance.generation import generated
from polykeras_conformance.oracles.random import bits, encrypt, normal, uniform

pytestmark = pytest.mark.level("core")

UNLIKELY = 1e-6
"""A test fails if the numbers are less probable than this. Keys are fixed, so it fails always or never."""


@dataclass(frozen=True)
class OpCase:
    """A random op."""

    op: Op

    @property
    def id(self) -> str:
        """The op's name."""
        return self.op.name


def random_ops(backend: Backend) -> list[OpCase]:
    """Ops that take a key."""
    return [OpCase(op) for op in REGISTRY.values() if cases.has_role(op, "Key")]


def _key(backend: Backend, *words: int) -> Any:
    return backend.convert(np.array(words, "uint32").view("int32"), "int32")


def _draw(backend: Backend, call: Call, key: Any) -> np.ndarray:
    arguments = list(call.on(backend))
    arguments[next(p.index for p in call.op.tensors if p.role == "Key")] = key
    return np.asarray(backend.to_numpy(call.run(arguments)[0]))


@generated(random_ops)
def test_function_of_the_key(backend: Backend, case: OpCase) -> None:
    """The same key gives the same numbers, and stays as it is; other keys give others."""
    for call in cases.calls(backend, only=[case.op.name]):
        key = _key(backend, 7, 4_000_000_000)
        first = _draw(backend, call, key)
        assert_equal(f"{call}: the same key again", _draw(backend, call, key), first)
        assert_equal(f"{call}: the key afterwards", backend.to_numpy(key), np.array([7, -294967296]))
        assert_equal(f"{call}: an equal key", _draw(backend, call, _key(backend, 7, 4_000_000_000)), first)
        for other in ((8, 4_000_000_000), (7, 4_000_000_001), (4_000_000_000, 7)):
            found = _draw(backend, call, _key(backend, *other))
            repeated = np.mean(found == first)  # few in half precision, none elsewhere
            assert repeated <= (0.5 if first.size > 1 else 0), f"{call}: keys (7, 4000000000) and {other} give {found}"


@generated(random_ops)
def test_threads(backend: Backend, case: OpCase) -> None:
    """Threads that draw at the same time get what each would get alone."""
    call = cases.calls(backend, only=[case.op.name])[0]
    keys = [(n, n * n + 1) for n in range(16)]

    def draw(words: tuple[int, int]) -> np.ndarray:
        with backend_scope(backend):
            return _draw(backend, call, _key(backend, *words))

    alone = [draw(words) for words in keys]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draw, keys * 4))
    for n, found in enumerate(together):
        assert_equal(f"{case.id} in a thread, key {keys[n % 16]}", found, alone[n % 16])


def test_bits(backend: Backend) -> None:
    """`random_bits` is Threefry-2x32 with 20 rounds, to the last bit, for keys of either sign and odd counts."""
    for words in ((0, 0), (0xFFFFFFFF, 0xFFFFFFFF), (0x13198A2E, 0x03707344), (5, 0)):
        for shape in ((), (1,), (7,), (3, 4)):
            found = backend.to_numpy(ops.random_bits(_key(backend, *words), shape))
            assert_equal(f"bits of key {words} and shape {shape}", found, bits(words, shape))


@pytest.mark.slow
def test_portable(backend: Backend) -> None:
    """Asked for portable numbers, every backend gives the same: uniform ones exactly, normal ones up to rounding."""
    words, shape = (11, 0xFFFFFFFE), (5, 3)
    key = _key(backend, *words)
    before = backend.to_numpy(ops.random_uniform(key, shape, "float32"))
    config.set_portable_random(True)
    try:
        for dtype in (d for d in ("float32", "float64", "float16", "bfloat16") if d in backend.dtypes):
            found = backend.to_numpy(ops.random_uniform(key, shape, dtype))
            assert_equal(f"portable uniform {dtype}", found.astype("float64"), uniform(words, shape, dtype))
            found = backend.to_numpy(ops.random_normal(key, shape, dtype))
            assert_close(f"portable normal {dtype}", found, normal(words, shape, dtype), dtype, 1e-6)
    finally:
        config.set_portable_random(False)
    assert_equal("afterwards", backend.to_numpy(ops.random_uniform(key, shape, "float32")), before)


def test_reference_bits(backend: Backend) -> None:
    """The reference itself: the test vectors that are published with Random123."""
    ones = 0xFFFFFFFF
    for key, counter, answer in (
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((ones, ones), (ones, ones), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ):
        assert encrypt(key, counter) == answer


# ---- distributions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Distribution:
    """A sampler of many numbers, and the distribution that they should have."""

    id: str
    draw: Callable[[Any], Any]  # of a seed
    cdf: Callable[[Any], Any]
    low: float = -math.inf  # least and greatest possible value
    high: float = math.inf
    below: bool = False  # `high` itself does not occur
    grain: float = 0.0  # distance between possible values, for dtypes with few


COUNT = (40, 500)


def _uniform_of(dtype: str, digits: int) -> Distribution:
    return Distribution(
        f"uniform-{dtype}",
        lambda seed: random.uniform(COUNT, dtype=dtype, seed=seed),
        stats.uniform.cdf, 0, 1, True, 2.0**-digits,
    )


DISTRIBUTIONS = [
    Distribution("uniform", lambda seed: random.uniform(COUNT, seed=seed), stats.uniform.cdf, 0, 1, True),
    _uniform_of("float64", 53),
    _uniform_of("float16", 11),
    _uniform_of("bfloat16", 8),
    Distribution("uniform-wide", lambda seed: random.uniform(COUNT, -3, 1, seed=seed), stats.uniform(-3, 4).cdf, -3, 1),
    Distribution("normal", lambda seed: random.normal(COUNT, seed=seed), stats.norm.cdf),
    Distribution("normal-float64", lambda seed: random.normal(COUNT, dtype="float64", seed=seed), stats.norm.cdf),
    Distribution("normal-moved", lambda seed: random.normal(COUNT, 2.0, 0.5, seed=seed), stats.norm(2, 0.5).cdf),
    Distribution(
        "truncated-normal", lambda seed: random.truncated_normal(COUNT, seed=seed), stats.truncnorm(-2, 2).cdf, -2, 2
    ),
    Distribution("gamma", lambda seed: random.gamma(COUNT, 2.5, seed=seed), stats.gamma(2.5).cdf, 0),
    Distribution("gamma-small", lambda seed: random.gamma(COUNT, 0.3, seed=seed), stats.gamma(0.3).cdf, 0),
    Distribution("gamma-float64", lambda seed: random.gamma(COUNT, 40.0, "float64", seed), stats.gamma(40).cdf, 0),
    Distribution("beta", lambda seed: random.beta(COUNT, 2.0, 0.7, seed=seed), stats.beta(2, 0.7).cdf, 0, 1),
    Distribution("beta-small", lambda seed: random.beta(COUNT, 0.2, 0.1, "float64", seed), stats.beta(0.2, 0.1).cdf, 0, 1),
]


def distributions(backend: Backend) -> list[Distribution]:
    """The table, as far as the backend holds the dtypes."""
    lacking = set(dtypes.FLOATING) - set(backend.dtypes)
    return [d for d in DISTRIBUTIONS if d.id.rpartition("-")[2] not in lacking]


@generated(distributions, quick=2)
def test_distribution(backend: Backend, case: Distribution) -> None:
    """20,000 numbers have the distribution (Kolmogorov and Smirnov), and neighbours do not know of each other."""
    x = np.asarray(backend.to_numpy(case.draw(random.key_of(1234))), "float64")
    assert x.shape == COUNT
    assert x.min() >= case.low and (x.max() < case.high if case.below else x.max() <= case.high), (x.min(), x.max())
    # Numbers on a grid stand for the interval up to the next: spread them over it.
    spread = x + case.grain * np.random.default_rng(0).random(x.shape)
    probability = stats.kstest(spread.ravel(), case.cdf).pvalue
    assert probability > UNLIKELY, f"{case.id} on {backend.name}: Kolmogorov-Smirnov gives {probability:.1e}"
    for name, a, b in (("in a row", x[:, :-1], x[:, 1:]), ("in a column", x[:-1], x[1:])):
        correlation = stats.pearsonr(a.ravel(), b.ravel())
        assert correlation.pvalue > UNLIKELY, f"{case.id}: neighbours {name} correlate, {correlation.statistic:.3f}"


def test_keys_are_independent(backend: Backend) -> None:
    """The streams of neighbouring keys do not correlate."""
    draws = [backend.to_numpy(ops.random_normal(_key(backend, 3, n), (5000,), "float32")) for n in range(6)]
    for n, (a, b) in enumerate(itertools.pairwise(draws)):
        correlation = stats.pearsonr(a, b)
        assert correlation.pvalue > UNLIKELY, f"keys (3, {n}) and (3, {n + 1}) correlate, {correlation.statistic:.3f}"


def test_randint(backend: Backend) -> None:
    """All integers of the range, equally often; the upper bound does not occur."""
    x = backend.to_numpy(random.randint((30_000,), -2, 4, seed=5))
    values, counts = np.unique(x, return_counts=True)
    assert values.tolist() == [-2, -1, 0, 1, 2, 3] and x.dtype == "int32"
    assert stats.chisquare(counts).pvalue > UNLIKELY, counts
    with pytest.raises(ArgumentError, match="maxval"):
        random.randint((2,), 3, 3)


@pytest.mark.slow
def test_gamma_and_beta_parameters(backend: Backend) -> None:
    """Parameters broadcast to the shape; impossible ones give NaN, and leave the others alone."""
    alphas = backend.convert([[0.5], [30.0], [-1.0]], "float32")
    x = backend.to_numpy(random.gamma((3, 4000), alphas, seed=3))
    assert np.isnan(x[2]).all() and not np.isnan(x[:2]).any()
    for row, alpha in zip(x, (0.5, 30.0), strict=False):
        assert stats.kstest(row, stats.gamma(alpha).cdf).pvalue > UNLIKELY
    y = backend.to_numpy(random.beta((3, 2), alphas, 1.0, seed=3))
    assert np.isnan(y[2]).all() and ((y[:2] >= 0) & (y[:2] <= 1)).all()
    with pytest.raises(ShapeError, match=r"gamma.*alpha.*\(3, 1\)"):
        random.gamma((4,), alphas)
    with pytest.raises(DtypeError, match=r"gamma.*float.*int32"):
        random.gamma((4,), 1.0, dtype="int32")


@pytest.mark.slow
def test_binomial(backend: Backend) -> None:
    """As often as the distribution says, for few and for many expected successes, rare and frequent ones."""
    counts = np.array([[12], [12], [60], [5000], [1_000_000]], "float32")
    chances = np.array([[0.3], [0.9], [0.5], [0.02], [0.75]], "float32")
    x = backend.to_numpy(random.binomial((5, 20_000), backend.convert(counts, "float32"), chances, seed=7))
    assert x.dtype == "float32" and (x == np.floor(x)).all()
    for row, n, p in zip(x, counts[:, 0], chances[:, 0].astype("float64"), strict=True):
        exact = stats.binom(int(n), p)
        edges = np.unique(exact.ppf(np.linspace(0.02, 0.98, 25)).clip(max=n - 1))
        groups = np.searchsorted(edges, row)
        shares = np.diff(np.concatenate([[0.0], exact.cdf(edges), [1.0]]))
        found = np.bincount(groups, minlength=len(shares))
        assert stats.chisquare(found, 20_000 * shares).pvalue > UNLIKELY, (n, p, found, 20_000 * shares)


@pytest.mark.slow
def test_binomial_bounds(backend: Backend) -> None:
    """Never, always, no trials; NaN for what is no probability."""
    n, p = [5.0, 5.0, 0.0, 5.0, -1.0, 5.0], [0.0, 1.0, 0.5, 1.5, 0.5, float("nan")]
    x = backend.to_numpy(random.binomial((6,), backend.convert(n, "float32"), backend.convert(p, "float32"), seed=1))
    assert_equal("binomial at the bounds", x, np.array([0, 5, 0, np.nan, np.nan, np.nan], "float32"))


@pytest.mark.level("compile")
@pytest.mark.slow
def test_compiled_draws(backend: Backend) -> None:
    """Draws that repeat until all are accepted do so in a compiled step too, with the same numbers."""

    def draw(key: Any) -> Any:
        return random.gamma((50,), 0.4, seed=key), random.binomial((50,), 100, 0.3, seed=key)

    compiled = backend.compile(draw)
    for words in ((1, 2), (3, 4)):
        key = _key(backend, *words)
        for found, expected in zip(compiled(key), draw(key), strict=True):
            assert_close("compiled draws", backend.to_numpy(found), backend.to_numpy(expected), "float32")


def test_categorical(backend: Backend) -> None:
    """Classes as often as their softmax says; an impossible one never."""
    logits = np.array([[0.0, 1.0, 2.0, -np.inf], [3.0, 3.0, 3.0, 3.0]], "float32")
    drawn = backend.to_numpy(random.categorical(backend.convert(logits, "float32"), 20_000, seed=8))
    assert drawn.shape == (2, 20_000) and drawn.dtype == "int32"
    for row, scores in zip(drawn, logits, strict=True):
        share = special.softmax(scores.astype("float64"))
        counts = np.bincount(row, minlength=4)
        assert counts[share == 0].sum() == 0
        assert stats.chisquare(counts[share > 0], 20_000 * share[share > 0]).pvalue > UNLIKELY, counts


def test_dropout(backend: Backend) -> None:
    """A fraction `rate` is dropped and the rest scaled up; one draw is shared where the noise shape is 1."""
    x = backend.convert(np.full((100, 200), 3.0), "float32")
    y = backend.to_numpy(random.dropout(x, 0.25, seed=3))
    dropped = int((y == 0).sum())
    assert stats.binomtest(dropped, y.size, 0.25).pvalue > UNLIKELY, dropped
    np.testing.assert_allclose(y[y != 0], 4.0, rtol=1e-6)
    rows = backend.to_numpy(random.dropout(x, 0.5, noise_shape=(None, 1), seed=3))
    assert all(len(set(row)) == 1 for row in rows) and len(set(rows[:, 0])) == 2
    assert_equal("rate 0", backend.to_numpy(random.dropout(x, 0.0, seed=3)), backend.to_numpy(x))
    assert_equal("rate 1", backend.to_numpy(random.dropout(x, 1.0, seed=3)), np.zeros(x.shape))


def test_shuffle(backend: Backend) -> None:
    """The slices along the axis in another order, each once."""
    x = np.arange(60.0).reshape(3, 20)
    y = backend.to_numpy(random.shuffle(backend.convert(x, "float32"), axis=1, seed=2))
    assert not np.array_equal(x, y)
    assert_equal("columns", y[:, np.argsort(y[0])], x)


def test_seed_generator(backend: Backend) -> None:
    """A generator's draws differ, and two generators of one seed draw the same; an int seed always draws the same."""
    first, second = random.SeedGenerator(42), random.SeedGenerator(42)
    a, b = (backend.to_numpy(random.uniform((20,), seed=first)) for _ in range(2))
    assert np.all(a != b)
    assert_equal("first draw of an equal generator", backend.to_numpy(random.uniform((20,), seed=second)), a)
    assert_equal("second draw", backend.to_numpy(random.uniform((20,), seed=second)), b)
    c, d = (backend.to_numpy(random.uniform((20,), seed=42)) for _ in range(2))
    assert_equal("an int seed", c, d)
    e, f = (backend.to_numpy(random.uniform((20,))) for _ in range(2))
    assert np.all(e != f), "without a seed, numbers repeat"
