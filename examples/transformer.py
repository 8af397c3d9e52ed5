"""A causal transformer learns English letter by letter, from the help texts that come with Python.

It is scored in bits a letter on text that it has not seen, beside what the letters' frequencies alone would give, and
then writes a few words.

    python examples/transformer.py
"""

from __future__ import annotations

import argparse

import numpy as np

import polykeras as keras
from polykeras import layers

CONTEXT = 64
LETTERS = " abcdefghijklmnopqrstuvwxyz.,'()-"


def load_text() -> np.ndarray:
    """Python's help texts as numbers of `LETTERS`, other characters as blanks; int32 of shape (n,)."""
    from pydoc_data.topics import topics

    text = " ".join(" ".join(topics[name].lower().split()) for name in sorted(topics))
    return np.array([max(LETTERS.find(c), 0) for c in text], "int32")


class Block(layers.Layer):
    """Attention to what came before, and a hidden layer, each behind a normalisation and beside a short cut."""

    def __init__(self, width: int, heads: int, **kwargs) -> None:
        super().__init__(**kwargs)
        self.width, self.heads = width, heads
        self.before_attention, self.before_hidden = layers.LayerNormalization(), layers.LayerNormalization()
        self.attention = layers.MultiHeadAttention(heads, width // heads)
        self.hidden, self.out = layers.Dense(4 * width, activation="gelu"), layers.Dense(width)

    def call(self, x):
        y = self.before_attention(x)
        x = x + self.attention(y, y, use_causal_mask=True)
        return x + self.out(self.hidden(self.before_hidden(x)))

    def get_config(self) -> dict:
        return {**super().get_config(), "width": self.width, "heads": self.heads}


class Positions(layers.Layer):
    """Adds a vector of its own to each place."""

    def build(self, input_shape) -> None:
        self.table = self.add_weight(input_shape[1:], "random_normal", name="table")

    def call(self, x):
        return x + self.table


def build_model(width: int = 64, heads: int = 4, blocks: int = 2) -> keras.Model:
    """From `CONTEXT` letters to the scores of the letter after each."""
    letters = keras.Input((CONTEXT,), dtype="int32")
    x = Positions()(layers.Embedding(len(LETTERS), width)(letters))
    for _ in range(blocks):
        x = Block(width, heads)(x)
    return keras.Model(letters, layers.Dense(len(LETTERS))(layers.LayerNormalization()(x)), name="transformer")


def write(model: keras.Model, beginning: str, count: int, temperature: float = 0.6) -> str:
    """`beginning` with `count` letters after it, each drawn from what the model expects."""
    rng = np.random.default_rng(0)
    text = [max(LETTERS.find(c), 0) for c in beginning]
    for _ in range(count):
        known = text[-CONTEXT:]
        x = np.array([known + [0] * (CONTEXT - len(known))], "int32")
        scores = model.predict_on_batch(x)[0, len(known) - 1] / temperature
        shares = np.exp(scores - scores.max(), dtype="float64")
        text.append(int(rng.choice(len(LETTERS), p=shares / shares.sum())))
    return "".join(LETTERS[i] for i in text)


def main(epochs: int = 4, samples: int | None = None) -> dict[str, float]:
    """Train, and return bits a letter on unseen text: the model's, and those of the letters' frequencies."""
    keras.set_random_seed(1)
    text = load_text()
    pieces = text[: len(text) // (CONTEXT + 1) * (CONTEXT + 1)].reshape(-1, CONTEXT + 1)
    pieces = pieces[np.random.default_rng(0).permutation(len(pieces))][:samples]
    held_out = len(pieces) // 10
    test, train = pieces[:held_out], pieces[held_out:]
    model = build_model()
    model.summary()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(2e-3), loss)
    model.fit(train[:, :-1], train[:, 1:], batch_size=32, epochs=epochs)
    nats = model.evaluate(test[:, :-1], test[:, 1:], verbose=0)
    shares = np.bincount(train.ravel(), minlength=len(LETTERS)) / train.size
    results = {
        "model": float(nats / np.log(2)),
        "frequencies": float(-np.mean(np.log2(shares[test[:, 1:]] + 1e-12))),
    }
    print(f"bits a letter: {results['model']:.2f}; by the letters' frequencies {results['frequencies']:.2f}")
    print(write(model, "the value of the ", 60))
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=4)
    main(parser.parse_args().epochs)
