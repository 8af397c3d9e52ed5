"""A generative adversarial network: one network draws digits, another tells them from real ones, and both learn by it.

The step trains two networks with an optimizer each (Goodfellow et al. 2014, "Generative adversarial networks"). It is
written once, in calls that every backend has, and is compiled by whatever backend runs it.

    KERAS_BACKEND=torch python examples/gan.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers, ops

NOISE = 16
"""Numbers that a drawing is made from."""


def generator() -> keras.Model:
    """From noise to images of 8 by 8 pixels, between 0 and 1."""
    return keras.Sequential(
        [
            keras.Input((NOISE,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8)),
        ],
        name="generator",
    )


def discriminator() -> keras.Model:
    """From images to a number: positive where they look real."""
    return keras.Sequential(
        [
            keras.Input((8, 8)),
            layers.Flatten(),
            layers.Dense(128),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Dense(1),
        ],
        name="discriminator",
    )


class GAN(keras.Model):
    """Two networks that learn from each other."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.discriminator = generator(), discriminator()
        self.generator_loss = keras.metrics.Mean(name="generator_loss")
        self.discriminator_loss = keras.metrics.Mean(name="discriminator_loss")

    def compile(self, generator_optimizer, discriminator_optimizer) -> None:
        super().compile()
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        self.entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self):
        return [self.generator_loss, self.discriminator_loss]

    def train_step(self, data):
        real = data[0]
        count = ops.shape(real)[0]

        def mistakes():
            drawn = self.generator(keras.random.normal((count, NOISE)), training=True)
            judged = self.discriminator(ops.concatenate([real, drawn]), training=True)
            right = ops.concatenate([ops.full((count, 1), 0.9), ops.zeros((count, 1))])  # 0.9: never quite sure
            return self.entropy(right, judged)

        def unmasking():
            drawn = self.generator(keras.random.normal((count, NOISE)), training=True)
            return self.entropy(ops.ones((count, 1)), self.discriminator(drawn, training=True))

        for loss, network, optimizer, tracker in (
            (mistakes, self.discriminator, self.discriminator_optimizer, self.discriminator_loss),
            (unmasking, self.generator, self.generator_optimizer, self.generator_loss),
        ):
            value, gradients = keras.value_and_gradients(loss, network.trainable_variables)
            optimizer.apply(gradients, network.trainable_variables)
            tracker.update_state(value)
        return {metric.name: metric.result() for metric in self.metrics}


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """How far the mean and the spread of each pixel are apart, on average."""
    return float(np.abs(a.mean(0) - b.mean(0)).mean() + np.abs(a.std(0) - b.std(0)).mean())


def show(images: np.ndarray) -> None:
    """Images side by side, in characters."""
    marks = np.array(list(" .:-=+*#%@"))
    for row in marks[np.rint(images * 9).astype(int)].transpose(1, 0, 2):
        print("  ".join("".join(np.repeat(line, 2)) for line in row))


def main(epochs: int = 60) -> dict[str, float]:
    """Train; return how far drawings are from real digits, before and after."""
    keras.set_random_seed(1)
    (x_train, _), _ = keras.datasets.digits.load_data()
    x_train = x_train.astype("float32") / 16
    model = GAN()
    model.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5))
    noise = np.random.default_rng(0).normal(size=(500, NOISE)).astype("float32")
    before = distance(model.generator.predict(noise, verbose=0), x_train)
    model.fit(x_train, batch_size=64, epochs=epochs, verbose=2 if epochs < 10 else 0)
    drawn = model.generator.predict(noise, verbose=0)
    results = {"before": before, "after": distance(drawn, x_train), "spread": float(drawn.std(0).mean())}
    show(drawn[:6])
    print(f"distance from real digits: {results['before']:.3f} before, {results['after']:.3f} after training")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=60)
    main(parser.parse_args().epochs)
