"""Losses as objects: weights, masks, reductions, names, configurations."""

import json

import numpy as np
import pytest

from polykeras import losses, masking, ops, saving
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError

T = np.float32([[0, 1], [2, 0], [1, 1]])
P = np.float32([[1, 1], [0, 0], [3, 1]])
VALUES = np.array([0.5, 2.0, 2.0])  # of the mean squared error
WEIGHTS = np.float32([1, 0.5, 0])

CLASSES = [cls.__name__ for cls in losses._CLASSES.values()]


def _mse(**kwargs):
    return losses.MeanSquaredError(**kwargs)


@pytest.mark.parametrize(
    ("reduction", "plain", "weighted"),
    [
        ("sum_over_batch_size", 4.5 / 3, 1.5 / 3),
        ("mean", 4.5 / 3, 1.5 / 3),
        ("sum", 4.5, 1.5),
        ("mean_with_sample_weight", 4.5 / 3, 1.5 / 1.5),
        ("none", VALUES, VALUES * WEIGHTS),
        (None, VALUES, VALUES * WEIGHTS),
    ],
)
def test_reductions(reduction, plain, weighted):
    loss = _mse(reduction=reduction)
    np.testing.assert_allclose(loss(T, P), plain)
    np.testing.assert_allclose(loss(T, P, sample_weight=WEIGHTS), weighted)
    np.testing.assert_allclose(loss(T, P, sample_weight=WEIGHTS[:, None]), weighted)


def test_weights_of_leading_axes():
    t, p = np.zeros((2, 3, 4), "float32"), np.ones((2, 3, 4), "float32")
    per_step = np.float32([[1, 2, 3], [0, 0, 6]])
    assert _mse()(t, p, sample_weight=per_step) == 2
    assert _mse()(t, p, sample_weight=[1, 3]) == 2
    assert _mse(reduction="mean_with_sample_weight")(t, 2 * p, sample_weight=[1, 3]) == 4
    with pytest.raises(ShapeError, match=r"sample_weight of shape \(3,\) does not fit values of shape \(2, 3\)"):
        _mse()(t, p, sample_weight=[1, 2, 3])
    with pytest.raises(ShapeError, match=r"sample_weight of shape \(2, 3, 4\) does not fit values of shape \(2, 3\)"):
        _mse()(t, p, sample_weight=p)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean", "mean_with_sample_weight"])
def test_masked_values_count_neither_in_the_sum_nor_in_the_number(reduction):
    loss = _mse(reduction=reduction)
    mask = np.array([True, True, False])
    assert loss(T, P, mask=mask) == pytest.approx(2.5 / 2)
    assert loss(T, P, mask=np.zeros(3, bool)) == 0
    by_weight = reduction == "mean_with_sample_weight"
    assert loss(T, P, [1, 3, 5], mask) == pytest.approx(6.5 / (4 if by_weight else 2))


def test_masks_and_sums():
    mask = np.array([True, True, False])
    assert _mse(reduction="sum")(T, P, mask=mask) == 2.5
    assert _mse(reduction="none")(T, P, mask=mask).tolist() == [0.5, 2, 0]


def test_the_mask_of_the_predictions_is_used():
    p = P.copy()
    masking.set_mask(p, np.array([True, False, False]))
    assert _mse()(T, p) == 0.5
    assert _mse()(T, p, mask=np.array([False, True, False])) == 2


def test_ignored_classes():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    logits = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    labels = np.array([[0, -1, 3], [-1, -1, 1]])
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    kept = -(log_p[0, 0, 0] + log_p[0, 2, 3] + log_p[1, 2, 1])
    assert loss(labels, logits) == pytest.approx(kept / 3, rel=1e-6)
    assert loss(labels[..., None], logits) == pytest.approx(kept / 3, rel=1e-6)
    assert loss(np.full((2, 3), -1), logits) == 0
    mask = np.array([[True, True, True], [True, True, False]])
    kept = -(log_p[0, 0, 0] + log_p[0, 2, 3])
    assert loss(labels, logits, mask=mask) == pytest.approx(kept / 2, rel=1e-6)


def test_no_samples():
    empty = np.zeros((0, 2), "float32")
    assert _mse()(empty, empty) == 0
    assert _mse(reduction="sum")(empty, empty) == 0
    assert _mse(reduction="none")(empty, empty).shape == (0,)


def test_dtype():
    assert _mse()(T.astype("float64"), P.astype("float64")).dtype == np.float32
    assert _mse(dtype="float64")(T, P).dtype == np.float64
    assert _mse().dtype == "float32"
    half = ops.cast(P, "bfloat16")
    assert _mse()(T, half).dtype == np.float32


@pytest.mark.parametrize("name", CLASSES)
def test_objects_reduce_their_functions(name):
    cls = getattr(losses, name)
    function = next(f for f, c in losses._CLASSES.items() if c is cls)
    rng = np.random.default_rng(1)
    p = rng.random((4, 3)).astype("float32")
    of_classes = ("SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "Circle")
    t = np.array([1, 2, 2, 1]) if name in of_classes else np.eye(3, dtype="float32")[[0, 2, 1, 1]]
    if name == "CTC":
        t, p = t.astype("int32"), rng.random((4, 5, 3)).astype("float32")
    kwargs = {"q": 0.5} if name == "CategoricalGeneralizedCrossEntropy" else {}
    np.testing.assert_allclose(cls()(t, p), np.mean(function(t, p, **kwargs)), rtol=1e-6)
    np.testing.assert_allclose(cls(reduction="sum")(t, p), np.sum(function(t, p, **kwargs)), rtol=1e-6)
    assert cls(name="other").name == "other"
    expected = {"Huber": "huber_loss"}.get(name, function.__name__)
    assert cls().name == expected


ARGUMENTS = {
    "Huber": {"delta": 2.0},
    "CosineSimilarity": {"axis": 0},
    "BinaryCrossentropy": {"from_logits": True, "label_smoothing": 0.1, "axis": 0},
    "CategoricalCrossentropy": {"from_logits": True, "label_smoothing": 0.1, "axis": 0},
    "SparseCategoricalCrossentropy": {"from_logits": True, "ignore_class": 2, "axis": 0},
    "BinaryFocalCrossentropy": {"apply_class_balancing": True, "alpha": 0.5, "gamma": 1.0, "label_smoothing": 0.1},
    "CategoricalFocalCrossentropy": {"alpha": 0.5, "gamma": 1.0, "label_smoothing": 0.1},
    "CategoricalGeneralizedCrossEntropy": {"q": 0.25},
    "Circle": {"gamma": 8.0, "margin": 0.3, "remove_diagonal": False},
    "Dice": {"axis": -1},
    "Tversky": {"alpha": 0.25, "beta": 2.0, "axis": [1, 2]},
}


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("given", [False, True])
def test_configurations(name, given):
    kwargs = {**ARGUMENTS.get(name, {}), "reduction": "sum", "name": "own", "dtype": "float64"} if given else {}
    loss = getattr(losses, name)(**kwargs)
    data = json.loads(json.dumps(losses.serialize(loss)))
    assert data["module"] == "keras.losses"
    assert data["class_name"] == name
    assert kwargs.items() <= data["config"].items()
    for other in (losses.deserialize(data), losses.get(data)):
        assert type(other) is type(loss)
        assert other.get_config() == loss.get_config()
        assert other.dtype == loss.dtype
        assert getattr(other, "_fn_kwargs", None) == loss._fn_kwargs


@pytest.mark.parametrize("name", sorted(losses._TABLE))
def test_every_name(name):
    found = losses.get(name)
    if name[0].isupper() and name not in losses.ALIASES:
        assert isinstance(found, losses.Loss)
        assert losses.as_loss(name).name == found.name
    else:
        assert found in losses._CLASSES
        assert type(losses.as_loss(name)) is losses._CLASSES[found]


def test_get():
    assert losses.get(None) is None
    loss = losses.Huber()
    assert losses.get(loss) is loss
    assert losses.as_loss(loss) is loss
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    with pytest.raises(UnknownNameError, match=r"Unknown loss 'mean_square_error'\. Did you mean 'mean_squared_error'"):
        losses.get("mean_square_error")
    with pytest.raises(UnknownNameError, match="Unknown loss 'accuracy'"):
        losses.as_loss("accuracy")


def test_a_user_s_function():
    def largest(y_true, y_pred):
        return ops.max(ops.abs(ops.subtract(y_true, y_pred)), axis=-1)

    loss = losses.as_loss(largest)
    assert loss.name == "largest"
    assert loss(T, P) == pytest.approx(5 / 3)
    assert loss(T, P, sample_weight=[0, 0, 1]) == pytest.approx(2 / 3)
    data = losses.serialize(loss)
    with saving.custom_object_scope({"largest": largest}):
        assert losses.deserialize(data).fn is largest


def test_a_user_s_class():
    class Pair(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.add(ops.subtract(y_pred["a"], y_true["a"]), ops.subtract(y_pred["b"], y_true["b"]))

    targets, predictions = {"a": np.zeros(2), "b": np.zeros(2)}, {"a": np.ones(2), "b": np.float64([2, 4])}
    loss = Pair(reduction="sum")
    assert loss(targets, predictions) == 8
    assert loss.name.startswith("pair")


def test_nested_lists_are_one_tensor():
    assert _mse()([[0.0, 1.0]], [[1.0, 1.0]]) == 0.5


def test_bad_arguments():
    with pytest.raises(ArgumentError, match=r"MeanSquaredError: reduction must be one of .*, got 'avg'"):
        _mse(reduction="avg")
    with pytest.raises(ArgumentError, match="Loss defines no call"):
        losses.Loss()(T, P)
    with pytest.raises(ShapeError, match="mean_squared_error"):
        _mse()(T, P[:2])
