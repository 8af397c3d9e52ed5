"""The public functions take the arguments that Keras 3 documents."""

from __future__ import annotations

import inspect

import pytest

import polykeras as pk

# The signatures of Keras 3.15.
SIGNATURES = {
    "beta": "(shape, alpha, beta, dtype=None, seed=None)",
    "binomial": "(shape, counts, probabilities, dtype=None, seed=None)",
    "categorical": "(logits, num_samples, dtype='int32', seed=None)",
    "dropout": "(inputs, rate, noise_shape=None, seed=None)",
    "gamma": "(shape, alpha, dtype=None, seed=None)",
    "normal": "(shape, mean=0.0, stddev=1.0, dtype=None, seed=None)",
    "randint": "(shape, minval, maxval, dtype='int32', seed=None)",
    "shuffle": "(x, axis=0, seed=None)",
    "truncated_normal": "(shape, mean=0.0, stddev=1.0, dtype=None, seed=None)",
    "uniform": "(shape, minval=0.0, maxval=1.0, dtype=None, seed=None)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    found = inspect.signature(getattr(pk.random, name))
    bare = [p.replace(annotation=p.empty) for p in found.parameters.values()]
    assert str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty)) == SIGNATURES[name]
