"""`ModelCase`: a row of the table of models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

import polykeras as keras
from polykeras import config, dtype_policies, dtypes, tree

ROWS = 4
"""Rows of a batch."""
SEED = 11
"""What `polykeras.set_random_seed` is given before a model is built."""
NEAR = {"float32": 1e-4, "float64": 1e-9}
"""How far the losses of two backends may be apart, relative to their size."""


@dataclass(frozen=True)
class ModelCase:
    """A compiled model and batches to train it on.

    `build` makes the model from the public API, out of layers that take the default dtype policy; `batch` draws the
    arguments of one ``train_on_batch``. Batches of one case are all of the same shapes, so that a backend with a
    compiler compiles one step.
    """

    build: Callable[[], Any]
    batch: Callable[[np.random.Generator], tuple[Any, ...]]
    policy: str | None = None
    """The dtype policy, if it has to be this one; by default float32 and float64."""
    near: float | None = None
    """In place of the policy's `NEAR`."""
    quick: bool = False
    """Whether it is among the few that are run in little time."""

    def policies(self) -> tuple[str, ...]:
        """The dtype policies to train it in."""
        return tuple(NEAR) if self.policy is None else (self.policy,)

    def tolerance(self, policy: str) -> float:
        """How far losses may be apart, relative to their size."""
        return NEAR[policy] if self.near is None else self.near

    def model(self) -> Any:
        """A new model, always with the same weights."""
        keras.set_random_seed(SEED)
        return self.build()

    def arguments(self, step: int) -> tuple[Any, ...]:
        """``x, y`` and maybe sample weights of a step, floats in the default dtype."""
        return tuple(tree.map_structure(_as_default_float, a) for a in self.batch(np.random.default_rng(step)))


def _as_default_float(array: Any) -> Any:
    return array.astype(dtypes.floatx()) if array.dtype.kind == "f" else array


@contextmanager
def computing_in(policy: str) -> Iterator[None]:
    """Inside, `policy` is the default: a dtype for all that is computed, or a mixed policy for the layers."""
    floatx, before = config.floatx(), dtype_policies.dtype_policy()
    try:
        if policy in NEAR:
            config.set_floatx(policy)
        config.set_dtype_policy(policy)
        yield
    finally:
        config.set_floatx(floatx)
        # A policy that was never set follows the default float, and shall go on doing so.
        config.set_dtype_policy(None if before.name == floatx else before)


def normal(random: np.random.Generator, *shape: int) -> Any:
    """A batch of normally distributed numbers, a row of it of the shape given."""
    return random.normal(size=(ROWS, *shape))


def labels(random: np.random.Generator, classes: int) -> Any:
    """A class for each row of a batch."""
    return random.integers(0, classes, ROWS).astype("int32")
