"""A convolutional autoencoder squeezes digits into eight numbers, and draws what it makes of them.

python examples/autoencoder.py --picture reconstructions.png
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers

CODE = 8


def build_models() -> tuple[keras.Model, keras.Model]:
    """The autoencoder, and the part of it that makes the codes; images have shape (8, 8, 1), codes (8,)."""
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)
    code = layers.Dense(CODE, name="code")(layers.Flatten()(x))
    x = layers.Reshape((2, 2, 32))(layers.Dense(2 * 2 * 32, activation="relu")(code))
    x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    again = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
    return keras.Model(image, again, name="autoencoder"), keras.Model(image, code, name="encoder")


def draw(path: str, originals: np.ndarray, again: np.ndarray, zoom: int = 8) -> None:
    """Save a picture: the originals in the first row, their reconstructions in the second."""
    around = ((0, 0), (1, 1), (1, 1), (0, 0))
    rows = [np.concatenate(list(np.pad(images, around)), axis=1) for images in (originals, again)]
    picture = 1 - np.concatenate(rows, axis=0)  # dark ink on a light ground
    keras.utils.save_img(path, np.kron(picture[..., 0], np.ones((zoom, zoom)))[..., np.newaxis] * 255, scale=False)


def main(epochs: int = 40, picture: str | None = None) -> dict[str, float]:
    """Train, and return the mean squared error on unseen digits, and that of always giving the mean image."""
    keras.set_random_seed(1)
    (x_train, _), (x_test, _) = keras.datasets.digits.load_data()
    x_train, x_test = (x[..., np.newaxis].astype("float32") / 16 for x in (x_train, x_test))
    model, encoder = build_models()
    model.summary()
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy", metrics=["mse"])
    model.fit(x_train, x_train, batch_size=64, epochs=epochs)
    again = model.predict(x_test, verbose=0)
    results = {
        "error": float(np.mean((again - x_test) ** 2)),
        "mean_image": float(np.mean((x_train.mean(0) - x_test) ** 2)),
        "numbers_in_a_code": float(encoder.predict(x_test, verbose=0).shape[1]),
    }
    print(f"squared error {results['error']:.4f}; of the mean image {results['mean_image']:.4f}")
    if picture:
        draw(picture, x_test[:16], again[:16])
        print(f"originals over reconstructions: {picture}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--picture", help="where to save a picture of reconstructions")
    arguments = parser.parse_args()
    main(arguments.epochs, arguments.picture)
