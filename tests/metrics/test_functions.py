"""The metric functions on small examples worked out by hand."""

import numpy as np
import pytest

from polykeras import metrics
from polykeras.errors import ShapeError

SCORES = np.float32([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4]])
CLASSES = np.array([1, 2, 2, 0])
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]


def test_accuracy():
    assert metrics.accuracy([[1, 2], [3, 4]], [[1, 0], [3, 4]]).tolist() == [0.5, 1]
    assert metrics.accuracy([1, 2, 3], [1, 0, 3]).tolist() == [1, 0, 1]
    assert metrics.accuracy([1, 2, 3], [[1], [0], [3]]).tolist() == [1, 0, 1]


def test_binary_accuracy():
    t, p = [[1, 0], [1, 0]], [[0.6, 0.2], [0.5, 0.51]]
    assert metrics.binary_accuracy(t, p).tolist() == [1, 0]
    assert metrics.binary_accuracy(t, p, threshold=0.55).tolist() == [1, 0.5]
    assert metrics.binary_accuracy([1, 0, 1], [0.9, 0.2, 0.1]).tolist() == [1, 1, 0]
    assert metrics.binary_accuracy(np.array([True]), np.float32([[0.9]])).tolist() == [1]


def test_categorical_accuracy():
    expected = [1, 0, 1, 0]
    assert metrics.categorical_accuracy(ONE_HOT, SCORES).tolist() == expected
    assert metrics.sparse_categorical_accuracy(CLASSES, SCORES).tolist() == expected
    assert metrics.sparse_categorical_accuracy(CLASSES[:, None].astype("float32"), SCORES).tolist() == expected
    deep = metrics.sparse_categorical_accuracy(CLASSES.reshape(2, 2), SCORES.reshape(2, 2, 3))
    assert deep.tolist() == [[1, 0], [1, 0]]
    assert metrics.categorical_accuracy(ONE_HOT.reshape(2, 2, 3), SCORES.reshape(2, 2, 3)).tolist() == deep.tolist()


@pytest.mark.parametrize(("k", "expected"), [(1, [1, 0, 1, 0]), (2, [1, 0, 1, 1]), (3, [1, 1, 1, 1])])
def test_top_k(k, expected):
    # In the last row the classes 0 and 1 tie for the second place: both are in it.
    assert metrics.top_k_categorical_accuracy(ONE_HOT, SCORES, k).tolist() == expected
    assert metrics.sparse_top_k_categorical_accuracy(CLASSES, SCORES, k).tolist() == expected
    deep = metrics.sparse_top_k_categorical_accuracy(CLASSES.reshape(2, 2), SCORES.reshape(2, 2, 3), k)
    assert deep.ravel().tolist() == expected


def test_sorted_ids():
    ids = np.array([[1, 2, 0], [0, 1, 2]])
    found = metrics.sparse_top_k_categorical_accuracy([2, 2], ids, k=2, from_sorted_ids=True)
    assert found.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("name", "t", "p", "message"),
    [
        ("accuracy", np.ones((2, 3)), np.ones((2, 2)), r"\(2, 2\), got \(2, 3\)"),
        ("binary_accuracy", np.ones((2, 3)), np.ones((2, 2)), r"\(2, 2\), got \(2, 3\)"),
        ("categorical_accuracy", CLASSES, SCORES, r"Class numbers go with sparse_categorical_accuracy"),
        ("top_k_categorical_accuracy", CLASSES, SCORES, r"Class numbers go with sparse_top_k_categorical_accuracy"),
        ("sparse_categorical_accuracy", ONE_HOT, SCORES, r"One-hot targets go with categorical_accuracy"),
        ("sparse_top_k_categorical_accuracy", ONE_HOT, SCORES, r"One-hot targets go with top_k_categorical_accuracy"),
    ],
)
def test_wrong_shapes(name, t, p, message):
    with pytest.raises(ShapeError, match=f"{name}: .*{message}"):
        getattr(metrics, name)(t, p)
