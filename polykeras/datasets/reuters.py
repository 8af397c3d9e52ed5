"""Reuters: news as numbered words, with one of 46 topics. Lewis 1987."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.datasets import texts
from polykeras.datasets.files import arrays, dataset_file, word_index

NAME, INDEX = "reuters.npz", "reuters_word_index.json"
SHA256 = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
INDEX_MD5 = "4d44cc38712099c9e383dc6e5f11a921"
TOPICS = (
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar", "trade",
    "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp", "meal-feed", "alum",
    "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel", "rubber", "heat", "jobs",
    "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
)  # fmt: skip


def load_data(
    path: str = NAME,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and the numbers of topics.

    `test_split` is the fraction for testing; for the other arguments, and what is raised, see `imdb.load_data`.
    """
    data = arrays(dataset_file(path, NAME, SHA256))
    order = np.arange(len(data["x"]))
    np.random.RandomState(seed).shuffle(order)
    return split(
        data["x"][order], data["y"][order], num_words, skip_top, maxlen, test_split, start_char, oov_char, index_from
    )


def split(
    x: Any,
    y: Any,
    num_words: int | None,
    skip_top: int,
    maxlen: int | None,
    test_split: float,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> Any:
    """The news, in the order in which they come, prepared and in two parts."""
    words, labels = texts.shorter(texts.numbered(x, start_char, index_from), y, maxlen)
    kept = texts.frequent(words, num_words, skip_top, oov_char)
    at = int(len(kept) * (1 - test_split))
    return (texts.ragged(kept[:at]), labels[:at]), (texts.ragged(kept[at:]), labels[at:])


def get_word_index(path: str = INDEX) -> dict[str, int]:
    """From words to their numbers, before `index_from` is added."""
    return word_index(path, INDEX, INDEX_MD5)


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of their numbers."""
    return TOPICS
