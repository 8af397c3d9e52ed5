"""Beyond the tutorial, with its `K.function`: draw what the filters of a trained network look for.

A small network learns to read digits. Then the image changes instead of the weights: by gradient ascent on the mean
activation of one filter after another, from grey noise.

    python examples/tutorial/what_a_filter_sees.py --picture filters.png
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras.backend as K
from polykeras.datasets import digits
from polykeras.layers import Activation, Convolution2D, Dense, Flatten, MaxPooling2D
from polykeras.models import Sequential


def main(epochs: int = 8, steps: int = 40, filters: int = 16, picture: str | None = None) -> dict[str, float]:
    """Returns the accuracy, and how much stronger the filters respond at the end, on average."""
    (x, y), _ = digits.load_data()
    x, y = x.reshape(-1, 8, 8, 1) / max(float(x.max()), 1.0), np.eye(10)[y.ravel()]
    model = Sequential()
    model.add(Convolution2D(filters, 3, 3, input_shape=(8, 8, 1), dim_ordering="tf"))
    model.add(Activation("relu"))
    model.add(Convolution2D(filters, 3, 3, dim_ordering="tf", name="seen"))
    model.add(Activation("relu"))
    model.add(MaxPooling2D((2, 2), dim_ordering="tf"))
    model.add(Flatten())
    model.add(Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=32, nb_epoch=epochs, verbose=0)

    image, layer = model.inputs[0], model.get_layer("seen")
    rng = np.random.default_rng(0)
    images, gains = [], []
    for i in range(filters):
        score = K.mean(layer.output[:, :, :, i])
        slope = K.gradients(score, image)[0]
        slope = slope / (K.sqrt(K.mean(K.square(slope))) + 1e-5)
        iterate = K.function([image, K.learning_phase()], [score, slope])
        data = rng.uniform(0.4, 0.6, size=(1, 8, 8, 1)).astype("float32")
        first = float(iterate([data, 0])[0])
        for _ in range(steps):
            data = np.clip(data + 0.05 * iterate([data, 0])[1], 0, 1)
        gains.append(float(iterate([data, 0])[0]) - first)
        images.append(data[0, :, :, 0])
    if picture:
        save(images, picture)
    (accuracy,) = [v[-1] for name, v in history.history.items() if name != "loss"]
    return {"accuracy": float(accuracy), "gain": float(np.mean(gains))}


def save(images: list[np.ndarray], path: str, zoom: int = 12) -> None:
    """Write the images side by side, four rows of them, each pixel `zoom` times as large."""
    from PIL import Image

    columns = -(-len(images) // 4)
    sheet = np.ones((4 * 10, columns * 10))
    for i, one in enumerate(images):
        row, column = divmod(i, columns)
        sheet[row * 10 + 1 : row * 10 + 9, column * 10 + 1 : column * 10 + 9] = one
    large = np.kron(sheet, np.ones((zoom, zoom)))
    Image.fromarray((255 * large).astype("uint8")).save(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    print(main(arguments.epochs, picture=arguments.picture))
