"""Which whole models the conformance suite trains on which backend, and in which dtypes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import config, layers, plugins
from polykeras.scope import backend_scope
from polykeras_conformance import cases, test_training
from polykeras_conformance.model_cases.case import ModelCase, computing_in
from polykeras_conformance.test_training import MODELS, eager_trials, trials

WANTED = {
    "mlp", "cnn", "residual", "separable", "recurrent-stacked", "recurrent-bidirectional", "recurrent-stateful", "multi-io",
    "shared-layers", "transformer", "autoencoder", "custom-step", "mixed-precision",
}  # fmt: skip


class _Backend:
    """What the selection asks of a backend."""

    def __init__(self, compiled: str = "", without: tuple[str, ...] = ()) -> None:
        numpy = plugins.load("numpy")
        self.dtypes = tuple(d for d in numpy.dtypes if d not in without)
        self.capabilities = dataclasses.replace(numpy.capabilities, compiled=compiled or numpy.capabilities.compiled)


def _ids(backend: Any) -> set[str]:
    return {trial.id for trial in trials(backend)}


def test_every_kind_of_model_is_trained_in_both_dtypes() -> None:
    assert set(MODELS) >= WANTED
    both = {f"{name}-{dtype}" for name in WANTED - {"mixed-precision"} for dtype in ("float32", "float64")}
    assert _ids(_Backend()) >= both | {"mixed-precision-mixed_float16"}


def test_what_a_backend_cannot_hold_is_left_out() -> None:
    found = _ids(_Backend(without=("float64", "float16")))
    assert found == {f"{name}-float32" for name in MODELS if name != "mixed-precision"}


def test_a_backend_that_compiles_each_op_trains_few_models_twice() -> None:
    found = _ids(_Backend("jit"))
    assert {name for name in MODELS if f"{name}-float32" in found} == {*MODELS} - {"mixed-precision"}
    assert {i for i in found if i.endswith("float64")} == {"mlp-float64", "custom-step-float64"}
    assert [t.id for t in eager_trials(_Backend("jit"))] == ["mlp-float32", "custom-step-float32"]  # type: ignore[arg-type]


def test_quick_is_two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "amount", "quick")
    assert _ids(_Backend()) == {"mlp-float32", "custom-step-float32"}


def test_a_model_that_differs_from_numpy_s_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether in its weights, in a loss beyond the tolerance, or because it does not train."""
    chosen: list[Any] = []

    def build(first: float = 1.0, rate: float = 0.1) -> Any:
        model = pk.Sequential([pk.Input((3,)), layers.Dense(1, kernel_initializer=pk.initializers.Constant(first))])
        model.compile(pk.optimizers.SGD(rate), "mse")
        return model

    def batch(random: np.random.Generator) -> tuple[Any, ...]:
        return random.normal(size=(4, 3)), random.normal(size=(4, 1))

    def run(**there: float) -> None:
        chosen[:] = [there, {}]  # the backend under test is first
        test_training._on_numpy.cache_clear()
        test_training.test_trajectory(plugins.load("numpy"), test_training.Trial("line", "float32"))

    monkeypatch.setitem(MODELS, "line", ModelCase(lambda: build(**chosen.pop(0)), batch))
    with backend_scope("numpy"):
        run()
        with pytest.raises(AssertionError, match="initial weights"):
            run(first=1.0 + 2.0**-20)
        with pytest.raises(AssertionError, match="losses of line"):
            run(rate=0.101)
    test_training._on_numpy.cache_clear()


def test_the_default_policy_is_as_before_afterwards() -> None:
    before = config.floatx(), config.dtype_policy().name
    for policy, inside in (("float64", "float64"), ("mixed_float16", before[0])):
        with pytest.raises(ZeroDivisionError), computing_in(policy):
            assert (config.floatx(), config.dtype_policy().name) == (inside, policy)
            raise ZeroDivisionError
        assert (config.floatx(), config.dtype_policy().name) == before
    config.set_floatx("float64")
    try:
        assert config.dtype_policy().name == "float64", "the policy no longer follows the default float"
    finally:
        config.set_floatx(before[0])
