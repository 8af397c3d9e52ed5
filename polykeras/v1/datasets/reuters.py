"""News, as numbered words, with one of 46 topics."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.datasets import files, reuters
from polykeras.v1.datasets.old_files import contents, instead_of, is_old, old_file

NAME, INDEX = "reuters.pkl", "reuters_word_index.pkl"


def load_data(
    path: str = NAME,
    nb_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """``(x, y), (x, y)`` for training and testing, from `path` or today's ``reuters.npz`` in ``$KERAS_HOME/datasets``.

    The texts are lists. `test_split` is the fraction for testing; for the other arguments see `polykeras.v1.datasets.imdb`.
    """
    found = old_file(path) if is_old(path) else None
    if found is None:
        with instead_of(path):
            data = files.arrays(
                files.dataset_file(reuters.NAME if is_old(path) else path, reuters.NAME, reuters.SHA256)
            )
        x, y = data["x"], data["y"]
    else:
        x, y = contents(found)
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    options = (nb_words, skip_top, maxlen, test_split, start_char, oov_char, index_from)
    parts = reuters.split([x[i] for i in order], np.asarray(y)[order], *options)
    return tuple((list(words), labels) for words, labels in parts)


def get_word_index(path: str = INDEX) -> dict[str, int]:
    """From words to numbers, from `path` or today's ``reuters_word_index.json`` in ``$KERAS_HOME/datasets``."""
    found = old_file(path) if is_old(path) else None
    if found is None:
        with instead_of(path):
            return reuters.get_word_index(reuters.INDEX if is_old(path) else path)
    index: dict[str, int] = contents(found)
    return index
