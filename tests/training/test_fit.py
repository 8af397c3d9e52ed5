"""`fit`: what it returns, and how the data are cut, ordered and weighted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import callbacks, layers, losses, optimizers


def _line(samples: int = 20) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(3).normal(size=(samples, 3)).astype("float32")
    return x, (x @ np.array([[1.0], [-2.0], [0.5]], "float32")) + np.float32(0.3)


def _linear(units: int = 1, optimizer: Any = None, loss: Any = "mse", **options: Any) -> pk.Sequential:
    pk.set_random_seed(0)
    model = pk.Sequential([pk.Input((3,)), layers.Dense(units)])
    model.compile(optimizer or optimizers.SGD(0.1), loss, **options)
    return model


class _Seen(pk.Model):
    """Remembers the inputs of its training steps; run it eagerly."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(1)
        self.seen: list[np.ndarray] = []

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def train_step(self, data: Any) -> dict[str, Any]:
        self.seen.append(np.array(data[0])[:, 0])
        return super().train_step(data)


def _orders(shuffle: bool, epochs: int = 2, seed: int = 5, batch_size: int = 4) -> list[list[int]]:
    pk.set_random_seed(seed)
    model = _Seen()
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.arange(10, dtype="float32")[:, None] * np.ones((1, 2), "float32")
    model.fit(x, x[:, :1], batch_size=batch_size, epochs=epochs, shuffle=shuffle, verbose=0)
    rows = np.concatenate(model.seen).astype(int).reshape(epochs, 10)
    assert [len(b) for b in model.seen[:3]] == [4, 4, 2]
    return [list(r) for r in rows]


def test_history_has_a_value_of_every_log_per_epoch() -> None:
    x, y = _line()
    model = _linear(metrics=["mae"])
    history = model.fit(x, y, epochs=3, validation_data=(x[:5], y[:5]), verbose=0)
    assert isinstance(history, callbacks.History)
    assert history is model.history
    assert list(history.history) == ["loss", "mae", "val_loss", "val_mae"]
    assert all(len(values) == 3 for values in history.history.values())
    assert all(type(v) is float for values in history.history.values() for v in values)
    assert history.epoch == [0, 1, 2]
    assert history.history["loss"][2] < history.history["loss"][0]


def test_one_step_of_sgd_is_the_one_computed_by_hand() -> None:
    x, y = _line()
    model = _linear()
    kernel, bias = model.get_weights()
    error = x @ kernel + bias - y
    history = model.fit(x, y, batch_size=20, epochs=1, verbose=0)
    assert history.history["loss"] == [pytest.approx(float(np.mean(error**2)), rel=1e-5)]
    new_kernel, new_bias = model.get_weights()
    np.testing.assert_allclose(new_kernel, kernel - 0.1 * 2 * x.T @ error / 20, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(new_bias, bias - 0.1 * 2 * error.mean(0), rtol=1e-5, atol=1e-6)


def test_the_epochs_loss_is_the_mean_over_samples_of_unequal_batches() -> None:
    x, y = _line(7)
    model = _linear(optimizer=optimizers.SGD(0.0))
    history = model.fit(x, y, batch_size=3, epochs=1, verbose=0)
    whole = float(np.mean((model.predict(x) - y) ** 2))
    assert history.history["loss"][0] == pytest.approx(whole, rel=1e-5)
    assert model.evaluate(x, y, batch_size=4, verbose=0) == pytest.approx(whole, rel=1e-5)


def test_a_batch_larger_than_the_data_is_one_step() -> None:
    x, y = _line(6)
    model = _linear()
    model.fit(x, y, batch_size=100, epochs=2, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 2


def test_every_sample_is_seen_once_an_epoch_in_a_new_order() -> None:
    first, second = _orders(shuffle=True)
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    assert first != list(range(10))


def test_a_seed_fixes_the_order() -> None:
    assert _orders(True) == _orders(True)
    assert _orders(True) != _orders(True, seed=6)


def test_without_shuffling_samples_keep_their_order() -> None:
    assert _orders(False) == [list(range(10))] * 2


def test_a_seed_fixes_the_whole_run() -> None:
    x, y = _line()

    def run() -> list[float]:
        pk.set_random_seed(11)
        model = pk.Sequential([pk.Input((3,)), layers.Dense(8, "relu"), layers.Dropout(0.5), layers.Dense(1)])
        model.compile("adam", "mse")
        return model.fit(x, y, batch_size=4, epochs=3, verbose=0).history["loss"]

    assert run() == run()


def test_validation_split_takes_the_last_samples_and_does_not_train_on_them() -> None:
    x, y = _line(10)
    split, given = _linear(), _linear()
    by_split = split.fit(x, y, batch_size=4, epochs=2, validation_split=0.3, shuffle=False, verbose=0)
    held_out = (x[7:], y[7:])
    by_data = given.fit(x[:7], y[:7], batch_size=4, epochs=2, validation_data=held_out, shuffle=False, verbose=0)
    assert by_split.history == by_data.history
    for a, b in zip(split.get_weights(), given.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_validation_every_second_epoch() -> None:
    x, y = _line()
    history = _linear().fit(x, y, epochs=5, validation_split=0.2, validation_freq=2, verbose=0)
    assert len(history.history["loss"]) == 5
    assert len(history.history["val_loss"]) == 2


def test_validation_after_the_epochs_of_a_list_and_counted_from_the_first_of_all() -> None:
    x, y = _line()
    history = _linear().fit(x, y, epochs=5, validation_split=0.2, validation_freq=[1, 2, 5], verbose=0)
    assert len(history.history["val_loss"]) == 3
    history = _linear().fit(x, y, initial_epoch=1, epochs=4, validation_split=0.2, validation_freq=2, verbose=0)
    assert len(history.history["val_loss"]) == 2  # after the second and the fourth
    with pytest.raises(pk.errors.ArgumentError, match="validation_freq must be a positive int or a list"):
        _linear().fit(x, y, validation_split=0.2, validation_freq=0, verbose=0)


def test_validation_data_may_have_weights() -> None:
    x, y = _line(4)
    weight = np.array([1, 0, 0, 0], "float32")
    model = _linear(optimizer=optimizers.SGD(0.0))
    history = model.fit(x, y, epochs=1, validation_data=(x, y, weight), verbose=0)
    expected = float((model.predict(x[:1]) - y[:1])[0, 0] ** 2) / 4
    assert history.history["val_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_initial_epoch_counts_towards_epochs() -> None:
    x, y = _line()
    history = _linear().fit(x, y, epochs=5, initial_epoch=3, verbose=0)
    assert history.epoch == [3, 4]
    assert _linear().fit(x, y, epochs=2, initial_epoch=2, verbose=0).epoch == []


def test_sample_weight_scales_the_gradient_of_a_sample() -> None:
    x, y = _line(4)
    weight = np.array([0, 2, 0, 1], "float32")
    model = _linear()
    kernel, bias = model.get_weights()
    error = (x @ kernel + bias - y) * weight[:, None]
    model.fit(x, y, sample_weight=weight, epochs=1, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.1 * 2 * x.T @ error / 4, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("one_hot", [False, True])
def test_class_weight_is_a_sample_weight_by_class(one_hot: bool) -> None:
    x, _ = _line(9)
    classes = np.arange(9) % 3
    y = np.eye(3, dtype="float32")[classes] if one_hot else classes
    loss = losses.CategoricalCrossentropy(True) if one_hot else losses.SparseCategoricalCrossentropy(True)
    by_class, by_sample = _linear(3, loss=loss), _linear(3, loss=loss)
    weights = np.array([1.0, 0.25, 3.0], "float32")[classes]
    a = by_class.fit(x, y, class_weight={1: 0.25, 2: 3.0}, epochs=2, shuffle=False, verbose=0)
    b = by_sample.fit(x, y, sample_weight=weights, epochs=2, shuffle=False, verbose=0)
    assert a.history == b.history


def test_fit_continues_where_it_was() -> None:
    x, y = _line()
    whole, parts = _linear(optimizer="adam"), _linear(optimizer="adam")
    expected = whole.fit(x, y, batch_size=20, epochs=4, shuffle=False, verbose=0).history["loss"]
    got = [parts.fit(x, y, batch_size=20, epochs=1, shuffle=False, verbose=0).history["loss"][0] for _ in range(4)]
    assert got == expected


def test_weights_set_between_fits_are_used() -> None:
    x, y = _line()
    model = _linear(optimizer=optimizers.SGD(0.0))
    model.fit(x, y, epochs=1, verbose=0)
    exact = [np.array([[1.0], [-2.0], [0.5]], "float32"), np.array([0.3], "float32")]
    model.set_weights(exact)
    assert model.fit(x, y, epochs=1, verbose=0).history["loss"][0] < 1e-10


def test_learning_rate_set_between_fits_is_used() -> None:
    x, y = _line()
    model = _linear()
    model.fit(x, y, epochs=1, verbose=0)
    before = model.get_weights()
    model.optimizer.learning_rate = 0.0
    model.fit(x, y, epochs=1, verbose=0)
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_frozen_layers_stay_and_thawed_ones_move_again() -> None:
    x, y = _line()
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile(optimizers.SGD(0.01, momentum=0.9), "mse")
    model.fit(x, y, epochs=1, verbose=0)
    before = model.get_weights()
    model.layers[0].trainable = False
    model.compile(optimizers.SGD(0.01, momentum=0.9), "mse")
    model.fit(x, y, epochs=1, verbose=0)
    frozen = model.layers[0].get_weights()
    np.testing.assert_array_equal(frozen[0], before[0])
    assert not np.array_equal(model.layers[1].get_weights()[0], before[2])
    model.layers[0].trainable = True
    model.compile(optimizers.SGD(0.01), "mse")
    model.fit(x, y, epochs=1, verbose=0)
    assert not np.array_equal(model.layers[0].get_weights()[0], before[0])


def test_freezing_without_compile_takes_effect_on_the_next_step() -> None:
    x, y = _line()
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile(optimizers.SGD(0.01, momentum=0.9), "mse")
    model.fit(x, y, epochs=1, verbose=0)
    before = model.get_weights()
    model.layers[0].trainable = False
    model.fit(x, y, epochs=1, verbose=0)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], before[0])
    assert not np.array_equal(model.layers[1].get_weights()[0], before[2])


def test_a_callback_can_end_training() -> None:
    x, y = _line()

    class Stop(callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.model.stop_training = epoch == 1

    assert _linear().fit(x, y, epochs=9, callbacks=[Stop()], verbose=0).epoch == [0, 1]


def test_callbacks_are_called_in_order_with_logs() -> None:
    x, y = _line(8)
    calls: list[Any] = []

    def note(name: str) -> Any:
        return lambda *args: calls.append((name, *(sorted(a) if isinstance(a, dict) else a for a in args)))

    names = ("on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_train_batch_end", "on_test_begin",
             "on_test_batch_end", "on_test_end", "on_epoch_end", "on_train_end")  # fmt: skip
    listener = callbacks.LambdaCallback(**{name: note(name) for name in names})
    _linear().fit(x, y, batch_size=4, epochs=1, validation_data=(x, y), callbacks=[listener], verbose=0)
    assert calls == [
        ("on_train_begin", None),
        ("on_epoch_begin", 0, None),
        ("on_train_batch_begin", 0, None),
        ("on_train_batch_end", 0, ["loss"]),
        ("on_train_batch_begin", 1, None),
        ("on_train_batch_end", 1, ["loss"]),
        ("on_test_begin", None),
        ("on_test_batch_end", 0, ["loss"]),
        ("on_test_batch_end", 1, ["loss"]),
        ("on_test_end", ["loss"]),
        ("on_epoch_end", 0, ["loss", "val_loss"]),
        ("on_train_end", ["loss", "val_loss"]),
    ]
