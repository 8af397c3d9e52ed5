"""The loss functions against formulas in float64."""

import numpy as np
import pytest

from polykeras import losses, ops
from polykeras.errors import ShapeError

RNG = np.random.default_rng(0)
EPS = 1e-7
REAL = RNG.normal(size=(4, 5)) * 2
TARGET = RNG.normal(size=(4, 5)) * 2
LOGITS = RNG.normal(size=(4, 5)) * 3
CLASSES = np.array([3, 0, 4, 1])
ONE_HOT = np.eye(5)[CLASSES]
BINARY = (RNG.random((4, 5)) > 0.5).astype("float64")


def _softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _binary(t, p):
    p = np.clip(p, EPS, 1 - EPS)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


SOFT, PROBABILITIES = _softmax(LOGITS), _sigmoid(LOGITS)


def _huber(t, p, delta=1.0):
    d = np.abs(t - p)
    return np.where(d <= delta, d**2 / 2, delta * d - delta**2 / 2).mean(-1)


def _cosine(t, p, axis=-1):
    return -(t * p).sum(axis) / np.linalg.norm(t, axis=axis) / np.linalg.norm(p, axis=axis)


def _focal(t, p, alpha=0.25, gamma=2.0):
    return -(alpha * (1 - p) ** gamma * t * np.log(p)).sum(-1)


def _log1p(x):
    return np.log(np.maximum(x, EPS) + 1)


# name: targets, predictions, the formula
CASES = {
    "mean_squared_error": (TARGET, REAL, lambda t, p: ((t - p) ** 2).mean(-1)),
    "mean_absolute_error": (TARGET, REAL, lambda t, p: np.abs(t - p).mean(-1)),
    "mean_absolute_percentage_error": (TARGET, REAL, lambda t, p: 100 * np.abs((t - p) / t).mean(-1)),
    "mean_squared_logarithmic_error": (TARGET, REAL, lambda t, p: ((_log1p(t) - _log1p(p)) ** 2).mean(-1)),
    "huber": (TARGET, REAL, _huber),
    "log_cosh": (TARGET, REAL, lambda t, p: np.log(np.cosh(p - t)).mean(-1)),
    "cosine_similarity": (TARGET, REAL, _cosine),
    "poisson": (BINARY, PROBABILITIES, lambda t, p: (p - t * np.log(p + EPS)).mean(-1)),
    "hinge": (BINARY, REAL, lambda t, p: np.maximum(1 - (2 * t - 1) * p, 0).mean(-1)),
    "squared_hinge": (BINARY, REAL, lambda t, p: (np.maximum(1 - (2 * t - 1) * p, 0) ** 2).mean(-1)),
    "categorical_hinge": (
        ONE_HOT, REAL, lambda t, p: np.maximum(((1 - t) * p).max(-1) - (t * p).sum(-1) + 1, 0),
    ),
    "kl_divergence": (SOFT[::-1], SOFT, lambda t, p: (t * np.log(t / p)).sum(-1)),
    "binary_crossentropy": (BINARY, PROBABILITIES, lambda t, p: _binary(t, p).mean(-1)),
    "categorical_crossentropy": (ONE_HOT, SOFT, lambda t, p: -(t * np.log(p)).sum(-1)),
    "sparse_categorical_crossentropy": (CLASSES, SOFT, lambda t, p: -np.log(p[np.arange(4), t])),
    "binary_focal_crossentropy": (
        BINARY, PROBABILITIES, lambda t, p: ((1 - np.where(t == 1, p, 1 - p)) ** 2 * _binary(t, p)).mean(-1),
    ),
    "categorical_focal_crossentropy": (ONE_HOT, SOFT, _focal),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    t, p, formula = CASES[name]
    found = losses.get(name)(t, p)
    np.testing.assert_allclose(found, formula(t, p), rtol=1e-6)
    assert found.dtype == np.float64
    assert found.shape == (4,)


def test_every_function_has_a_formula_here():
    elsewhere = {"dice", "tversky", "circle", "ctc", "categorical_generalized_cross_entropy"}  # test_structured.py
    assert {f.__name__ for f in losses._CLASSES} == set(CASES) | elsewhere


@pytest.mark.parametrize("name", CASES)
def test_more_axes(name):
    t, p, formula = CASES[name]
    deep = losses.get(name)(t.reshape(2, 2, *t.shape[1:]), p.reshape(2, 2, 5))
    np.testing.assert_allclose(deep, formula(t, p).reshape(2, 2), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "kwargs", "t", "p", "expected"),
    [
        ("huber", {"delta": 0.3}, TARGET, REAL, _huber(TARGET, REAL, 0.3)),
        ("cosine_similarity", {"axis": 0}, TARGET, REAL, _cosine(TARGET, REAL, 0)),
        ("hinge", {}, 2 * BINARY - 1, REAL, np.maximum(1 - (2 * BINARY - 1) * REAL, 0).mean(-1)),
        ("binary_crossentropy", {"from_logits": True}, BINARY, LOGITS, _binary(BINARY, PROBABILITIES).mean(-1)),
        ("binary_crossentropy", {"axis": 0}, BINARY, PROBABILITIES, _binary(BINARY, PROBABILITIES).mean(0)),
        (
            "binary_crossentropy", {"label_smoothing": 0.2}, BINARY, PROBABILITIES,
            _binary(BINARY * 0.8 + 0.1, PROBABILITIES).mean(-1),
        ),
        ("categorical_crossentropy", {"from_logits": True}, ONE_HOT, LOGITS, -(ONE_HOT * np.log(SOFT)).sum(-1)),
        ("categorical_crossentropy", {"axis": 0}, ONE_HOT.T, SOFT.T, -(ONE_HOT * np.log(SOFT)).sum(-1)),
        (
            "categorical_crossentropy", {"label_smoothing": 0.1}, ONE_HOT, SOFT,
            -((ONE_HOT * 0.9 + 0.02) * np.log(SOFT)).sum(-1),
        ),
        ("categorical_crossentropy", {}, ONE_HOT, SOFT * 7, -(ONE_HOT * np.log(SOFT)).sum(-1)),
        (
            "sparse_categorical_crossentropy", {"from_logits": True}, CLASSES[:, None], LOGITS,
            -np.log(SOFT[np.arange(4), CLASSES]),
        ),
        ("sparse_categorical_crossentropy", {"axis": 0}, CLASSES, SOFT.T, -np.log(SOFT[np.arange(4), CLASSES])),
        (
            "sparse_categorical_crossentropy", {"ignore_class": 0}, CLASSES, SOFT,
            -np.log(SOFT[np.arange(4), CLASSES]) * (CLASSES != 0),
        ),
        (
            "sparse_categorical_crossentropy", {"ignore_class": -1}, np.array([3, -1, -1, 1]), SOFT,
            -np.log(SOFT[np.arange(4), CLASSES]) * [1, 0, 0, 1],
        ),
        (
            "binary_focal_crossentropy", {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.0}, BINARY, PROBABILITIES,
            (np.where(BINARY == 1, 0.4 * (1 - PROBABILITIES), 0.6 * PROBABILITIES) * _binary(BINARY, PROBABILITIES)).mean(-1),
        ),
        (
            "binary_focal_crossentropy", {"from_logits": True}, BINARY, LOGITS,
            ((1 - np.where(BINARY == 1, PROBABILITIES, 1 - PROBABILITIES)) ** 2 * _binary(BINARY, PROBABILITIES)).mean(-1),
        ),
        (
            "categorical_focal_crossentropy", {"alpha": [0.1, 0.2, 0.3, 0.4, 0.5], "gamma": 0.5}, ONE_HOT, SOFT,
            _focal(ONE_HOT, SOFT, np.array([0.1, 0.2, 0.3, 0.4, 0.5]), 0.5),
        ),
        ("categorical_focal_crossentropy", {"from_logits": True}, ONE_HOT, LOGITS, _focal(ONE_HOT, SOFT)),
        (
            "categorical_focal_crossentropy", {"label_smoothing": 0.1}, ONE_HOT, SOFT, _focal(ONE_HOT * 0.9 + 0.02, SOFT),
        ),
    ],
)  # fmt: skip
def test_arguments(name, kwargs, t, p, expected):
    np.testing.assert_allclose(losses.get(name)(t, p, **kwargs), expected, rtol=1e-6)


def test_certain_predictions_stay_finite():
    t, p = np.float32([[1, 0]]), np.float32([[0, 1]])
    for name in ("binary_crossentropy", "categorical_crossentropy", "kl_divergence", "poisson"):
        assert np.isfinite(losses.get(name)(t, p)).all(), name
    large = np.float32([[-1000, 1000]])
    assert losses.log_cosh(t * 0, large)[0] == pytest.approx(1000 - np.log(2), rel=1e-6)
    assert losses.binary_crossentropy(t, large, from_logits=True)[0] == 1000
    assert losses.categorical_crossentropy(t, large, from_logits=True)[0] == 2000


def test_zeros_have_no_direction():
    assert losses.cosine_similarity(np.zeros((1, 3)), np.ones((1, 3))).tolist() == [0]


def test_a_missing_last_axis_of_one_is_added():
    t, p = np.float32([1, 2, 3]), np.float32([[1], [3], [5]])
    assert losses.mean_squared_error(t, p).tolist() == [0, 1, 4]
    assert losses.mean_squared_error(p, t).tolist() == [0, 1, 4]
    assert losses.mean_squared_error(t, p[:, 0]) == pytest.approx(5 / 3)
    assert losses.mean_squared_error(p[:, :, None], p).shape == (3,)


def test_host_data_of_all_kinds():
    assert losses.mean_squared_error([[0, 1]], [[1, 1]]).tolist() == [0.5]
    assert losses.mean_squared_error([[0.5]], [[1]]).tolist() == [0.25]  # integers do not truncate the targets
    assert losses.mean_squared_error(np.int64([[1, 2]]), np.float32([[1, 4]])).dtype == np.float32
    assert losses.sparse_categorical_crossentropy([1.0], [[0.0, 1.0]]).tolist() == pytest.approx([0], abs=1e-6)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"sparse_categorical_crossentropy"}))
def test_shapes_must_agree(name):
    with pytest.raises(ShapeError) as caught:
        losses.get(name)(np.ones((4, 3)), np.ones((4, 5)))
    assert f"{name}: the targets must have the shape of the predictions, (4, 5), got (4, 3)." in str(caught.value)


def test_class_numbers_and_one_hot_targets_are_told_apart():
    with pytest.raises(ShapeError, match=r"got \(4,\)\. Class numbers go with sparse_categorical_crossentropy"):
        losses.categorical_crossentropy(CLASSES, SOFT)
    with pytest.raises(ShapeError, match=r"class numbers of shape \(4,\).* got \(4, 5\)\. One-hot targets go with cat"):
        losses.sparse_categorical_crossentropy(ONE_HOT, SOFT)
    with pytest.raises(ShapeError, match=r"class numbers of shape \(4,\).* got \(3,\)\.$"):
        losses.sparse_categorical_crossentropy(CLASSES[:3], SOFT)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"sparse_categorical_crossentropy"}))
def test_gradients(name):
    t, p, formula = CASES[name]
    gradient = ops.grad(lambda v: ops.sum(losses.get(name)(t, v)))(p)
    for i, j in ((0, 0), (1, 3), (3, 4)):
        step = np.zeros_like(p)
        step[i, j] = 1e-6
        slope = (formula(t, p + step).sum() - formula(t, p - step).sum()) / 2e-6
        if name in ("categorical_crossentropy", "categorical_focal_crossentropy"):
            # The formulas above take probabilities that sum to 1; the functions divide by the sum.
            up, down = (p + step) / (p + step).sum(-1, keepdims=True), (p - step) / (p - step).sum(-1, keepdims=True)
            slope = (formula(t, up).sum() - formula(t, down).sum()) / 2e-6
        np.testing.assert_allclose(gradient[i, j], slope, rtol=1e-4, atol=1e-7)
