"""Models of sequences: recurrent ones, some steps masked, and a transformer block."""

from typing import Any

import numpy as np

import polykeras as keras
from polykeras import layers, ops, optimizers
from polykeras_conformance.model_cases.case import ROWS, ModelCase, labels, normal

STEPS, WORDS = 5, 9


def _stacked() -> Any:
    model = keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            layers.Embedding(WORDS, 4, mask_zero=True),
            layers.LSTM(5, return_sequences=True, dropout=0.2),
            layers.GRU(4),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizers.RMSprop(0.01), "binary_crossentropy")
    return model


def _bidirectional() -> Any:
    model = keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            layers.Embedding(WORDS, 4, mask_zero=True),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.Bidirectional(layers.GRU(3, reset_after=False), merge_mode="sum"),
            layers.Dense(3),
        ]
    )
    model.compile(optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _sentences(random: np.random.Generator) -> Any:
    """Words, 0 for none: shorter sentences, one with a gap."""
    words = random.integers(1, WORDS, (ROWS, STEPS)).astype("int32")
    words[0, 3:] = words[1, :2] = words[2, 2] = 0
    return words


def _sentences_and_truths(random: np.random.Generator) -> tuple[Any, ...]:
    return _sentences(random), labels(random, 2)[:, None]


def _sentences_and_classes(random: np.random.Generator) -> tuple[Any, ...]:
    return _sentences(random), labels(random, 3)


def _stateful() -> Any:
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(ROWS, 3, 2)),
            layers.SimpleRNN(4, return_sequences=True, stateful=True),
            layers.RNN(layers.StackedRNNCells([layers.GRUCell(4), layers.LSTMCell(3)]), stateful=True),
            layers.Dense(1),
        ]
    )
    model.compile(optimizers.Adam(0.01), "mse")
    return model


def _numbers(random: np.random.Generator) -> tuple[Any, ...]:
    return normal(random, 3, 2), normal(random, 1)


def _transformer() -> Any:
    words = keras.Input((STEPS,), dtype="int32")
    x = layers.Embedding(WORDS, 8)(words)
    x = x + layers.Embedding(STEPS, 8)(ops.arange(STEPS))
    attended = layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-5)(layers.add([x, attended]))
    hidden = layers.Dropout(0.1)(layers.Dense(8)(layers.Dense(8, activation="gelu")(x)))
    x = layers.LayerNormalization(epsilon=1e-5)(layers.add([x, hidden]))
    model = keras.Model(words, layers.Dense(WORDS)(x))
    model.compile(optimizers.SGD(0.1, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _sentences_and_next_words(random: np.random.Generator) -> tuple[Any, ...]:
    words = random.integers(0, WORDS, (ROWS, STEPS + 1)).astype("int32")
    return words[:, :-1], words[:, 1:]


CASES = {
    "recurrent-stacked": ModelCase(_stacked, _sentences_and_truths),
    "recurrent-bidirectional": ModelCase(_bidirectional, _sentences_and_classes),
    "recurrent-stateful": ModelCase(_stateful, _numbers),
    "transformer": ModelCase(_transformer, _sentences_and_next_words),
}
