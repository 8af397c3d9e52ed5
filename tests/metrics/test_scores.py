"""F scores, the coefficient of determination and correlations, against formulas in float64."""

import numpy as np
import pytest

from polykeras import metrics
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
SCORES = RNG.random((30, 3)).astype("float32")
TARGETS = (RNG.random((30, 3)) > 0.5).astype("float32")
WEIGHTS = RNG.random(30).astype("float32")
REAL = RNG.normal(size=(30, 3)) + np.array([0, 5, 1000])
GUESS = REAL + 0.4 * RNG.normal(size=(30, 3))


def _f(t, positive, beta, average, w=None):
    w = np.ones(len(t)) if w is None else w.astype("float64")
    tp, fp, fn = ((w[:, None] * x).sum(0) for x in (t * positive, (1 - t) * positive, t * (1 - positive)))
    if average == "micro":
        tp, fp, fn = tp.sum(), fp.sum(), fn.sum()
    score = (1 + beta**2) * tp / ((1 + beta**2) * tp + beta**2 * fn + fp)
    if average == "weighted":
        return np.average(score, weights=tp + fn)
    return score.mean() if average == "macro" else score


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
@pytest.mark.parametrize("threshold", [None, 0.4])
def test_f_scores(average, threshold, gathered):
    largest = np.equal(SCORES, SCORES.max(-1, keepdims=True))
    positive = (largest if threshold is None else np.greater(SCORES, threshold)).astype("float64")
    found = gathered(metrics.F1Score(average, threshold), TARGETS, SCORES)
    np.testing.assert_allclose(found, _f(TARGETS, positive, 1, average), rtol=1e-5)
    found = gathered(metrics.FBetaScore(average, 2.5, threshold), TARGETS, SCORES, WEIGHTS)
    np.testing.assert_allclose(found, _f(TARGETS, positive, 2.5, average, WEIGHTS), rtol=1e-5)


def test_f_scores_of_ties_and_zeros():
    metric = metrics.F1Score()
    np.testing.assert_allclose(metric([[1, 1, 0]], [[0.5, 0.5, 0.1]]), [1, 1, 0], rtol=1e-5)
    metric.reset_state()
    assert metric([[1, 1, 0]], [[0.0, 0.0, 0.0]]).tolist() == [0, 0, 0]
    assert metrics.F1Score().result() == 0


def _r2(t, p, w=None):
    w = np.ones(len(t)) if w is None else w.astype("float64")
    w = w[:, None]
    spread = (w * (t - (w * t).sum(0) / w.sum(0)) ** 2).sum(0)
    return 1 - (w * (t - p) ** 2).sum(0) / spread, spread


@pytest.mark.parametrize("weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_r2(weight, dtype, gathered):
    t, p = REAL.astype(dtype), GUESS.astype(dtype)
    given = (t, p) if weight is None else (t, p, weight)
    scores, spread = _r2(t.astype("float64"), p.astype("float64"), weight)
    # One mean is a thousand times its deviation: still five digits.
    np.testing.assert_allclose(gathered(metrics.R2Score(None, dtype=dtype), *given), scores, rtol=1e-5)
    assert gathered(metrics.R2Score(dtype=dtype), *given) == pytest.approx(scores.mean(), rel=1e-5)
    weighted = metrics.R2Score("variance_weighted_average", dtype=dtype)
    assert gathered(weighted, *given) == pytest.approx(np.average(scores, weights=spread), rel=1e-5)


def test_adjusted_r2():
    t, p = REAL[:6, :1], GUESS[:6, :1]
    plain = metrics.R2Score(dtype="float64")(t, p)
    for regressors, expected in ((2, 1 - (1 - plain) * 5 / 3), (4, 1 - (1 - plain) * 5), (5, plain), (9, plain)):
        assert metrics.R2Score(num_regressors=regressors, dtype="float64")(t, p) == pytest.approx(expected)


def test_r2_of_constants():
    ones = np.ones((4, 2), "float32")
    assert metrics.R2Score()(ones, ones) == 1
    assert metrics.R2Score(None)(ones, ones * [1, 2]).tolist() == [1, 0]
    assert metrics.R2Score("variance_weighted_average")(ones, ones * [1, 2]) == 0.5
    assert metrics.R2Score().result() == 0
    assert metrics.R2Score()([[3.0]], [[3.0]], sample_weight=[0.0]) == 0


@pytest.mark.parametrize("axis", [-1, 0])
def test_correlations(axis, gathered):
    for t, p in ((REAL, GUESS), (REAL[:, :2], -GUESS[:, :2])):
        rows = list(zip(t, p)) if axis == -1 else list(zip(t.T, p.T))
        pearson = [np.corrcoef(a, b)[0, 1] for a, b in rows]
        found = metrics.pearson_correlation(t, p, axis)
        np.testing.assert_allclose(found, pearson, rtol=1e-9)
        lin = [
            2 * np.cov(a, b, bias=True)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2 + 1e-7) for a, b in rows
        ]
        np.testing.assert_allclose(metrics.concordance_correlation(t, p, axis), lin, rtol=1e-9)
    if axis == -1:
        metric = metrics.ConcordanceCorrelation(dtype="float64")
        values = metrics.concordance_correlation(REAL, GUESS)
        assert gathered(metric, REAL, GUESS, WEIGHTS) == pytest.approx(np.average(values, weights=WEIGHTS))
        metric = metrics.PearsonCorrelation(dtype="float64")
        assert gathered(metric, REAL, GUESS) == pytest.approx(metrics.pearson_correlation(REAL, GUESS).mean())


def test_correlations_of_constants():
    assert np.isnan(metrics.pearson_correlation([[1.0, 1.0]], [[1.0, 2.0]])).all()
    assert metrics.concordance_correlation([[1.0, 1.0]], [[1.0, 1.0]]).tolist() == [0]
    assert metrics.concordance_correlation([[1.0, 2.0]], [[1.0, 2.0]])[0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: metrics.F1Score("mean"),
            "f1_score: average must be one of None, 'micro', 'macro', 'weighted', got 'mean'",
        ),
        (lambda: metrics.FBetaScore(beta=0), "fbeta_score: beta must be a positive number, got 0"),
        (lambda: metrics.FBetaScore(beta="1"), "beta must be a positive number, got '1'"),
        (lambda: metrics.F1Score(threshold=0), "threshold must be a number above 0 and not above 1, got 0"),
        (lambda: metrics.R2Score("mean"), "r2_score: class_aggregation must be one of None, 'uniform_average'"),
        (lambda: metrics.R2Score(num_regressors=-1), "num_regressors must not be negative, got -1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "batch", "message"),
    [
        (
            metrics.F1Score,
            (TARGETS[0], SCORES[0]),
            r"f1_score: targets and predictions must be \(batch, classes\), got",
        ),
        (metrics.F1Score, (TARGETS[:, :2], SCORES), r"got shapes \(30, 2\) and \(30, 3\)"),
        (metrics.F1Score, (TARGETS[:5], SCORES), r"must have the shape of the predictions, \(30, 3\), got \(5, 3\)"),
        (
            metrics.R2Score,
            (REAL[:, 0], GUESS[:, 0]),
            r"r2_score: predictions must be \(batch, outputs\), got shape \(30,\)",
        ),
        (metrics.R2Score, (REAL[:, :2], GUESS), r"r2_score: the targets must have the shape of the predictions"),
        (metrics.PearsonCorrelation, (REAL[:, :2], GUESS), "pearson_correlation: the targets must have the shape"),
    ],
)
def test_wrong_shapes(make, batch, message):
    with pytest.raises(ShapeError, match=message):
        make().update_state(*batch)
