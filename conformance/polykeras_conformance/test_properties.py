"""Random calls beside the declared samples: shapes, axes, dtypes, broadcasting and extreme values; and laws that hold.

Which calls are drawn is the same at every run. More are with ``--thorough``; each new shape costs a compilation where
the backend compiles each op.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from polykeras.backend import Backend
from polykeras.errors import PolykerasError
from polykeras.ops.registry import Op
from polykeras_conformance import cases, laws, strategies
from polykeras_conformance.cases import Call
from polykeras_conformance.generation import generated
from polykeras_conformance.laws import Law
from polykeras_conformance.test_values import check_results

pytestmark = pytest.mark.level("core")


@dataclass(frozen=True)
class OpCase:
    """One op."""

    op: Op

    @property
    def id(self) -> str:
        """The op's name."""
        return self.op.name


def drawable_ops(backend: Backend) -> list[OpCase]:
    """The ops that random calls can be made of."""
    return [OpCase(op) for op in strategies.drawable(backend)]


@generated(drawable_ops, quick=24)
def test_drawn_calls(backend: Backend, case: OpCase) -> None:
    """Values, dtypes and shapes of random calls are right; what the op's rule refuses is refused."""
    strategy = strategies.strategy_of(case.op)
    assert strategy is not None
    held = strategies.dtypes_of(case.op, backend)

    def check(call: Call) -> None:
        try:
            results = {result.dtype for result in call.expected}  # the rule is asked
        except PolykerasError as refused:
            with pytest.raises(type(refused)):
                call.run(call.on(backend))
            return
        if results <= set(backend.dtypes):
            check_results(backend, call, call.run(call.on(backend)))

    drawn = st.sampled_from(held).flatmap(lambda dtype: strategy(case.op, dtype))
    for_all(examples(backend, case.op), case.id, drawn, check)


@generated(laws.laws, quick=6)
def test_law(backend: Backend, case: Law) -> None:
    """The law holds for random tensors."""
    for_all(examples(backend), case.id, case.strategy, lambda drawn: case.check(backend, drawn))


@pytest.mark.level("gradients")
@generated(laws.laws_of_gradients, quick=2)
def test_law_of_gradients(backend: Backend, case: Law) -> None:
    """The law of differentiation holds at random points."""
    for_all(examples(backend), case.id, case.strategy, lambda drawn: case.check(backend, drawn))


def examples(backend: Backend, op: Op | None = None) -> int:
    """How many calls are drawn of an op, or how often a law is tried.

    Where each op is compiled for each shape it is fewer, and fewest of ops that are made of others.
    """
    if cases.amount == "thorough":
        return 100
    if not cases.compiles_each_op(backend):
        return 3 if cases.amount == "quick" else 12
    return 2 if cases.amount == "quick" or (op is not None and not cases.supplied(backend, op)) else 4


def for_all(count: int, name: str, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Run `check` on `count` draws that depend on `name` only; the first that fails is in the message.

    More are made: the first is the simplest there is, often without elements, and some come again.
    """
    done: set[str] = set()  # without what fails: it is drawn once more, to see that it fails again

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=1 + 3 * count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),  # calls are small already, and a smaller one costs a compilation at each step
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(drawn: Any) -> None:
        what = repr(drawn)
        if what not in done and len(done) <= count:
            if done:
                check(drawn)
            done.add(what)

    run()
