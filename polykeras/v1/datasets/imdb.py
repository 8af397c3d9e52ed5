"""Reviews of films, as numbered words, good or bad."""

from __future__ import annotations

from typing import Any

from polykeras.v1.datasets import sentences


def load_data(
    path: str = "imdb_full.pkl",
    nb_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """``(x, y), (x, y)`` for training and testing, from ``$KERAS_HOME/datasets/imdb.npz``.

    The file holds ``x_train``, the words of all reviews, ``x_train_lengths``, ``y_train``, and the same for ``test``.

    Args:
        path: name of the file.
        nb_words: only words numbered below are kept.
        skip_top: so many of the most frequent numbers are not.
        maxlen: longer reviews are left out.
        seed: of their order.
        start_char, oov_char: what begins a review, and what stands for words that are not kept.
        index_from: added to all numbers.
    """
    data = sentences.arrays(path)
    options = (nb_words, skip_top, maxlen, seed, start_char, oov_char, index_from)
    return tuple(
        sentences.numbered(sentences.texts(data, f"x_{part}"), data[f"y_{part}"], *options)
        for part in ("train", "test")
    )


def get_word_index(path: str = "imdb_word_index.pkl") -> dict[str, int]:
    """From words to numbers, from ``$KERAS_HOME/datasets/imdb_word_index.json``."""
    return sentences.word_index(path)
