"""Counts, precision, recall and the trade-offs between shares, against the definitions."""

import numpy as np
import pytest

from polykeras import metrics, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
SCORES = RNG.random((30, 4)).astype("float32")
TARGETS = (RNG.random((30, 4)) > 0.55).astype("float32")
PER_SAMPLE = RNG.random(30).astype("float32")
PER_SCORE = RNG.random((30, 4)).astype("float32")

THRESHOLDS = {
    "default": None,
    "one": 0.3,
    "several": [0.2, 0.9, 0.5],
    "ends": [0.0, 1.0],
    "even": [0.0, 0.25, 0.5, 0.75, 1.0],
    "many": [0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95, 0.33],
}
NAMES = ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")


def _counts(t, p, thresholds, weight=None):
    """By name, the sums of the weights, one for each threshold."""
    w = (
        np.ones(t.shape)
        if weight is None
        else np.broadcast_to(weight.reshape(*weight.shape, *[1] * (t.ndim - weight.ndim)), t.shape)
    )
    w = w.astype("float64")
    above = [p > np.float32(s) for s in thresholds]
    return dict(
        zip(
            NAMES,
            (
                np.array([w[(t != 0) & a].sum() for a in above]),
                np.array([w[(t == 0) & a].sum() for a in above]),
                np.array([w[(t == 0) & ~a].sum() for a in above]),
                np.array([w[(t != 0) & ~a].sum() for a in above]),
            ),
            strict=True,
        )
    )


def _listed(thresholds):
    return np.ravel(0.5 if thresholds is None else thresholds)


@pytest.mark.parametrize("weight", [None, PER_SAMPLE, PER_SCORE], ids=["plain", "per-sample", "per-score"])
@pytest.mark.parametrize("thresholds", THRESHOLDS.values(), ids=THRESHOLDS)
@pytest.mark.parametrize("name", NAMES)
def test_counts(name, thresholds, weight, gathered):
    given = (TARGETS, SCORES) if weight is None else (TARGETS, SCORES, weight)
    found = gathered(getattr(metrics, name)(thresholds), *given)
    expected = _counts(TARGETS, SCORES, _listed(thresholds), weight)[name]
    np.testing.assert_allclose(found, expected if len(expected) > 1 else expected[0], rtol=1e-5)


@pytest.mark.parametrize("weight", [None, PER_SAMPLE], ids=["plain", "weighted"])
@pytest.mark.parametrize("thresholds", THRESHOLDS.values(), ids=THRESHOLDS)
@pytest.mark.parametrize(("name", "rest"), [("Precision", "FalsePositives"), ("Recall", "FalseNegatives")])
def test_shares(name, rest, thresholds, weight, gathered):
    counts = _counts(TARGETS, SCORES, _listed(thresholds), weight)
    both = counts["TruePositives"] + counts[rest]
    expected = np.divide(counts["TruePositives"], both, out=np.zeros_like(both), where=both > 0)
    given = (TARGETS, SCORES) if weight is None else (TARGETS, SCORES, weight)
    found = gathered(getattr(metrics, name)(thresholds), *given)
    np.testing.assert_allclose(found, expected if len(expected) > 1 else expected[0], rtol=1e-5)


def test_of_one_axis(gathered):
    t, p, w = TARGETS[:, 0], SCORES[:, 0], PER_SAMPLE
    expected = _counts(t, p, [0.5], w)["TruePositives"][0]
    for given in ((t, p, w), (t[:, None], p, w), (t, p[:, None], w[:, None]), (t.astype(bool), p, w)):
        assert gathered(metrics.TruePositives(), *given) == pytest.approx(expected)


def test_by_class(gathered):
    for name in ("Precision", "Recall"):
        cls = getattr(metrics, name)
        found = gathered(cls(class_id=2), TARGETS, SCORES, PER_SAMPLE)
        assert found == pytest.approx(gathered(cls(), TARGETS[:, 2], SCORES[:, 2], PER_SAMPLE))


def test_the_k_largest(gathered):
    k_largest = np.argsort(np.argsort(-SCORES, -1, kind="stable"), -1, kind="stable") < 2
    found = (TARGETS * k_largest).sum()
    assert gathered(metrics.Precision(top_k=2), TARGETS, SCORES) == pytest.approx(found / k_largest.sum())
    assert gathered(metrics.Recall(top_k=2), TARGETS, SCORES) == pytest.approx(found / TARGETS.sum())
    assert gathered(metrics.Recall(top_k=2), TARGETS, SCORES - 5) == pytest.approx(found / TARGETS.sum())
    above = k_largest & (SCORES > 0.6)
    expected = (TARGETS * above).sum() / above.sum()
    assert gathered(metrics.Precision(0.6, top_k=2), TARGETS, SCORES) == pytest.approx(expected)
    expected = (TARGETS * k_largest)[:, 1].sum() / k_largest[:, 1].sum()
    assert gathered(metrics.Precision(top_k=2, class_id=1), TARGETS, SCORES) == pytest.approx(expected)
    # Of equal predictions the first are taken.
    assert metrics.Recall(top_k=1)([[0, 1, 0]], [[0.5, 0.5, 0.1]]) == 0


def test_thresholds_are_not_reached_by_what_equals_them():
    many = [i / 10 for i in range(11)]
    for thresholds in ([0.5, 0.25], many):
        found = metrics.TruePositives(thresholds)([1, 1], [0.5, 0.25])
        expected = [sum(p > t for p in (0.5, 0.25)) for t in thresholds]
        assert found.tolist() == expected


@pytest.mark.parametrize("thresholds", [[0.0, 0.5], [i / 10 for i in range(11)]], ids=["few", "many"])
def test_nan_is_negative(thresholds):
    assert not metrics.TruePositives(thresholds)([1.0], [np.nan]).any()
    assert (metrics.FalseNegatives(thresholds)([1.0], [np.nan]) == 1).all()


def test_nothing_seen():
    assert metrics.Precision().result() == 0
    assert metrics.Recall()([0, 0], [0.9, 0.1]) == 0
    empty = np.zeros((0, 3), "float32")
    assert metrics.TruePositives([0.1, 0.2])(empty, empty).tolist() == [0, 0]


TRADEOFFS = {
    "SensitivityAtSpecificity": ("sensitivity", "specificity"),
    "SpecificityAtSensitivity": ("specificity", "sensitivity"),
    "PrecisionAtRecall": ("precision", "recall"),
    "RecallAtPrecision": ("recall", "precision"),
}


@pytest.mark.parametrize("num_thresholds", [200, 7, 2, 1])
@pytest.mark.parametrize("value", [0.1, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("name", TRADEOFFS)
def test_tradeoffs(name, value, num_thresholds, gathered):
    thresholds = np.linspace(0, 1, num_thresholds) if num_thresholds > 1 else [0.5]
    tp, fp, tn, fn = (_counts(TARGETS, SCORES, thresholds, PER_SAMPLE)[n] for n in NAMES)

    def share(a, b):
        return np.divide(a, a + b, out=np.zeros_like(a), where=a + b > 0)

    shares = {"sensitivity": share(tp, fn), "specificity": share(tn, fp), "precision": share(tp, fp)}
    shares["recall"] = shares["sensitivity"]
    best, given = (shares[n] for n in TRADEOFFS[name])
    expected = max(best[given >= value - 1e-12], default=0)
    metric = getattr(metrics, name)(value, num_thresholds)
    np.testing.assert_allclose(gathered(metric, TARGETS, SCORES, PER_SAMPLE), expected, rtol=1e-5)


def test_tradeoffs_by_class_and_out_of_range(gathered):
    metric = metrics.PrecisionAtRecall(0.6, class_id=1)
    expected = gathered(metrics.PrecisionAtRecall(0.6), TARGETS[:, 1], SCORES[:, 1])
    assert gathered(metric, TARGETS, SCORES) == pytest.approx(expected)
    far = np.where(SCORES > 0.5, 7, -7)
    expected = gathered(metrics.RecallAtPrecision(0.4), TARGETS, (far > 0).astype("float32"))
    assert gathered(metrics.RecallAtPrecision(0.4), TARGETS, far) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.TruePositives(1.5), r"true_positives.*: thresholds must be numbers between 0 and 1, got 1\.5"),
        (lambda: metrics.Precision([0.5, -0.1]), r"thresholds must be numbers between 0 and 1, got \[0\.5, -0\.1\]"),
        (lambda: metrics.Recall([]), r"thresholds must be numbers between 0 and 1, got \[\]"),
        (lambda: metrics.Recall(np.nan), "thresholds must be numbers between 0 and 1, got nan"),
        (lambda: metrics.Precision(top_k=0), "precision.*: top_k must be at least 1, got 0"),
        (lambda: metrics.PrecisionAtRecall(1.2), r"precision_at_recall.*: recall must be between 0 and 1, got 1\.2"),
        (lambda: metrics.SensitivityAtSpecificity(-1), "specificity must be between 0 and 1, got -1"),
        (lambda: metrics.RecallAtPrecision(0.5, 0), "num_thresholds must be at least 1, got 0"),
        (lambda: metrics.get("precision_at_recall"), r"The metric PrecisionAtRecall needs arguments: give an object"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "batch", "message"),
    [
        (metrics.TruePositives, (TARGETS, SCORES[:, :2]), r"must have the shape of the predictions, \(30, 2\), got \(30, 4\)"),
        (metrics.Precision, (TARGETS, SCORES, PER_SAMPLE[:3]), r"sample_weight of shape \(3,\) does not fit"),
        (lambda: metrics.Precision(class_id=4), (TARGETS, SCORES), r"no class 4 in predictions of shape \(30, 4\)"),
        (lambda: metrics.Recall(class_id=0), (TARGETS[:, 0], SCORES[:, 0]), r"no class 0 .* \(30,\); \(batch, classes\)"),
    ],
)  # fmt: skip
def test_wrong_shapes(make, batch, message):
    with pytest.raises(ShapeError, match=message):
        make().update_state(*batch)


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("count", [9, 50, 1001])
def test_predictions_at_and_beside_even_thresholds(count, dtype):
    limits = ops.convert_to_numpy(ops.cast(np.linspace(0, 1, count), dtype)).astype("float64")
    spacing = 2.0 ** -{"float64": 50, "float32": 21, "bfloat16": 6}[dtype]
    scores = np.concatenate([limits, limits * (1 + spacing), limits * (1 - spacing), [-np.inf, np.inf, -3, 3]])
    scores = ops.convert_to_numpy(ops.cast(scores, dtype)).astype("float64")
    metric = metrics.FalsePositives(list(np.linspace(0, 1, count)), dtype=dtype)
    scores = scores[:: len(scores) // 27]  # so few are counted exactly in bfloat16 too
    found = [metric(np.zeros(1), s[None]) for s in scores]
    expected = np.cumsum([(s > limits).astype("float64") for s in scores], axis=0)
    np.testing.assert_array_equal(np.asarray(found, "float64"), expected)
