"""All other callbacks, and lists of them."""

import csv
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

from polykeras import callbacks, layers, models, optimizers
from polykeras.errors import ArgumentError, DivergedError
from polykeras.utils import set_random_seed

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X[:, :1]


def _model(optimizer="sgd", metrics=()):
    set_random_seed(1)
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile(optimizer, "mse", metrics=list(metrics))
    return model


def _fit(model, *own, epochs=2, **kwargs):
    return model.fit(X, Y, 4, epochs=epochs, callbacks=list(own), shuffle=False, **{"verbose": 0, **kwargs})


# ---- learning rates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (lambda epoch: 1.0 / (epoch + 1), [1.0, 0.5]),
        (lambda epoch, rate: rate * 0.5, [0.005, 0.0025]),
        (lambda *both: np.float32(both[1] + 1), [1.01, 2.01]),
    ],
)
def test_learning_rate_scheduler(schedule, rates, capsys):
    model = _model()
    history = _fit(model, callbacks.LearningRateScheduler(schedule, verbose=1))
    np.testing.assert_allclose(history.history["learning_rate"], rates, rtol=1e-6)
    assert capsys.readouterr().out.startswith("Epoch 1: LearningRateScheduler sets learning_rate to ")


def test_learning_rate_scheduler_refusals():
    with pytest.raises(ArgumentError, match=r"schedule must be a function, got 0\.1"):
        callbacks.LearningRateScheduler(0.1)
    with pytest.raises(ArgumentError, match="the schedule must give a float, got 'fast'"):
        _fit(_model(), callbacks.LearningRateScheduler(lambda epoch: "fast"))

    def broken(epoch, rate):
        raise TypeError("of the function's own")

    with pytest.raises(TypeError, match="of the function's own"):
        _fit(_model(), callbacks.LearningRateScheduler(broken))


# ---- averages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [False, True])
def test_averages_are_evaluated_and_the_weights_trained(wrapped):
    def optimizer():
        inner = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
        return optimizers.LossScaleOptimizer(inner, 2.0) if wrapped else inner

    plain, swapping = _model(optimizer()), _model(optimizer())
    plain.fit(X, Y, 4, epochs=1, shuffle=False, verbose=0)  # ends with the averages
    swap = callbacks.SwapEMAWeights()
    seen = []
    note = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(swapping.get_weights()[0]))
    history = _fit(swapping, swap, note, epochs=1, validation_data=(X, Y))
    np.testing.assert_allclose(history.history["val_loss"], [plain.evaluate(X, Y, verbose=0)], rtol=1e-6)
    np.testing.assert_array_equal(swapping.get_weights()[0], plain.get_weights()[0])
    assert np.any(seen[0] != swapping.get_weights()[0])


def test_averages_between_epochs():
    model = _model(optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    other = _model(optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    ends, begins, raw = [], [], []
    swap = callbacks.SwapEMAWeights(swap_on_epoch=True)
    note = callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: begins.append(model.get_weights()[0]),
        on_epoch_end=lambda epoch, logs: ends.append(model.get_weights()[0]),
    )
    _fit(model, swap, note, epochs=3)
    plain = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: raw.append(other.get_weights()[0]))
    _fit(other, plain, epochs=3)
    np.testing.assert_array_equal(begins[1:], raw[:2])
    np.testing.assert_array_equal(ends[-1], other.get_weights()[0])
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])


def test_averages_for_predictions_and_their_absence():
    model = _model(optimizers.SGD(0.1, use_ema=True))
    first = model.predict(X, callbacks=[callbacks.SwapEMAWeights()])
    np.testing.assert_array_equal(first, model.predict(X))  # nothing to average yet
    _fit(model)
    model.layers[-1].kernel.assign(np.full((3, 1), 7.0))
    swapped = model.predict(X, callbacks=[callbacks.SwapEMAWeights()])
    assert np.any(swapped != model.predict(X))
    assert (model.get_weights()[0] == 7).all()
    with pytest.raises(ArgumentError, match=r"SwapEMAWeights: sgd\w* keeps no averages\. Make it with use_ema=True"):
        _model().evaluate(X, Y, callbacks=[callbacks.SwapEMAWeights()], verbose=0)


# ---- logs elsewhere --------------------------------------------------------------------------------------------------


def _rows(path, separator=","):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=separator))


def test_csv_logger(tmp_path):
    path = tmp_path / "log.csv"
    model = _model(metrics=["mae"])
    history = _fit(model, callbacks.CSVLogger(path), validation_data=(X, Y))
    rows = _rows(path)
    assert rows[0] == ["epoch", *sorted(history.history)]
    assert [row[0] for row in rows[1:]] == ["0", "1"]
    assert [float(row[1]) for row in rows[1:]] == history.history[rows[0][1]]
    _fit(model, callbacks.CSVLogger(str(path), append=True), epochs=3, initial_epoch=2, validation_data=(X, Y))
    assert [row[0] for row in _rows(path)] == ["epoch", "0", "1", "2"]
    _fit(model, callbacks.CSVLogger(path, ";"), epochs=1)
    assert _rows(path, ";")[0] == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    assert _rows(path, ";")[1][3:] == ["NA", "NA"]


def test_csv_logger_with_vectors(tmp_path):
    logger = callbacks.CSVLogger(tmp_path / "log.csv")
    logger.on_epoch_end(4, {"a": [1, 2], "b": np.array([3.0]), "c": np.array(4), "val_d": "text"})
    logger.on_train_end()
    assert _rows(tmp_path / "log.csv")[1] == ["4", "[1, 2]", "[3.0]", "4", "text"]


@pytest.fixture
def server():
    """A server's address, and what it was sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append((self.path, dict(self.headers), body))
            self.send_response(500 if self.path == "/fail" else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", received
        http.shutdown()
        thread.join()


def test_remote_monitor(server):
    root, received = server
    logs = {"loss": np.float32(0.5), "counts": np.array([1, 2]), "word": "x"}
    callbacks.RemoteMonitor(root, headers={"X-Run": "7"}).on_epoch_end(3, logs)
    callbacks.RemoteMonitor(root, "/json", send_as_json=True).on_epoch_end(3, logs)
    expected = {"epoch": 3, "loss": 0.5, "counts": [1, 2], "word": "x"}
    path, headers, body = received[0]
    assert path == "/publish/epoch/end/"
    assert headers["X-Run"] == "7"
    assert json.loads(parse_qs(body)["data"][0]) == expected
    path, headers, body = received[1]
    assert (path, headers["Content-Type"], json.loads(body)) == ("/json", "application/json", expected)


def test_a_server_that_does_not_answer_is_warned_about(server):
    with pytest.warns(UserWarning, match=r"RemoteMonitor could not reach http://127\.0\.0\.1:\d+: .*500"):
        callbacks.RemoteMonitor(server[0], "/fail").on_epoch_end(0, {})
    with pytest.warns(UserWarning, match=r"RemoteMonitor could not reach http://127\.0\.0\.1:9"):
        callbacks.RemoteMonitor("http://127.0.0.1:9").on_epoch_end(0, {})
    with pytest.raises(ArgumentError, match="must begin with http:// or https://, got 'file:///tmp'"):
        callbacks.RemoteMonitor("file:///tmp")


# ---- batches, lists and display --------------------------------------------------------------------------------------


def test_terminate_on_nan_raises_if_wanted():
    with pytest.raises(DivergedError, match="Epoch 1, batch 2: the loss is nan"):
        model, y = _model(), Y.copy()
        y[5] = np.nan
        model.fit(X, y, 4, shuffle=False, callbacks=[callbacks.TerminateOnNaN(raise_error=True)], verbose=0)


@pytest.mark.parametrize("name", ["on_batch_end", "on_train_batch_end"])
def test_both_names_of_batch_methods(name):
    seen = []
    own = type("Own", (callbacks.Callback,), {name: lambda self, batch, logs=None: seen.append((batch, sorted(logs)))})
    _fit(_model(), own(), epochs=1)
    assert seen == [(0, ["loss"]), (1, ["loss"])]


def test_a_list_calls_all_of_its_callbacks():
    calls = []
    names = [n for n in dir(callbacks.Callback) if n.startswith("on_")]
    note = callbacks.LambdaCallback(**{n: lambda *args, n=n: calls.append((n, args)) for n in names})
    listed = callbacks.CallbackList([note, [note]], model=None, epochs=3)
    assert note.params == {"epochs": 3}
    for name in names:
        args = (7, {"loss": 1.0}) if "epoch" in name or "batch" in name else ({"loss": 1.0},)
        getattr(listed, name)(*args)
        assert calls == [(name, args)] * 2
        calls.clear()
    assert listed.watches_batches(True)
    assert not callbacks.CallbackList(callbacks.CallbackList([callbacks.History()])).watches_batches(True)


def test_a_list_adds_what_is_wanted():
    model = _model()
    listed = callbacks.CallbackList(add_history=True, add_progbar=True, model=model, verbose=0, epochs=1, steps=2)
    assert [type(c) for c in listed.callbacks] == [callbacks.History, callbacks.ProgbarLogger]
    assert model.history is listed.callbacks[0]
    own = callbacks.History()
    assert callbacks.CallbackList(own, add_history=True).callbacks == [own]
    with pytest.raises(ArgumentError, match="callbacks: expected Callback objects, got 3"):
        callbacks.CallbackList([3])


def test_the_logger_takes_the_place_of_the_display(capsys):
    history = _fit(_model(), callbacks.ProgbarLogger(), verbose=2, validation_data=(X, Y))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Epoch 1/2 - 2 steps - ")
    assert lines[1].endswith(f"loss: {history.history['loss'][1]:.4f} - val_loss: {history.history['val_loss'][1]:.4f}")
    _model().evaluate(X, Y, callbacks=[callbacks.ProgbarLogger()], verbose=2)
    assert capsys.readouterr().out.count("loss: ") == 1
    _fit(_model(), callbacks.ProgbarLogger(), verbose=0)
    assert capsys.readouterr().out == ""


def test_unknown_methods_are_refused():
    with pytest.raises(ArgumentError, match=r"no method 'on_epoch_finish'\. Did you mean .*'on_epoch_begin'"):
        callbacks.LambdaCallback(on_epoch_finish=print)


def test_early_stopping_in_fit():
    model = _model(optimizers.SGD(0.1))
    best = callbacks.EarlyStopping("loss", mode="max", restore_best_weights=True, patience=1)  # worse is better
    after = []
    note = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: after.append(model.get_weights()[0]))
    assert len(_fit(model, best, note, epochs=9).epoch) == 2
    np.testing.assert_array_equal(model.get_weights()[0], after[0])
