"""Knowledge distillation: a small network learns from what a large one believes, besides from the labels.

What a teacher gives to the wrong classes says how classes resemble each other (Hinton, Vinyals and Dean 2015, "Distilling
the knowledge in a neural network"). Only the loss is new, so only `compute_loss` is overridden; every backend compiles it.

    python examples/distillation.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers, ops

LABELLED = 150
"""Images whose digit is known; the teacher's opinion is there for all."""


def network(units: int, name: str) -> keras.Model:
    """A network with two hidden layers, from 64 pixels to 10 logits."""
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(units, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(10),
        ],
        name=name,
    )


class Distiller(keras.Model):
    """A student with its teacher. Calls are the student's.

    The loss is ``alpha`` times the compiled one, plus ``1 - alpha`` times the divergence between the softened beliefs of
    both, which the squared temperature brings back to the size it has without softening.
    """

    def __init__(self, student, teacher, alpha: float = 0.2, temperature: float = 3.0) -> None:
        super().__init__()
        self.student, self.teacher = student, teacher
        self.teacher.trainable = False
        self.alpha, self.temperature = alpha, temperature
        self.divergence = keras.losses.KLDivergence()

    def call(self, inputs, training=None):
        return self.student(inputs, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        by_labels = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return by_labels
        taught = self.teacher(x, training=False)
        softened = [ops.softmax(logits / self.temperature) for logits in (taught, y_pred)]
        return self.alpha * by_labels + (1 - self.alpha) * self.temperature**2 * self.divergence(*softened)


def compiled(model: keras.Model) -> keras.Model:
    """The model, ready for training."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    return model


def main(epochs: int = 40) -> dict[str, float]:
    """Train a teacher on all images, and students on few labels without and with it; return their test accuracies."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
    x_train, x_test = (x.reshape(-1, 64).astype("float32") / 16 for x in (x_train, x_test))
    # A weight of 0 hides a label. The teacher's part of the loss has no weights.
    known = np.zeros(len(x_train), "float32")
    known[:LABELLED] = len(x_train) / LABELLED

    keras.set_random_seed(1)
    teacher = compiled(network(128, "teacher"))
    teacher.fit(x_train, y_train, epochs=epochs, verbose=0)
    alone = compiled(network(16, "alone"))
    alone.fit(x_train[:LABELLED], y_train[:LABELLED], epochs=epochs * len(x_train) // LABELLED, verbose=0)
    taught = compiled(Distiller(network(16, "student"), teacher))
    taught.fit(x_train, y_train, sample_weight=known, epochs=epochs, verbose=0)

    results = {}
    for name, model in (("teacher", teacher), ("alone", alone), ("taught", taught)):
        results[name] = model.evaluate(x_test, y_test, return_dict=True, verbose=0)["accuracy"]
        print(f"{name:8} accuracy {results[name]:.3f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=40)
    main(parser.parse_args().epochs)
