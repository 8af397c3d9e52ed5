"""Forecasting: a GRU reads the last two days of an hourly series and says the next six hours.

The series is generated: a daily and a weekly swing, whose heights wander, and noise. What a forecast is worth is told by
a simple one: the same hours of the day before.

    python examples/time_series.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers

PAST, FUTURE, DAY = 48, 6, 24


def make_series(hours: int) -> np.ndarray:
    """A float32 array of shape (hours,)."""
    rng = np.random.default_rng(3)
    t = np.arange(hours)
    height = 1 + 0.3 * np.cumsum(rng.normal(size=hours)) / np.sqrt(hours)
    day = height * np.sin(2 * np.pi * t / DAY) + 0.4 * np.sin(4 * np.pi * t / DAY + 1)
    week = 0.6 * np.sin(2 * np.pi * t / (7 * DAY))
    noise = np.zeros(hours)
    for i in range(1, hours):  # each hour keeps most of the last one's deviation
        noise[i] = 0.9 * noise[i - 1] + 0.12 * rng.normal()
    return (day + week + noise).astype("float32")


def windows(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All stretches of the series: pasts of shape (n, PAST, 1) and the futures that follow, (n, FUTURE)."""
    whole = np.lib.stride_tricks.sliding_window_view(series, PAST + FUTURE)
    return whole[:, :PAST, np.newaxis], whole[:, PAST:]


def build_model() -> keras.Model:
    """A GRU, and a layer that says all hours of the future at once, as changes of the last one known."""
    past = keras.Input((PAST, 1))
    state = layers.GRU(32)(past)
    change = layers.Dense(FUTURE)(state)
    last = layers.Lambda(lambda x: x[:, -1])(past)
    return keras.Model(past, layers.Add()([change, last]), name="time_series")


def main(epochs: int = 15, hours: int = 4000) -> dict[str, float]:
    """Train, and return the mean absolute errors of the network and of the day before on the last fifth of the series."""
    keras.set_random_seed(1)
    series = make_series(hours)
    cut = hours * 4 // 5
    x_train, y_train = windows(series[:cut])
    x_test, y_test = windows(series[cut:])
    model = build_model()
    model.summary()
    slower = keras.optimizers.schedules.CosineDecay(1e-2, epochs * -(-len(x_train) // 64))
    model.compile(keras.optimizers.Adam(slower, clipnorm=1.0), "mse", metrics=["mae"])
    model.fit(x_train, y_train, batch_size=64, epochs=epochs, validation_data=(x_test, y_test))
    day_before = x_test[:, PAST - DAY : PAST - DAY + FUTURE, 0]
    results = {
        "network": float(np.abs(model.predict(x_test, verbose=0) - y_test).mean()),
        "day_before": float(np.abs(day_before - y_test).mean()),
    }
    print(f"mean absolute error: network {results['network']:.3f}, the day before {results['day_before']:.3f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=15)
    main(parser.parse_args().epochs)
