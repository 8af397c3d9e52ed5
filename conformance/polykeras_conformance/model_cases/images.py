"""Convolutional models."""

from typing import Any

import numpy as np

import polykeras as keras
from polykeras import layers, optimizers
from polykeras_conformance.model_cases.case import ModelCase, labels, normal

SIDE = 6


def _cnn() -> Any:
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 2)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("tanh"),
            layers.AveragePooling2D(2),
            layers.SpatialDropout2D(0.2),
            layers.Conv2D(3, 2, activation="softplus"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizers.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy")
    return model


def _residual() -> Any:
    image = keras.Input((SIDE, SIDE, 2))
    x = layers.Conv2D(4, 3, padding="same", activation="tanh")(image)
    for _ in range(2):
        branch = layers.GroupNormalization(2)(x)
        branch = layers.Conv2D(4, 3, padding="same", activation="gelu")(branch)
        x = layers.add([x, layers.Conv2D(4, 1)(branch)])
    model = keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))
    model.compile(optimizers.Adam(0.005), "mse")
    return model


def _separable() -> Any:
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.SeparableConv2D(4, 3, depth_multiplier=2, activation="tanh"),
            layers.DepthwiseConv2D(2, strides=2, padding="same", activation="silu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizers.RMSprop(0.005, momentum=0.5), "sparse_categorical_crossentropy")
    return model


def _autoencoder() -> Any:
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Conv2D(3, 3, strides=2, padding="same", activation="tanh"),
            layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="softplus"),
            layers.Conv2DTranspose(1, 2, padding="same"),
        ]
    )
    model.compile(optimizers.Adagrad(0.05, initial_accumulator_value=0.1), "mse")
    return model


def _images(channels: int, classes: int) -> Any:
    return lambda random: (normal(random, SIDE, SIDE, channels), labels(random, classes))


def _images_and_numbers(random: np.random.Generator) -> tuple[Any, ...]:
    return normal(random, SIDE, SIDE, 2), normal(random, 2)


def _images_twice(random: np.random.Generator) -> tuple[Any, ...]:
    image = normal(random, SIDE, SIDE, 1)
    return image, image


CASES = {
    "cnn": ModelCase(_cnn, _images(2, 3)),
    "residual": ModelCase(_residual, _images_and_numbers),
    "separable": ModelCase(_separable, _images(3, 3)),
    "autoencoder": ModelCase(_autoencoder, _images_twice),
}
