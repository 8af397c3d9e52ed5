"""Metrics in `fit`: those whose variables depend on the data, and those with several results."""

import numpy as np
import pytest

from polykeras import layers, metrics, models, ops
from polykeras.callbacks.progress import format_logs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
Y = (X[:, :3] > 0).astype("float32")
WEIGHTS = RNG.random(40).astype("float32")


class Largest(metrics.Metric):
    """Makes its variable when it sees the first batch, as metrics written for Keras do."""

    def __init__(self):
        super().__init__(name="largest")
        self.largest = None

    def update_state(self, y_true, y_pred, sample_weight=None):
        if self.largest is None:
            self.largest = self.add_variable((y_pred.shape[1],), name="largest")
        self.largest.assign(ops.maximum(self.largest.value, ops.max(y_pred, axis=0)))

    def result(self):
        return self.largest.value


def _metrics():
    return [
        metrics.AUC(multi_label=True, name="auc"),
        metrics.F1Score(name="f1"),
        metrics.F1Score("macro", threshold=0.5, name="macro"),
        metrics.R2Score(name="r2"),
        metrics.TruePositives([0.2, 0.5], name="tp"),
        Largest(),
    ]


@pytest.mark.parametrize("eager", [False, True], ids=["compiled", "eager"])
@pytest.mark.parametrize("functional", [False, True], ids=["sequential", "functional"])
def test_fit_and_evaluate(functional, eager):
    if functional:
        inputs = layers.Input((4,))
        model = models.Model(inputs, layers.Dense(3, "sigmoid")(inputs))
    else:
        model = models.Sequential([layers.Dense(3, "sigmoid")])
    weighted = [metrics.F1Score("micro", 0.5, name="weighted"), metrics.AUC(curve="PR", name="pr")]
    model.compile("sgd", "mse", metrics=_metrics(), weighted_metrics=weighted, run_eagerly=eager)
    data = {"sample_weight": WEIGHTS, "batch_size": 16, "verbose": 0}
    history = model.fit(X, Y, epochs=2, validation_data=(X, Y, WEIGHTS), **data).history
    logs = model.evaluate(X, Y, return_dict=True, **data)
    y_pred = model.predict(X, verbose=0)
    for metric in _metrics():
        expected = np.asarray(metric(Y, y_pred))
        # An R2 near 0 is 1 minus a number near 1: what is left has that number's rounding errors.
        np.testing.assert_allclose(logs[metric.name], expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(history[f"val_{metric.name}"][-1], expected, rtol=1e-5, atol=1e-6)
        assert isinstance(logs[metric.name], float) == (expected.ndim == 0)
    for metric in (metrics.F1Score("micro", 0.5, name="weighted"), metrics.AUC(curve="PR", name="pr")):
        assert logs[metric.name] == pytest.approx(float(metric(Y, y_pred, WEIGHTS)), rel=1e-5)
    assert len(history["f1"]) == 2
    assert history["f1"][0].shape == (3,)


def test_batches_of_epochs_are_not_mixed():
    model = models.Sequential([layers.Dense(3)])
    model.compile("sgd", "mse", metrics=[metrics.TruePositives(0, name="tp")])
    history = model.fit(X, np.ones((40, 3)), epochs=3, verbose=0, batch_size=7).history
    assert max(history["tp"]) <= 120


def test_several_numbers_are_shown_as_their_mean():
    assert format_logs({"loss": 0.5, "f1": np.array([0.2, 0.4])}) == "loss: 0.5000 - f1: 0.3000"
