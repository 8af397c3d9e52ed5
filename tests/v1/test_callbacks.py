"""Keras 1's callbacks: a batch's own values, what is in ``params``, event files."""

import numpy as np
import pytest

from polykeras.v1 import callbacks, layers, models


def _model():
    model = models.Sequential([layers.Dense(1, input_dim=2, W_regularizer="l2")])
    model.set_weights([np.array([[1.0], [2.0]]), np.array([0.5])])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def _data(samples=10):
    rng = np.random.default_rng(0)
    return rng.normal(size=(samples, 2)).astype("float32"), rng.normal(size=(samples, 1)).astype("float32")


class Watching(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.begun, self.ended, self.epochs = [], [], []

    def on_batch_begin(self, batch, logs=None):
        self.begun.append((batch, dict(logs)))

    def on_batch_end(self, batch, logs=None):
        self.ended.append(dict(logs, weights=self.model.get_weights()))

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(dict(logs))


def test_a_batch_has_its_own_values():
    model, watching = _model(), Watching()
    x, y = _data()
    before = model.get_weights()
    model.fit(x, y, batch_size=4, nb_epoch=1, verbose=0, shuffle=False, callbacks=[watching])
    assert watching.begun == [(i, {"batch": i, "size": n}) for i, n in enumerate((4, 4, 2))]
    for i, logs in enumerate(watching.ended):
        w, b = before
        error = (x @ w + b - y)[4 * i : 4 * i + 4]
        assert (logs["batch"], logs["size"]) == (i, len(error))
        np.testing.assert_allclose(logs["loss"], np.mean(error**2) + 0.01 * np.sum(w**2), rtol=1e-5)
        np.testing.assert_allclose(logs["mean_absolute_error"], np.mean(np.abs(error)), rtol=1e-5)
        before = logs["weights"]
    (epoch,) = watching.epochs
    mean = sum(logs["loss"] * logs["size"] for logs in watching.ended) / 10
    np.testing.assert_allclose(epoch["loss"], mean, rtol=1e-6)


def test_functions_get_a_batchs_own_values_from_a_generator_too():
    seen = []
    watching = callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append((batch, logs["size"])))

    def batches():
        while True:
            for n in (4, 2):
                yield _data(n)

    _model().fit_generator(batches(), 12, 1, verbose=0, callbacks=[watching])
    assert seen == [(0, 4), (1, 2), (2, 4), (3, 2)]


def test_params_are_those_of_keras_1():
    watching, (x, y) = Watching(), _data()
    _model().fit(x, y, batch_size=4, nb_epoch=2, verbose=0, validation_split=0.2, callbacks=[watching])
    names = ["loss", "mean_absolute_error"]
    expected = {
        "batch_size": 4, "nb_epoch": 2, "nb_sample": 8, "verbose": 0, "do_validation": True,
        "metrics": [*names, *(f"val_{n}" for n in names)],
    }  # fmt: skip
    assert expected.items() <= watching.params.items()


def test_only_what_watches_batches_makes_steps_run_one_at_a_time():
    assert Watching().watches_batches(True)
    assert callbacks.LambdaCallback(on_batch_begin=print).watches_batches(True)
    quiet = [
        callbacks.EarlyStopping(), callbacks.History(), callbacks.LambdaCallback(on_epoch_end=print),
        callbacks.ModelCheckpoint("x"), callbacks.ReduceLROnPlateau(), callbacks.LearningRateScheduler(float),
        callbacks.CSVLogger("x"), callbacks.RemoteMonitor(), callbacks.TensorBoard(), callbacks.BaseLogger(),
    ]  # fmt: skip
    assert not any(c.watches_batches(True) or c.watches_batches(False) for c in quiet)


def test_a_subclass_of_any_callback_gets_a_batchs_own_values():
    class Stopping(callbacks.EarlyStopping):
        sizes: tuple = ()

        def on_batch_end(self, batch, logs=None):
            self.sizes += (logs["size"],)

    stopping, (x, y) = Stopping("loss"), _data()
    _model().fit(x, y, batch_size=4, nb_epoch=1, verbose=0, callbacks=[stopping])
    assert stopping.sizes == (4, 4, 2)


def test_event_files_have_the_names_of_the_logs(tmp_path, monkeypatch):
    monkeypatch.setenv(
        "KERAS_HOME", str(tmp_path / "home")
    )  # what reads event files may import Keras, which writes there
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    x, y = _data()
    board = callbacks.TensorBoard(str(tmp_path / "logs"), histogram_freq=1, write_images=True)
    history = _model().fit(x, y, nb_epoch=2, verbose=0, validation_split=0.2, callbacks=[board]).history
    found = accumulators.EventAccumulator(str(tmp_path / "logs"))
    found.Reload()
    tags = found.Tags()
    assert set(tags["scalars"]) == set(history)
    for name, values in history.items():
        np.testing.assert_allclose([event.value for event in found.Scalars(name)], values, rtol=1e-6)
    assert len(tags["histograms"]) == len(tags["images"]) == 2
    assert tags["graph"]
