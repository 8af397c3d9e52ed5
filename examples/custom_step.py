"""Adversarial training: a step that takes a gradient by the images before it takes one by the weights.

Small changes of the pixels, made to harm, fool a network that is otherwise right (Goodfellow, Shlens and Szegedy 2015,
"Explaining and harnessing adversarial examples"). A network that sees such images while it learns is harder to fool. The
step is written once, in `polykeras.ops`, and is compiled by whatever backend runs it.

    python examples/custom_step.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers, ops

STRENGTH = 0.1
"""By how much each pixel, between 0 and 1, may be changed."""


class Robust(keras.Model):
    """Learns from each batch together with the worst that `strength` can do to it."""

    def __init__(self, strength: float) -> None:
        super().__init__()
        self.strength = strength
        self.network = keras.Sequential(
            [
                layers.Conv2D(24, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(),
                layers.Conv2D(48, 3, padding="same", activation="relu"),
                layers.Flatten(),
                layers.Dense(10),
            ]
        )

    def call(self, inputs, training=None):
        return self.network(inputs, training=training)

    def attacked(self, x, y):
        """`x` with each pixel moved by `strength`, up or down, whichever makes the loss larger."""
        by_pixel = ops.grad(lambda x: self.compute_loss(x=x, y=y, y_pred=self(x, training=False)))(x)
        return ops.clip(x + self.strength * ops.sign(by_pixel), 0.0, 1.0)

    def train_step(self, data):
        x, y = data
        both = ops.concatenate([x, self.attacked(x, y)])
        return super().train_step((both, ops.concatenate([y, y])))


def main(epochs: int = 12) -> dict[str, float]:
    """Train with attacks and without; return the accuracies of both on images as they are and on attacked ones."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
    x_train, x_test = (x[..., np.newaxis].astype("float32") / 16 for x in (x_train, x_test))
    y_train, y_test = y_train.astype("int32"), y_test.astype("int32")
    results = {}
    for name, strength in (("plain", 0.0), ("robust", STRENGTH)):
        keras.set_random_seed(1)
        model = Robust(strength)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
        model.fit(x_train, y_train, batch_size=64, epochs=epochs, verbose=0)
        model.strength = STRENGTH
        worst = ops.convert_to_numpy(model.attacked(ops.convert_to_tensor(x_test), ops.convert_to_tensor(y_test)))
        results[name] = model.evaluate(x_test, y_test, verbose=0)[1]
        results[f"{name}_attacked"] = model.evaluate(worst, y_test, verbose=0)[1]
        print(f"{name}: accuracy {results[name]:.3f}, on attacked images {results[f'{name}_attacked']:.3f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=12)
    main(parser.parse_args().epochs)
