"""Metrics as objects: state over batches, weights, names, configurations."""

import json

import numpy as np
import pytest

from polykeras import losses, masking, metrics, ops, saving
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError
from polykeras.scope import current_backend
from polykeras.variable import StatelessScope, Variable

RNG = np.random.default_rng(0)
REAL, TARGET = RNG.normal(size=(2, 6, 3)).astype("float32")
PROBABILITIES = (1 / (1 + np.exp(-REAL))).astype("float32")
SOFT = (np.exp(REAL) / np.exp(REAL).sum(-1, keepdims=True)).astype("float32")
BINARY = (TARGET > 0).astype("float32")
CLASSES = RNG.integers(0, 3, 6)
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]

# class: targets, predictions, the function whose mean it is
CASES = {
    "Accuracy": (BINARY, np.round(PROBABILITIES), metrics.accuracy),
    "BinaryAccuracy": (BINARY, PROBABILITIES, metrics.binary_accuracy),
    "CategoricalAccuracy": (ONE_HOT, SOFT, metrics.categorical_accuracy),
    "SparseCategoricalAccuracy": (CLASSES, SOFT, metrics.sparse_categorical_accuracy),
    "TopKCategoricalAccuracy": (ONE_HOT, SOFT, lambda t, p: metrics.top_k_categorical_accuracy(t, p, 5)),
    "SparseTopKCategoricalAccuracy": (CLASSES, SOFT, lambda t, p: metrics.sparse_top_k_categorical_accuracy(t, p, 5)),
    "MeanSquaredError": (TARGET, REAL, losses.mean_squared_error),
    "MeanAbsoluteError": (TARGET, REAL, losses.mean_absolute_error),
    "MeanAbsolutePercentageError": (TARGET, REAL, losses.mean_absolute_percentage_error),
    "MeanSquaredLogarithmicError": (TARGET, REAL, losses.mean_squared_logarithmic_error),
    "LogCoshError": (TARGET, REAL, losses.log_cosh),
    "CosineSimilarity": (TARGET, REAL, lambda t, p: -losses.cosine_similarity(t, p)),
    "Poisson": (BINARY, PROBABILITIES, losses.poisson),
    "KLDivergence": (SOFT[::-1], SOFT, losses.kl_divergence),
    "Hinge": (BINARY, REAL, losses.hinge),
    "SquaredHinge": (BINARY, REAL, losses.squared_hinge),
    "CategoricalHinge": (ONE_HOT, REAL, losses.categorical_hinge),
    "BinaryCrossentropy": (BINARY, PROBABILITIES, losses.binary_crossentropy),
    "CategoricalCrossentropy": (ONE_HOT, SOFT, losses.categorical_crossentropy),
    "SparseCategoricalCrossentropy": (CLASSES, SOFT, losses.sparse_categorical_crossentropy),
}
ARGUMENTS = {
    "BinaryAccuracy": {"threshold": 0.7},
    "TopKCategoricalAccuracy": {"k": 2},
    "SparseTopKCategoricalAccuracy": {"k": 1, "from_sorted_ids": True},
    "CosineSimilarity": {"axis": 0},
    "BinaryCrossentropy": {"from_logits": True, "label_smoothing": 0.1},
    "CategoricalCrossentropy": {"from_logits": True, "label_smoothing": 0.1, "axis": 0},
    "SparseCategoricalCrossentropy": {"from_logits": True, "ignore_class": 1, "axis": 0},
    "PearsonCorrelation": {"axis": 0},
    "ConcordanceCorrelation": {"axis": [0, 1]},
    "AUC": {"num_thresholds": 9, "curve": "PR", "multi_label": True, "label_weights": [1.0, 2.0], "from_logits": True},
    "FalseNegatives": {"thresholds": [0.3, 0.2]},
    "FalsePositives": {"thresholds": 0.3},
    "TrueNegatives": {"thresholds": 0.3},
    "TruePositives": {"thresholds": 0.3},
    "Precision": {"thresholds": 0.3, "top_k": 2, "class_id": 1},
    "Recall": {"thresholds": [0.3], "top_k": 2, "class_id": 1},
    "PrecisionAtRecall": {"recall": 0.3, "num_thresholds": 9, "class_id": 1},
    "RecallAtPrecision": {"precision": 0.3, "num_thresholds": 9, "class_id": 1},
    "SensitivityAtSpecificity": {"specificity": 0.3, "num_thresholds": 9, "class_id": 1},
    "SpecificityAtSensitivity": {"sensitivity": 0.3, "num_thresholds": 9, "class_id": 1},
    "F1Score": {"average": "macro", "threshold": 0.3},
    "FBetaScore": {"average": "micro", "beta": 2.0, "threshold": 0.3},
    "R2Score": {"class_aggregation": None, "num_regressors": 1},
    "BinaryIoU": {"target_class_ids": [1], "threshold": 0.3},
    "IoU": {
        "num_classes": 3, "target_class_ids": [1], "ignore_class": 0, "sparse_y_true": False, "sparse_y_pred": False,
        "axis": 1,
    },
    "MeanIoU": {"num_classes": 3, "ignore_class": 0, "sparse_y_true": False, "sparse_y_pred": False, "axis": 1},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0, "sparse_y_pred": True, "axis": 1},
    "OneHotMeanIoU": {"num_classes": 3, "ignore_class": 0, "sparse_y_pred": True, "axis": 1},
}  # fmt: skip
REQUIRED = {
    "IoU": {"num_classes": 3, "target_class_ids": [1, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1, 2]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
NAMES = [c.__name__ for c in metrics._CLASSES]
# Of those that have their formulas in the other files: targets and predictions for a compiled step.
OTHERS = {
    **dict.fromkeys(NAMES, (BINARY, PROBABILITIES)),
    "R2Score": (TARGET, REAL),
    "PearsonCorrelation": (TARGET, REAL),
    "ConcordanceCorrelation": (TARGET, REAL),
    "IoU": (CLASSES, CLASSES[::-1].copy()),
    "MeanIoU": (CLASSES, CLASSES[::-1].copy()),
    "OneHotIoU": (ONE_HOT, SOFT),
    "OneHotMeanIoU": (ONE_HOT, SOFT),
}


@pytest.mark.parametrize("name", CASES)
def test_the_mean_over_uneven_batches(name):
    t, p, function = CASES[name]
    metric = getattr(metrics, name)()
    for rows in (slice(0, 1), slice(1, 4), slice(4, 6)):
        metric.update_state(t[rows], p[rows])
    values = np.asarray(function(t, p), "float64")
    np.testing.assert_allclose(metric.result(), values.mean(), rtol=1e-5)
    metric.reset_state()
    assert metric.result() == 0
    weights = np.float32([1, 2, 0, 0.5, 3, 1])
    metric.update_state(t[:2], p[:2], sample_weight=weights[:2])
    metric.update_state(t[2:], p[2:], sample_weight=weights[2:, None])
    np.testing.assert_allclose(metric.result(), np.average(values, weights=weights), rtol=1e-5)


def test_root_mean_squared_error():
    metric = metrics.RootMeanSquaredError()
    metric.update_state(TARGET[:2], REAL[:2])
    metric.update_state(TARGET[2:], REAL[2:])
    np.testing.assert_allclose(metric.result(), np.sqrt(np.mean((TARGET - REAL) ** 2)), rtol=1e-6)
    assert metric([1.0, 2.0], [1.0, 2.0], [0, 0]) == pytest.approx(metric.result())


@pytest.mark.parametrize(
    ("values", "weight", "mean", "total"),
    [
        (3.0, None, 3.0, 3.0),
        (3.0, 4, 3.0, 12.0),
        (3.0, np.float32(4), 3.0, 12.0),
        ([1.0, 3.0], None, 2.0, 4.0),
        ([1.0, 3.0], [3.0, 1.0], 1.5, 6.0),
        ([1.0, 3.0], [[3.0], [1.0]], 1.5, 6.0),
        ([1.0, 3.0], 2, 2.0, 8.0),
        ([[1.0, 3.0], [5.0, 7.0]], None, 4.0, 16.0),
        ([[1.0, 3.0], [5.0, 7.0]], [1.0, 3.0], 5.0, 40.0),
        ([[1.0, 3.0], [5.0, 7.0]], [[1.0], [3.0]], 5.0, 40.0),
        ([[1.0, 3.0], [5.0, 7.0]], [[1.0, 0.0], [0.0, 1.0]], 4.0, 8.0),
        ([1.0, 3.0], [0.0, 0.0], 0.0, 0.0),
        ([1.0, 3.0], [1.0, -1.0], 0.0, -2.0),
    ],
)
def test_mean_and_sum(values, weight, mean, total):
    assert metrics.Mean()(values, sample_weight=weight) == pytest.approx(mean)
    assert metrics.Sum()(values, sample_weight=weight) == pytest.approx(total)


def test_each_sample_counts_once_however_long_it_is():
    metric = metrics.Mean()
    metric.update_state(np.ones((1, 10)))
    metric.update_state(np.zeros((1, 2)))
    assert metric.result() == 0.5


def test_nothing_seen():
    assert metrics.Mean().result() == 0
    assert metrics.Sum().result() == 0
    metric = metrics.Mean()
    metric.update_state(np.zeros((0,), "float32"))
    assert metric.result() == 0


def test_weights_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"sample_weight of shape \(3,\) does not fit values of shape \(2,\)"):
        metrics.Mean().update_state([1.0, 2.0], [1.0, 2.0, 3.0])


def test_targets_of_one_axis_have_a_value_per_sample():
    metric = metrics.MeanSquaredError()
    metric.update_state([1.0, 2.0, 3.0], [1.0, 2.0, 5.0])
    metric.update_state([0.0], [2.0])
    assert metric.result() == 2
    assert metrics.MeanSquaredError()([1.0, 2.0, 3.0], [1.0, 2.0, 5.0], [1, 1, 0]) == 0


def test_masked_predictions_do_not_count():
    p = np.float32([[1, 2], [3, 4]])
    masking.set_mask(p, np.array([True, False]))
    metric = metrics.MeanSquaredError()
    assert metric(np.zeros((2, 2)), p, sample_weight=[1, 1]) == 2.5
    metric.reset_state()
    assert metric(np.zeros((2, 2)), p) == 2.5


def test_variables():
    metric = metrics.Mean("loss", "float64")
    assert [v.path for v in metric.variables] == ["loss/total", "loss/count"]
    assert [v.dtype for v in metric.variables] == ["float64"] * 2
    assert not any(v.trainable for v in metric.variables)
    assert metric.dtype == "float64"


def test_stateless():
    metric = metrics.Mean()
    metric.update_state([7.0])
    state = metric.stateless_reset_state()
    state = metric.stateless_update_state(state, [1.0, 2.0])
    state = metric.stateless_update_state(state, [6.0], sample_weight=[2.0])
    assert metric.stateless_result(state) == 15 / 4
    assert metric.result() == 7
    with pytest.raises(ArgumentError, match="Metric 'mean' has 2 variables, got 1 values"):
        metric.stateless_result(state[:1])


@pytest.mark.filterwarnings("ignore:.*the weights are floating")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("Mean", "Sum")])
def test_in_a_compiled_step(name):
    t, p = CASES[name][:2] if name in CASES else OTHERS[name]
    metric, eager = (getattr(metrics, name)(**REQUIRED.get(name, {})) for _ in range(2))
    metric.build(t.shape, p.shape)

    def step(state, t, p, w):
        with StatelessScope(zip(metric.variables, state, strict=True)) as scope:
            metric.update_state(t, p, sample_weight=w)
            return [scope.value_of(v) for v in metric.variables], metric.result()

    run = current_backend().compile(step)
    state = [v.value for v in metric.variables]
    for rows in (slice(0, 2), slice(2, 4), slice(4, 6)):
        weight = np.float32([1, 0.5])
        state, result = run(state, t[rows], p[rows], weight)
        np.testing.assert_allclose(result, eager(t[rows], p[rows], weight), rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", [False, True])
def test_configurations(name, given):
    kwargs = {**ARGUMENTS.get(name, {}), "name": "own", "dtype": "float64"} if given else REQUIRED.get(name, {})
    metric = getattr(metrics, name)(**kwargs)
    data = json.loads(json.dumps(metrics.serialize(metric)))
    assert data["module"] == "keras.metrics"
    assert kwargs.items() <= data["config"].items()
    for other in (metrics.deserialize(data), metrics.get(data)):
        assert type(other) is type(metric)
        assert other.get_config() == metric.get_config()


@pytest.mark.parametrize("name", sorted(metrics._TABLE))
def test_every_name(name):
    if getattr(metrics._TABLE[name], "__name__", None) in REQUIRED:
        with pytest.raises(
            ArgumentError, match=rf"The metric {metrics._TABLE[name].__name__} needs arguments: give an"
        ):
            metrics.get(name)
    else:
        assert isinstance(metrics.get(name), metrics.Metric)


def test_get():
    assert metrics.get(None) is None
    metric = metrics.Mean()
    assert metrics.get(metric) is metric
    assert isinstance(metrics.get(metrics.Sum), metrics.Sum)
    assert type(metrics.get("mse")) is metrics.MeanSquaredError
    assert metrics.get("huber").name == "huber"
    with pytest.raises(UnknownNameError, match=r"Unknown metric 'acuracy'\. Did you mean 'accuracy'"):
        metrics.get("acuracy")


def test_a_user_s_function():
    def bias(y_true, y_pred):
        return ops.subtract(y_pred, y_true)

    metric = metrics.get(bias)
    assert metric.name == "bias"
    assert metric([[1.0], [2.0]], [[2.0], [5.0]]) == 2
    data = metrics.serialize(metric)
    other = metrics.deserialize(data, {"bias": bias})
    assert other([[1.0], [2.0]], [[2.0], [5.0]]) == 2
    with pytest.raises(UnknownNameError, match="Unknown function 'bias'"):
        metrics.deserialize(data)


class Largest(metrics.Metric):
    """A metric with a start of its own, a metric inside, and a variable of its own."""

    def __init__(self, name="largest"):
        super().__init__(name=name)
        self.largest = self.add_weight((), -np.inf, name="largest")
        self.mean = metrics.Mean()
        self.parts = [metrics.Sum(name="part")]
        self.extra = Variable(0.0, trainable=False, name="extra")

    def update_state(self, values):
        self.largest.assign(ops.maximum(self.largest.value, ops.max(values)))
        self.mean.update_state(values)
        self.parts[0].update_state(values)

    def result(self):
        return {"largest": self.largest.value, "mean": self.mean.result(), "sum": self.parts[0].result()}


def test_a_user_s_class():
    metric = Largest()
    assert metric([1.0, 5.0])["largest"] == 5
    assert metric([3.0]) == {"largest": 5, "mean": 3, "sum": 9}
    assert [v.name for v in metric.variables] == ["largest", "extra", "total", "count", "total"]
    metric.reset_state()
    assert metric.result() == {"largest": -np.inf, "mean": 0, "sum": 0}
    with saving.custom_object_scope({"Largest": Largest}), pytest.raises(ArgumentError, match="Largest cannot be made"):
        metrics.deserialize(metrics.serialize(metric))  # its constructor takes no dtype


def test_what_a_metric_must_define():
    for method in ("update_state", "result"):
        with pytest.raises(ArgumentError, match=f"Metric defines no {method}"):
            getattr(metrics.Metric(), method)()


def test_default_names():
    assert metrics.Metric().name.startswith("metric")
    assert repr(metrics.Mean("loss")) == "<Mean name=loss>"
