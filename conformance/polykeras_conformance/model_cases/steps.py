"""Models that differ in how they train: a step of their own, mixed precision."""

from typing import Any

import numpy as np

import polykeras as keras
from polykeras import layers, ops, optimizers
from polykeras.training.differentiate import value_and_gradients
from polykeras_conformance.model_cases.case import ModelCase, labels, normal


class _Denoiser(keras.Model):
    """Rebuilds its inputs from noisy ones; its step says itself what the loss is, and penalizes long codes."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = layers.Dense(4, activation="tanh")
        self.decoder = layers.Dense(6)
        self.noise = layers.GaussianNoise(0.1)
        self.mean_loss = keras.metrics.Mean(name="loss")

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.decoder(self.encoder(self.noise(inputs, training=training)))

    def train_step(self, data: Any) -> dict[str, Any]:
        x = data[0]

        def loss() -> Any:
            error = ops.mean(ops.square(self(x, training=True) - x))
            return error + 0.01 * ops.mean(ops.square(self.encoder(x)))

        value, gradients = value_and_gradients(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self.mean_loss.update_state(value)
        return {"loss": self.mean_loss.result()}


def _custom_step() -> Any:
    model = _Denoiser()
    model.compile(optimizers.Adam(0.01))
    model.build((None, 6))
    return model


def _vectors(random: np.random.Generator) -> tuple[Any, ...]:
    return (normal(random, 6),)


def _mixed() -> Any:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="tanh"),
            layers.LayerNormalization(),
            layers.Dense(8, activation="tanh"),
            layers.Dense(3, activation="softmax", dtype="float32"),
        ]
    )
    model.compile(optimizers.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy")
    return model


def _vectors_and_labels(random: np.random.Generator) -> tuple[Any, ...]:
    return normal(random, 6), labels(random, 3)


CASES = {
    "custom-step": ModelCase(_custom_step, _vectors, quick=True),
    # Whether a sum is rounded once, at the end, or at each term is the backend's choice, so that activations may differ
    # by a unit or two in the last place of float16, 2**-11 of their size; so many layers and steps add up to some more.
    "mixed-precision": ModelCase(_mixed, _vectors_and_labels, policy="mixed_float16", near=2**-8),
}
