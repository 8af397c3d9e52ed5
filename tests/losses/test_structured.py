"""Overlaps, embeddings, sequences and the generalized cross-entropy, against formulas in float64."""

import itertools

import numpy as np
import pytest

from polykeras import losses, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
MAPS = RNG.random((3, 4, 5))
MASKS = (RNG.random((3, 4, 5)) > 0.6).astype("float64")


def _tversky(t, p, alpha=0.5, beta=0.5, axis=None):
    both, missed, wrong = ((a * b).sum(axis) for a, b in ((t, p), (t, 1 - p), (1 - t, p)))
    return 1 - both / (both + alpha * missed + beta * wrong + 1e-7)


@pytest.mark.parametrize("axis", [None, (1, 2), -1, (0, 2)])
def test_overlaps(axis):
    expected = 1 - 2 * (MASKS * MAPS).sum(axis) / (MASKS.sum(axis) + MAPS.sum(axis) + 1e-7)
    np.testing.assert_allclose(losses.dice(MASKS, MAPS, axis), expected, rtol=1e-12)
    np.testing.assert_allclose(losses.tversky(MASKS, MAPS, axis=axis), expected, rtol=1e-6)
    np.testing.assert_allclose(
        losses.tversky(MASKS, MAPS, 0.3, 0.9, axis), _tversky(MASKS, MAPS, 0.3, 0.9, axis), rtol=1e-12
    )


def test_overlaps_of_nothing():
    empty = np.zeros((2, 3))
    assert losses.dice(empty, empty) == 1
    assert losses.tversky(empty, empty, axis=1).tolist() == [1, 1]
    assert losses.dice(np.ones((2, 3)), np.ones((2, 3))) == pytest.approx(0, abs=1e-7)
    with pytest.raises(ShapeError, match=r"dice: the targets must have the shape of the predictions, \(2, 3\)"):
        losses.dice(np.ones((2, 2)), empty)


def test_one_value_for_all_is_the_value_of_each_sample():
    whole = losses.dice(MASKS, MAPS)
    weights = np.array([1.0, 2.0, 0.0])
    assert losses.Dice(dtype="float64")(MASKS, MAPS) == pytest.approx(whole)
    assert losses.Dice(dtype="float64")(MASKS, MAPS, weights) == pytest.approx(whole)  # the mean weight is 1
    assert losses.Dice("sum", dtype="float64")(MASKS, MAPS, 2 * weights) == pytest.approx(6 * whole)
    assert losses.Dice("mean_with_sample_weight", dtype="float64")(MASKS, MAPS, 5 * weights) == pytest.approx(whole)
    assert losses.Dice(dtype="float64")(MASKS, MAPS, mask=weights > 0) == pytest.approx(whole)
    np.testing.assert_allclose(losses.Dice("none", dtype="float64")(MASKS, MAPS, weights), whole * weights)
    assert losses.Dice(dtype="float64")(MASKS, MAPS, sample_weight=3) == pytest.approx(3 * whole)


def test_values_of_batches():
    per_sample = losses.Dice(axis=(1, 2), dtype="float64")
    values = losses.dice(MASKS, MAPS, (1, 2))
    assert per_sample(MASKS, MAPS, [1, 2, 3]) == pytest.approx(np.dot(values, [1, 2, 3]) / 3)


# ---- circle ------------------------------------------------------------------------------------------------------------

LABELS = np.array([0, 1, 0, 2, 1, 0])
EMBEDDINGS = RNG.normal(size=(6, 3))
EMBEDDINGS /= np.linalg.norm(EMBEDDINGS, axis=1, keepdims=True)


def _circle(labels, x, other_labels, others, diagonal, gamma, margin):
    """As in the paper, pair by pair: similarities s, optima ``1 + m`` and ``-m``, thresholds ``1 - m`` and ``m``."""
    found = []
    for i, (label, e) in enumerate(zip(labels, x)):
        same, other = 0.0, 0.0
        for j, (that, f) in enumerate(zip(other_labels, others)):
            s = min(e @ f, 1.0)
            if that != label:
                other += np.exp(gamma * max(s + margin, 0) * (s - margin))
            elif i != j or diagonal:
                same += np.exp(-gamma * max(1 + margin - s, 0) * (s - (1 - margin)))
        found.append(np.log1p(same * other))
    return found


@pytest.mark.parametrize(("gamma", "margin"), [(80, 0.4), (2.0, 0.25)])
def test_circle(gamma, margin):
    others, other_labels = EMBEDDINGS[::-1][:4], LABELS[::-1][:4]
    kwargs = {"gamma": gamma, "margin": margin}
    found = losses.circle(LABELS, EMBEDDINGS, **kwargs)
    expected = _circle(LABELS, EMBEDDINGS, LABELS, EMBEDDINGS, False, gamma, margin)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert found[3] == 0  # the only one of its class
    np.testing.assert_allclose(losses.circle(LABELS[:, None], EMBEDDINGS, **kwargs), expected, rtol=1e-9)
    for remove in (True, False):
        np.testing.assert_allclose(
            losses.circle(LABELS, EMBEDDINGS, other_labels, others, remove, gamma, margin),
            _circle(LABELS, EMBEDDINGS, other_labels, others, not remove, gamma, margin),
            rtol=1e-9,
        )


def test_what_has_no_circle_does_not_count():
    values = losses.circle(LABELS, EMBEDDINGS)
    counted = values[values > 0]
    assert 0 < len(counted) < 6
    loss = losses.Circle(dtype="float64")
    assert loss(LABELS, EMBEDDINGS) == pytest.approx(counted.mean())
    assert loss(LABELS, EMBEDDINGS, mask=np.arange(6) < 2) == pytest.approx(values[:2][values[:2] > 0].mean())
    assert loss(np.arange(6), EMBEDDINGS) == 0


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("labels", [np.arange(6), np.zeros(6, int), LABELS])
def test_gradients_of_circles_are_finite(labels, dtype):
    gradient = ops.grad(lambda x: ops.sum(losses.circle(labels, x, gamma=8)))(EMBEDDINGS.astype(dtype))
    assert np.isfinite(gradient.astype("float64")).all()
    if labels is not LABELS:
        assert not gradient.any()


def test_gradient_of_circle():
    def total(x):
        return losses.circle(LABELS, x, gamma=4).sum()

    gradient = ops.grad(lambda x: ops.sum(losses.circle(LABELS, x, gamma=4)))(EMBEDDINGS)
    for i, j in ((0, 0), (3, 1), (5, 2)):
        step = np.zeros_like(EMBEDDINGS)
        step[i, j] = 1e-6
        # Off the sphere an embedding is at a negative distance from itself, which counts for nothing.
        assert gradient[i, j] == pytest.approx((total(EMBEDDINGS + step) - total(EMBEDDINGS - step)) / 2e-6, rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LABELS[:4], EMBEDDINGS), r"embeddings \(n, size\) and y_true \(n,\) or \(n, 1\) wanted, got .* \(4,\)"),
        ((LABELS, LABELS), "embeddings"),
        ((LABELS, EMBEDDINGS, LABELS[:2], EMBEDDINGS), r"ref_labels .* \(2,\)"),
        ((LABELS, EMBEDDINGS, None, EMBEDDINGS[:2]), r"ref_labels .* got shapes \(2, 3\) and \(6,\)"),
        ((LABELS, EMBEDDINGS, LABELS, EMBEDDINGS[:, :2]), r"of one size wanted, got \(6, 3\) and \(6, 2\)"),
    ],
)
def test_what_circle_refuses(arguments, message):
    with pytest.raises(ShapeError, match=f"circle: .*{message}"):
        losses.circle(*arguments)


# ---- sequences ---------------------------------------------------------------------------------------------------------


def _probability(labels, probabilities):
    """The sum over all labellings that stand for `labels`, one by one."""
    total = 0.0
    for path in itertools.product(range(probabilities.shape[1]), repeat=len(probabilities)):
        merged = [k for i, k in enumerate(path) if k != 0 and (i == 0 or path[i - 1] != k)]
        if merged == labels:
            total += np.prod([probabilities[i, k] for i, k in enumerate(path)])
    return total


def test_ctc():
    logits = RNG.normal(size=(3, 4, 3))
    probabilities = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    sequences = [[1, 2], [2], [1, 1]]
    targets = np.array([[1, 2, 0], [2, 0, 0], [1, 1, 0]])
    expected = [-np.log(_probability(s, p)) for s, p in zip(sequences, probabilities)]
    np.testing.assert_allclose(losses.ctc(targets, logits), expected, rtol=1e-6)
    np.testing.assert_allclose(losses.ctc(targets.astype("float32"), logits), expected, rtol=1e-6)
    loss = losses.CTC("sum", dtype="float64")
    assert loss(targets, logits, sample_weight=[1, 2, 3]) == pytest.approx(np.dot(expected, [1, 2, 3]), rel=1e-6)
    for t, p in ((targets[0], logits), (targets, probabilities[0]), (targets[:2], logits)):
        with pytest.raises(ShapeError, match=r"ctc: class numbers \(batch, longest\) and logits"):
            losses.ctc(t, p)


# ---- generalized cross-entropy -------------------------------------------------------------------------------------------

CHANCES = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.0, 0.25, 0.75]])


@pytest.mark.parametrize("q", [0.5, 0.1, 0.9])
def test_generalized_cross_entropy(q):
    classes = np.array([1, 0, 2])
    expected = (1 - CHANCES[np.arange(3), classes] ** q) / q
    for targets in (classes, classes[:, None], classes.astype("float32")):
        np.testing.assert_allclose(losses.categorical_generalized_cross_entropy(targets, CHANCES, q), expected)
    found = losses.CategoricalGeneralizedCrossEntropy(q, dtype="float64")(classes, CHANCES)
    assert found == pytest.approx(expected.mean())


def test_a_probability_of_zero_has_a_value_and_no_gradient():
    values, gradient = ops.value_and_grad(
        lambda p: ops.sum(losses.categorical_generalized_cross_entropy([0, 1, 1], p, 0.5))
    )(CHANCES)
    assert values == pytest.approx(2 * (1 - 0.2**0.5) + 2 + 2 * (1 - 0.25**0.5))
    np.testing.assert_allclose(gradient, [[-(0.2**-0.5), 0, 0], [0, 0, 0], [0, -2, 0]])


def test_what_the_generalized_cross_entropy_refuses():
    for q in (0, 1, -0.5):
        with pytest.raises(ArgumentError, match="CategoricalGeneralizedCrossEntropy: q must be between 0 and 1, got"):
            losses.CategoricalGeneralizedCrossEntropy(q)
    with pytest.raises(ShapeError, match=r"class numbers of shape \(3,\), .* got \(3, 3\)\.$"):
        losses.categorical_generalized_cross_entropy(CHANCES, CHANCES, 0.5)
    assert np.isnan(losses.categorical_generalized_cross_entropy([0, 5, -1], CHANCES, 0.5)).tolist() == [
        False,
        True,
        True,
    ]
