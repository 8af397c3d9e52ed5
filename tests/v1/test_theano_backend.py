"""What only Keras 1's module for Theano has: connectionist temporal classification of one sample."""

import itertools

import numpy as np
import pytest

from polykeras.v1 import backend as K
from polykeras.v1.backend import theano_backend as T


def _collapsed(path, blank):
    return [c for c, _ in itertools.groupby(path) if c != blank]


def _probability(p, labels):
    """Of all paths that spell the labels, one by one."""
    steps, classes = p.shape
    paths = itertools.product(range(classes), repeat=steps)
    return sum(
        np.prod(p[np.arange(steps), path]) for path in paths if _collapsed(path, classes - 1) == list(labels)
    )  # fmt: skip


@pytest.mark.parametrize("labels", [[0, 1], [1, 1], [0, 1, 0], [1]])
def test_the_cost_counts_each_path_at_each_step(labels):
    p = np.random.default_rng(0).dirichlet(np.ones(3), size=5).astype("float32")
    x, y = K.placeholder((5, 3)), K.variable(labels, "int32")
    f = K.function([x], [T.ctc_cost(x, y)])
    expected = -np.log(5 * _probability(p, labels))
    for _ in range(2):
        np.testing.assert_allclose(f([p])[0], expected, rtol=2e-3)  # a ten-thousandth is shared out evenly


def test_probabilities_of_paths_are_equal_at_each_step():
    p = np.random.default_rng(1).dirichlet(np.ones(4), size=6).astype("float32")
    labels = K.eval(T.ctc_interleave_blanks(K.variable([0, 2], "int32")))
    assert labels.tolist() == [-1, 0, -1, 2, -1]
    logs, mask = (K.eval(v) for v in T.ctc_path_probs(K.variable(p), K.variable(labels, "int32"), alpha=0.0))
    totals = np.where(mask, np.exp(logs), 0).sum(1)
    np.testing.assert_allclose(totals, np.full(6, _probability(p, [0, 2])), rtol=1e-4)
    assert mask[0].tolist() == [True, True, False, False, False]


def test_one_step_forward():
    labels = np.array([-1, 0, -1, 0, -1, 1, -1])
    skips = T.ctc_create_skip_idxs(labels)
    assert skips.tolist() == [3]  # between equal labels the blank must stay
    now, before = np.log(np.full(7, 0.5)), np.log(np.array([0.1, 0.2, 0.3, 0.4, 1, 1, 1]))
    active, after = T.ctc_update_log_p(skips, np.zeros(7), 4, now, before)
    assert active == 6
    np.testing.assert_allclose(np.exp(after), [0.05, 0.15, 0.25, 0.35, 0.2, 0.2, 1])


def test_a_pattern_of_broadcasting_changes_nothing():
    x = K.placeholder((1, 2))
    assert T.pattern_broadcast(x, (True, False)) is x
    assert T.is_explicit_shape((1, None)) and not T.is_explicit_shape(3)
