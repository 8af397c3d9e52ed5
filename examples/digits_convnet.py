"""Handwritten digits, told apart by a small convolutional network.

python examples/digits_convnet.py
KERAS_BACKEND=jax python examples/digits_convnet.py --epochs 5
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers


def load_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Images of shape (n, 8, 8, 1) with values from 0 to 1 and their digits, to train on and to test with."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
    x_train, x_test = (x[..., np.newaxis].astype("float32") / 16 for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def build_model() -> keras.Model:
    """Three convolutions, the first two with batch normalisation."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
            layers.Conv2D(32, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ],
        name="digits_convnet",
    )


def main(epochs: int = 20) -> dict[str, float]:
    """Train, and return loss and accuracy on images the network has not seen."""
    keras.set_random_seed(1)
    x_train, y_train, x_test, y_test = load_digits()
    model = build_model()
    model.summary()
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        x_train,
        y_train,
        batch_size=64,
        epochs=epochs,
        validation_split=0.1,
        callbacks=[keras.callbacks.EarlyStopping("val_accuracy", patience=5, restore_best_weights=True)],
    )
    results = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
    print(f"test accuracy {results['accuracy']:.4f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    main(parser.parse_args().epochs)
