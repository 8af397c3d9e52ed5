"""Dense layers, and graphs with several inputs, outputs and uses of a layer."""

from typing import Any

import numpy as np

import polykeras as keras
from polykeras import layers, optimizers
from polykeras_conformance.model_cases.case import ROWS, ModelCase, labels, normal


def _mlp() -> Any:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="tanh", kernel_regularizer="l2"),
            layers.Dropout(0.3),
            layers.Dense(8, activation="gelu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    sgd = optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=2.0)
    model.compile(sgd, "categorical_crossentropy", metrics=["accuracy"])
    return model


def _mlp_batch(random: np.random.Generator) -> tuple[Any, ...]:
    return normal(random, 6), np.eye(3)[labels(random, 3)]


def _sparse_labels() -> Any:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="softplus"), layers.Dense(3)])
    model.compile(optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _sparse_labels_batch(random: np.random.Generator) -> tuple[Any, ...]:
    return normal(random, 6), labels(random, 3)


def _multi_io() -> Any:
    vector, code = keras.Input((4,), name="vector"), keras.Input((), dtype="int32", name="code")
    both = layers.concatenate([layers.Dense(5, activation="tanh")(vector), layers.Embedding(6, 3)(code)])
    hidden = layers.Dense(6, activation="silu")(both)
    outputs = {
        "amount": layers.Dense(1, name="amount")(hidden),
        "label": layers.Dense(2, activation="softmax", name="label")(hidden),
    }
    model = keras.Model({"vector": vector, "code": code}, outputs)
    model.compile(
        optimizers.Nadam(0.02),
        loss={"amount": "mse", "label": "sparse_categorical_crossentropy"},
        loss_weights={"amount": 0.5, "label": 2.0},
        weighted_metrics={"amount": ["mae"]},
    )
    return model


def _multi_io_batch(random: np.random.Generator) -> tuple[Any, ...]:
    x = {"vector": normal(random, 4), "code": labels(random, 6)}
    y = {"amount": normal(random, 1), "label": labels(random, 2)}
    return x, y, {name: random.uniform(0.5, 2.0, ROWS) for name in y}


def _shared_layers() -> Any:
    first, second = keras.Input((4,)), keras.Input((4,))
    encoder = keras.Sequential([keras.Input((4,)), layers.Dense(6, activation="tanh"), layers.LayerNormalization()])
    a, b = encoder(first), encoder(second)
    near = layers.Dot(axes=-1, normalize=True)([a, b])
    tied = layers.Dense(6, activation="tanh")
    joined = layers.concatenate([near, tied(tied(layers.subtract([a, b])))])
    model = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(joined))
    model.compile(optimizers.AdamW(0.02, weight_decay=0.01), "binary_crossentropy")
    return model


def _shared_layers_batch(random: np.random.Generator) -> tuple[Any, ...]:
    return [normal(random, 4), normal(random, 4)], labels(random, 2)[:, None]


CASES = {
    "mlp": ModelCase(_mlp, _mlp_batch, quick=True),
    "sparse-labels": ModelCase(_sparse_labels, _sparse_labels_batch),
    "multi-io": ModelCase(_multi_io, _multi_io_batch),
    "shared-layers": ModelCase(_shared_layers, _shared_layers_batch),
}
