"""Areas under curves, against sums over thresholds and over pairs."""

import json

import numpy as np
import pytest

from polykeras import metrics
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
SCORES = RNG.random((60, 3))
TARGETS = (SCORES + 0.4 * RNG.normal(size=(60, 3)) > 0.5).astype("float32")
SCORES = SCORES.astype("float32")
WEIGHTS = RNG.random(60).astype("float32")
INNER = [0.1, 0.5, 0.7]


def _area(t, p, inner, curve, method, w=None):
    """The definition, threshold by threshold, in float64."""
    w = np.ones(len(t)) if w is None else w.astype("float64")
    above = [p > s for s in (-1, *np.float32(inner), 2)]
    tp, fp = (np.array([w[(t == k) & a].sum() for a in above]) for k in (1, 0))
    positives, negatives = w[t == 1].sum(), w[t == 0].sum()
    if curve == "ROC":
        x, y = fp / negatives, tp / positives
    elif curve == "PR":
        x, y = tp / positives, np.divide(tp, tp + fp, out=np.zeros_like(tp), where=tp + fp > 0)
    else:
        odds, some = positives / negatives, tp > 0
        x = np.maximum(1 - odds * np.divide(positives - tp, tp, out=np.full_like(tp, np.inf), where=some), 0)
        y = np.where(some, 1 - odds * np.divide(fp, tp, out=np.zeros_like(tp), where=some), 1)
    area = 0.0
    for i in range(len(x) - 1):
        if curve == "PR" and method == "interpolation":
            # Between the thresholds, counts are interpolated: a fine sum over true positives and what goes with them.
            steps = np.linspace(0, 1, 20001)
            a = tp[i + 1] + steps * (tp[i] - tp[i + 1])
            b = fp[i + 1] + steps * (fp[i] - fp[i + 1])
            precision = np.divide(a, a + b, out=np.ones_like(a) * (tp[i] > 0), where=a + b > 0)
            area += (precision[1:] + precision[:-1]).mean() / 2 * (x[i] - x[i + 1])
        else:
            pair = y[i], y[i + 1]
            height = {"interpolation": sum(pair) / 2, "minoring": min(pair), "majoring": max(pair)}[method]
            area += height * (x[i] - x[i + 1])
    return area


@pytest.mark.parametrize("method", ["interpolation", "minoring", "majoring"])
@pytest.mark.parametrize("curve", ["ROC", "PR", "PRGAIN"])
@pytest.mark.parametrize("kwargs", [{}, {"num_thresholds": 5}, {"thresholds": INNER[::-1]}], ids=["200", "5", "given"])
def test_areas(kwargs, curve, method, gathered):
    inner = INNER if "thresholds" in kwargs else np.linspace(0, 1, kwargs.get("num_thresholds", 200))[1:-1]
    t, p = TARGETS[:, 0], SCORES[:, 0]
    metric = metrics.AUC(curve=curve, summation_method=method, **kwargs)
    assert gathered(metric, t, p) == pytest.approx(_area(t, p, inner, curve, method), rel=1e-4)
    assert gathered(metric, t, p, WEIGHTS) == pytest.approx(_area(t, p, inner, curve, method, WEIGHTS), rel=1e-4)

    by_label = [_area(TARGETS[:, i], SCORES[:, i], inner, curve, method) for i in range(3)]
    metric = metrics.AUC(curve=curve, summation_method=method, multi_label=True, **kwargs)
    assert gathered(metric, TARGETS, SCORES) == pytest.approx(np.mean(by_label), rel=1e-4)
    metric = metrics.AUC(
        curve=curve, summation_method=method, multi_label=True, num_labels=3, label_weights=[1, 0, 3], **kwargs
    )
    assert gathered(metric, TARGETS, SCORES) == pytest.approx(np.average(by_label, weights=[1, 0, 3]), rel=1e-4)


def test_it_is_the_share_of_pairs_in_the_right_order(gathered):
    t, p = TARGETS[:, 1], np.round(SCORES[:, 1] * 50) / 50 + np.float32(0.005)  # between the thresholds
    wins = [(a > b) + (a == b) / 2 for a in p[t == 1] for b in p[t == 0]]
    assert gathered(metrics.AUC(101), t, p) == pytest.approx(np.mean(wins), rel=1e-5)


def test_label_weights_weigh_predictions(gathered):
    found = gathered(metrics.AUC(label_weights=[1.0, 2.0, 0.0]), TARGETS, SCORES)
    flat = metrics.AUC()
    flat.update_state(TARGETS[:, :2], SCORES[:, :2], np.tile([1.0, 2.0], (60, 1)))
    assert found == pytest.approx(flat.result())


def test_logits_and_predictions_out_of_range(gathered):
    t, p = TARGETS[:, 0], SCORES[:, 0]
    logits = np.log(p / (1 - p))
    assert gathered(metrics.AUC(from_logits=True), t, logits) == pytest.approx(gathered(metrics.AUC(), t, p), rel=1e-3)
    clipped = gathered(metrics.AUC(), t, np.clip(2 * p - 0.5, 0, 1))
    assert gathered(metrics.AUC(), t, 2 * p - 0.5) == pytest.approx(clipped)
    assert gathered(metrics.AUC(thresholds=INNER), t, 2 * p - 0.5) == pytest.approx(
        gathered(metrics.AUC(thresholds=INNER), t, np.clip(2 * p - 0.5, 0, 1))
    )


def test_perfect_worst_and_one_sided():
    t = np.array([0, 0, 1, 1])
    for curve in ("ROC", "PR"):
        assert metrics.AUC(curve=curve)(t, [0.1, 0.2, 0.8, 0.9]) == pytest.approx(1, abs=1e-6)
    assert metrics.AUC()(t, [0.9, 0.8, 0.2, 0.1]) == pytest.approx(0, abs=1e-6)
    assert metrics.AUC()(t, [0.5] * 4) == pytest.approx(0.5)
    assert metrics.AUC()(t * 0, [0.1, 0.2, 0.8, 0.9]) == 0
    assert metrics.AUC().result() == metrics.AUC(multi_label=True).result() == 0


def test_variables_of_labels_are_made_by_the_first_batch():
    metric = metrics.AUC(multi_label=True, num_thresholds=5)
    assert metric.variables == []
    with pytest.raises(ArgumentError, match=r"has no variables yet: call build\(y_true_shape, y_pred_shape\)"):
        metric.stateless_reset_state()
    metric.build((None, 3), (None, 3))
    assert [v.shape for v in metric.variables] == [(5, 3)] * 4
    state = metric.stateless_update_state(metric.stateless_reset_state(), TARGETS, SCORES)
    other = metrics.AUC(multi_label=True, num_thresholds=5)
    assert metric.stateless_result(state) == other(TARGETS, SCORES)
    other.reset_state()
    assert other.result() == 0


def test_configuration():
    given = metrics.AUC(
        thresholds=[0.7, 0.2], curve="pr", summation_method="minoring", label_weights=np.float32([1, 2])
    )
    config = json.loads(json.dumps(metrics.serialize(given)))["config"]
    assert config["thresholds"] == [0.2, 0.7]
    assert (config["curve"], config["summation_method"], config["label_weights"]) == ("PR", "minoring", [1.0, 2.0])
    again = metrics.AUC.from_config(config)
    assert again.thresholds == given.thresholds
    assert again.get_config() == given.get_config()
    assert "thresholds" not in metrics.AUC().get_config()


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"curve": "XYZ"}, "auc.*: curve must be one of 'ROC', 'PR', 'PRGAIN', got 'XYZ'"),
        ({"summation_method": "middle"}, "summation_method must be one of 'interpolation', 'minoring', 'majoring'"),
        ({"num_thresholds": 1}, "num_thresholds must be at least 2, got 1"),
        ({"thresholds": [0.5, 2]}, r"thresholds must be numbers between 0 and 1, got \[0\.5, 2\]"),
        ({"num_labels": 3}, "num_labels goes with multi_label=True"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        metrics.AUC(**kwargs)


@pytest.mark.parametrize(
    ("kwargs", "batch", "message"),
    [
        (
            {"multi_label": True},
            (TARGETS[:, 0], SCORES[:, 0]),
            r"predictions must be \(batch, labels\), got shape \(60,\)",
        ),
        ({"multi_label": True, "num_labels": 2}, (TARGETS, SCORES), r"must be \(batch, 2\), got shape \(60, 3\)"),
        ({"label_weights": [1, 2]}, (TARGETS, SCORES), r"2 label_weights for predictions of shape \(60, 3\)"),
    ],
)
def test_wrong_shapes(kwargs, batch, message):
    with pytest.raises(ShapeError, match=message):
        metrics.AUC(**kwargs).update_state(*batch)
