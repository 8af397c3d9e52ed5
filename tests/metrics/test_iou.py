"""Intersection over union, against sets of places."""

import warnings

import numpy as np
import pytest

from polykeras import metrics
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
TRUE = RNG.integers(0, 3, (12, 2))
PRED = RNG.integers(0, 3, (12, 2))
SCORES = RNG.random((12, 2, 3)).astype("float32")
ONE_HOT = np.eye(3, dtype="float32")[TRUE]
INTEGERS = RNG.integers(0, 4, (12, 2))
BINARY = RNG.integers(0, 2, (12, 2))


def _iou(t, p, classes, keep=True, w=None):
    w = np.ones(t.shape) if w is None else w
    found = []
    for c in classes:
        union = (w * (keep & ((t == c) | (p == c)))).sum()
        if union:
            found.append((w * (keep & (t == c) & (p == c))).sum() / union)
    return np.mean(found) if found else 0


@pytest.mark.parametrize("ignored", [None, 1, -1])
def test_of_class_numbers(ignored, gathered):
    keep = np.ones(TRUE.shape, bool) if ignored is None else ignored != TRUE
    close = {"rel": 1e-6}
    assert gathered(metrics.MeanIoU(3, ignore_class=ignored), TRUE, PRED) == pytest.approx(
        _iou(TRUE, PRED, range(3), keep), **close
    )
    assert gathered(metrics.IoU(3, [0, 2], ignore_class=ignored), TRUE, PRED) == pytest.approx(
        _iou(TRUE, PRED, [0, 2], keep), **close
    )
    best = SCORES.argmax(-1)
    for metric, t, p in (
        (metrics.IoU(3, [1, 2], ignore_class=ignored, sparse_y_pred=False), TRUE, SCORES),
        (metrics.OneHotIoU(3, [1, 2], ignore_class=ignored), ONE_HOT, SCORES),
        (metrics.OneHotIoU(3, [1, 2], ignore_class=ignored, sparse_y_pred=True), ONE_HOT, best),
        (metrics.IoU(3, [1, 2], None, None, ignored, False, False, 1), np.moveaxis(ONE_HOT, 2, 1), np.moveaxis(SCORES, 2, 1)),
    ):  # fmt: skip
        assert gathered(metric, t, p) == pytest.approx(_iou(TRUE, best, [1, 2], keep), **close)
    metric = metrics.OneHotMeanIoU(3, ignore_class=ignored)
    assert gathered(metric, ONE_HOT, SCORES) == pytest.approx(_iou(TRUE, best, range(3), keep), **close)


def test_what_is_no_class_does_not_count(gathered):
    both = (TRUE < 2) & (PRED < 2)
    assert gathered(metrics.MeanIoU(2), TRUE, PRED) == pytest.approx(_iou(TRUE, PRED, range(2), both), rel=1e-6)
    assert metrics.MeanIoU(3)([-1, 0], [0, 0]) == pytest.approx(1)
    assert gathered(metrics.MeanIoU(5), TRUE, PRED) == pytest.approx(_iou(TRUE, PRED, range(5)), rel=1e-6)
    assert metrics.IoU(3, [2])([0, 1], [0, 1]) == 0
    assert metrics.MeanIoU(3).result() == 0


def test_weights(gathered):
    expected = _iou(TRUE, PRED, range(3), True, INTEGERS)
    assert gathered(metrics.MeanIoU(3), TRUE, PRED, INTEGERS) == pytest.approx(expected, rel=1e-6)
    metric = metrics.MeanIoU(3, dtype="float32")
    weights = RNG.random(12).astype("float32")
    expected = _iou(TRUE, PRED, range(3), True, np.repeat(weights[:, None], 2, 1))
    assert gathered(metric, TRUE, PRED, weights) == pytest.approx(expected, rel=1e-5)
    with pytest.warns(
        UserWarning, match=r"mean_io_u.*: the weights are floating, the counts int32; .* dtype=\"float32\""
    ):
        metrics.MeanIoU(3).update_state(TRUE, PRED, weights)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metric.update_state(TRUE, PRED, weights)


@pytest.mark.parametrize("threshold", [0.5, 0.2])
@pytest.mark.parametrize("classes", [(0, 1), [0], [1]])
def test_binary(classes, threshold, gathered):
    p = SCORES[..., 0]
    expected = _iou(BINARY, (p >= threshold).astype(int), classes)
    for targets in (BINARY, BINARY.astype("float32")):
        assert gathered(metrics.BinaryIoU(classes, threshold), targets, p) == pytest.approx(expected, rel=1e-6)
    assert metrics.BinaryIoU([1], threshold)([1], [threshold]) == pytest.approx(1)


def test_counts_are_integers_that_do_not_saturate():
    metric = metrics.MeanIoU(2)
    assert metric.dtype == "int32"
    metric.update_state([0, 1], [0, 1], sample_weight=[2**24, 2**24])
    metric.update_state([0], [0])
    assert metric.total_cm.numpy().tolist() == [[2**24 + 1, 0], [0, 2**24]]


@pytest.mark.parametrize("classes", [[3], [-1], []])
def test_classes_that_do_not_exist(classes):
    with pytest.raises(ArgumentError, match=r"io_u.*: target_class_ids must be among the 3 classes, got"):
        metrics.IoU(3, classes)


def test_wrong_shapes():
    with pytest.raises(
        ShapeError, match=r"class numbers of one shape wanted, got \(12, 2\) for targets and \(12, 2, 3\)"
    ):
        metrics.MeanIoU(3).update_state(TRUE, SCORES)
    with pytest.raises(ShapeError, match=r"sample_weight of shape \(5,\) does not fit"):
        metrics.MeanIoU(3).update_state(TRUE, PRED, np.ones(5, int))
