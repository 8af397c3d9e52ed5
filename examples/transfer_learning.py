"""Transfer learning: a network that knows the digits 0 to 4 learns 5 to 9 from ten images each.

First it learns five digits from all their images. Its convolutions are then frozen and a new head is trained; at last
everything is tuned at a low rate.

    python examples/transfer_learning.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers

EACH = 10
"""Images of each new digit."""


def build_base() -> keras.Model:
    """From images of shape (8, 8, 1) to 64 features."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.BatchNormalization(),
        ],
        name="base",
    )


def with_head(base: keras.Model) -> keras.Model:
    """`base` with a new layer on top that tells five classes apart."""
    image = keras.Input((8, 8, 1))
    return keras.Model(image, layers.Dense(5)(base(image, training=False)))


def train(model: keras.Model, x: np.ndarray, y: np.ndarray, rate: float, epochs: int) -> None:
    """Fit `model` silently."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)


def main(epochs: int = 20) -> dict[str, float]:
    """Return the accuracies on unseen images: the old digits, the new head on the new ones, and after tuning."""
    keras.set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
    x_train, x_test = (x[..., np.newaxis].astype("float32") / 16 for x in (x_train, x_test))
    old = y_train < 5
    few = np.concatenate([np.flatnonzero(y_train == digit)[:EACH] for digit in range(5, 10)])
    x_few, y_few = x_train[few], y_train[few] - 5
    test = x_test[y_test >= 5], y_test[y_test >= 5] - 5

    base = build_base()
    model = with_head(base)
    train(model, x_train[old], y_train[old], 2e-3, epochs)
    results = {"old_digits": model.evaluate(x_test[y_test < 5], y_test[y_test < 5], verbose=0)[1]}

    base.trainable = False
    model = with_head(base)
    model.summary()  # says how many parameters are frozen
    frozen = [w.copy() for w in base.get_weights()]
    train(model, x_few, y_few, 1e-2, 3 * epochs)
    assert all(np.array_equal(a, b) for a, b in zip(frozen, base.get_weights(), strict=True))
    results["new_head"] = model.evaluate(*test, verbose=0)[1]

    base.trainable = True
    train(model, x_few, y_few, 3e-4, epochs)  # compiles anew, which a change of `trainable` needs
    results["tuned"] = model.evaluate(*test, verbose=0)[1]

    print(", ".join(f"{name} {value:.3f}" for name, value in results.items()))
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    main(parser.parse_args().epochs)
