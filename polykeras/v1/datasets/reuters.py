"""News, as numbered words, with one of 46 topics."""

from __future__ import annotations

from typing import Any

from polykeras.v1.datasets import sentences


def load_data(
    path: str = "reuters.pkl",
    nb_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """``(x, y), (x, y)`` for training and testing, from ``$KERAS_HOME/datasets/reuters.npz``.

    The file holds ``x``, the words of all news, ``x_lengths`` and ``y``. `test_split` is the fraction for testing; for
    the other arguments see `polykeras.v1.datasets.imdb`.
    """
    data = sentences.arrays(path)
    options = (nb_words, skip_top, maxlen, seed, start_char, oov_char, index_from)
    x, y = sentences.numbered(sentences.texts(data, "x"), data["y"], *options)
    at = int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])


def get_word_index(path: str = "reuters_word_index.pkl") -> dict[str, int]:
    """From words to numbers, from ``$KERAS_HOME/datasets/reuters_word_index.json``."""
    return sentences.word_index(path)
