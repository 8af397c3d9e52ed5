"""IMDB: reviews of films as numbered words, good or bad. Maas et al. 2011."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.datasets import texts
from polykeras.datasets.files import arrays, dataset_file, word_index
from polykeras.errors import ArgumentError

NAME, INDEX = "imdb.npz", "imdb_word_index.json"
SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX_MD5 = "bfafd718b763782e994055a2d397834f"


def load_data(
    path: str = NAME,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and 0 or 1.

    Args:
        path: name of the file in ``$KERAS_HOME/datasets``, or a path with a folder of a file of your own.
        num_words: only words numbered below are kept; the most frequent have the lowest numbers.
        skip_top: words numbered below are not kept.
        maxlen: reviews that are not shorter are left out.
        seed: of the order.
        start_char: begins each review; None: nothing does.
        oov_char: stands for words that are not kept; None: they are left out.
        index_from: added to the words' numbers.
        kwargs: ``nb_words``, the older name of `num_words`.

    Raises `SavedFileError` if the file is missing, with its address and place, or has another checksum.
    """
    num_words = kwargs.pop("nb_words", num_words)
    if kwargs:
        raise ArgumentError(f"imdb.load_data has no argument(s) {', '.join(kwargs)}.")
    data = arrays(dataset_file(path, NAME, SHA256))
    rng = np.random.RandomState(seed)
    parts = []
    for part in ("train", "test"):
        order = np.arange(len(data[f"x_{part}"]))
        rng.shuffle(order)
        words = texts.numbered(data[f"x_{part}"][order], start_char, index_from)
        parts.append(texts.shorter(words, data[f"y_{part}"][order], maxlen))
    kept = texts.frequent([words for found, _ in parts for words in found], num_words, skip_top, oov_char)
    at = len(parts[0][0])
    return (texts.ragged(kept[:at]), parts[0][1]), (texts.ragged(kept[at:]), parts[1][1])


def get_word_index(path: str = INDEX) -> dict[str, int]:
    """From words to their numbers, before `index_from` is added."""
    return word_index(path, INDEX, INDEX_MD5)
