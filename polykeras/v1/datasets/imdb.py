"""Reviews of films, as numbered words, good or bad."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.datasets import files, imdb, texts
from polykeras.v1.datasets.old_files import contents, instead_of, is_old, old_file

NAME, INDEX = "imdb_full.pkl", "imdb_word_index.pkl"
MD5, INDEX_MD5 = "d091312047c43cf9e4e38fef92437263", "72d94b01291be4ff843198d3b0e1e4d7"


def load_data(
    path: str = NAME,
    nb_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """``(x, y), (x, y)`` for training and testing, from `path` or today's ``imdb.npz`` in ``$KERAS_HOME/datasets``.

    Args:
        path: name of the file; with a folder in it, the path of a file of your own.
        nb_words: only words numbered below are kept.
        skip_top: so many of the most frequent numbers are not.
        maxlen: reviews that are not shorter are left out.
        seed: of the orders.
        start_char, oov_char: what begins a review, and what stands for words that are not kept.
        index_from: added to all numbers.
    """
    found = old_file(path, MD5 if path == NAME else None) if is_old(path) else None
    if found is None:
        with instead_of(path):
            data = files.arrays(files.dataset_file(imdb.NAME if is_old(path) else path, imdb.NAME, imdb.SHA256))
        splits = [(data[f"x_{part}"], data[f"y_{part}"]) for part in ("train", "test")]
    else:
        splits = contents(found)
    parts = []
    for i, (x, y) in enumerate(splits, 1):
        order = np.arange(len(x))
        np.random.RandomState(i * seed).shuffle(order)
        words = texts.numbered([x[j] for j in order], start_char, index_from)
        parts.append(texts.shorter(words, np.asarray(y)[order], maxlen))
    kept = texts.frequent([words for part, _ in parts for words in part], nb_words, skip_top, oov_char)
    at = len(parts[0][0])
    return (texts.ragged(kept[:at]), parts[0][1]), (texts.ragged(kept[at:]), parts[1][1])


def get_word_index(path: str = INDEX) -> dict[str, int]:
    """From words to numbers, from `path` or today's ``imdb_word_index.json`` in ``$KERAS_HOME/datasets``."""
    found = old_file(path, INDEX_MD5 if path == INDEX else None) if is_old(path) else None
    if found is None:
        with instead_of(path):
            return imdb.get_word_index(imdb.INDEX if is_old(path) else path)
    index: dict[str, int] = contents(found)
    return index
