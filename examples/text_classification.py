"""Which part of SciPy is a sentence about? Real English text, classified by a bidirectional LSTM.

The text is SciPy's own documentation, which is there wherever polykeras is: the docstrings of six of its packages, cut
into sentences. Sentences have unequal lengths: they are padded with zeros, which the embedding masks, so that no layer
behind it reads them.

    python examples/text_classification.py
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import re

import numpy as np

import polykeras as keras
from polykeras import layers

PACKAGES = ("stats", "signal", "optimize", "sparse", "ndimage", "special")
WORDS = 2000
"""The size of the vocabulary: 0 pads, 1 stands for a rare word."""
LENGTH = 24
MOST = 700
"""Sentences of a package: some have many more than others."""


def sentences_of(package: str) -> list[str]:
    """Plain sentences from the docstrings of ``scipy.PACKAGE``, each once, at most `MOST`."""
    module = importlib.import_module(f"scipy.{package}")
    found: dict[str, None] = {}
    for name in sorted(vars(module)):
        text = inspect.getdoc(getattr(module, name)) if not name.startswith("_") else None
        prose = re.split(r"\n(?:Examples|References|See Also)\n-+\n", text or "")[0]
        for paragraph in prose.split("\n\n"):
            for sentence in re.split(r"(?<=[a-z)])\.\s+", " ".join(paragraph.split())):
                if len(sentence.split()) >= 6 and not re.search(r"[^\w\s,.;:'\"`*()-]|--|[`:]\w+:", sentence):
                    found[sentence] = None
    return list(found)[:MOST]


def words_of(sentence: str) -> list[str]:
    """Lower-case words."""
    return re.findall(r"[a-z]+", sentence.lower())


def load_sentences(limit: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Word numbers of shape (n, `LENGTH`) and package numbers, to train on and to test with."""
    rng = np.random.default_rng(0)
    texts, labels = [], []
    for label, package in enumerate(PACKAGES):
        found = sentences_of(package)[:limit]
        texts += found
        labels += [label] * len(found)
    order = rng.permutation(len(texts))
    texts, y = [texts[i] for i in order], np.array(labels, "int32")[order]
    held_out = len(texts) // 5
    counts: dict[str, int] = {}
    for text in texts[held_out:]:  # the vocabulary is that of the training part
        for word in words_of(text):
            counts[word] = counts.get(word, 0) + 1
    common = sorted(counts, key=lambda word: -counts[word])[: WORDS - 2]
    number = {word: i + 2 for i, word in enumerate(common)}
    x = np.zeros((len(texts), LENGTH), "int32")
    for row, text in zip(x, texts, strict=True):
        numbers = [number.get(word, 1) for word in words_of(text)][:LENGTH]
        row[: len(numbers)] = numbers
    return x[held_out:], y[held_out:], x[:held_out], y[:held_out]


def build_model() -> keras.Model:
    """Embedding, bidirectional LSTM, one hidden layer."""
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(WORDS, 32, mask_zero=True),
            layers.Bidirectional(layers.LSTM(24)),
            layers.Dropout(0.4),
            layers.Dense(32, activation="relu"),
            layers.Dense(len(PACKAGES), activation="softmax"),
        ],
        name="text_classification",
    )


def main(epochs: int = 8, limit: int | None = None) -> dict[str, float]:
    """Train, and return loss and accuracy on sentences that were held out, and the share of the largest class."""
    keras.set_random_seed(1)
    x_train, y_train, x_test, y_test = load_sentences(limit)
    print(f"{len(x_train)} sentences to train on, {len(x_test)} to test with")
    model = build_model()
    model.summary()
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=64, epochs=epochs, validation_data=(x_test, y_test))
    results = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
    results["largest_class"] = float(np.bincount(y_test).max() / len(y_test))
    print(f"test accuracy {results['accuracy']:.3f}; always the largest class: {results['largest_class']:.3f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=8)
    main(parser.parse_args().epochs)
