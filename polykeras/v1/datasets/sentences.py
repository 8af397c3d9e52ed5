"""Numbered words: what the data sets of texts share."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from polykeras.v1.utils.data_utils import get_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def arrays(path: str) -> dict[str, Any]:
    """The arrays of a file, ``.npz``; a name that ends in ``.pkl`` stands for it: pickles are not read.

    Texts are stored as one array of numbers, ``words``, and one of lengths for each split (``x_train_lengths``...).
    """
    name = path.replace("_full.pkl", ".npz").replace(".pkl", ".npz")
    with open(get_file(name, ORIGIN + name), "rb") as f, np.load(io.BytesIO(f.read()), allow_pickle=False) as data:
        return dict(data)


def texts(data: dict[str, Any], name: str) -> list[list[int]]:
    """The texts of one split: lists of word numbers."""
    ends = np.cumsum(data[f"{name}_lengths"])
    return [part.tolist() for part in np.split(data[name], ends[:-1])]


def word_index(path: str) -> dict[str, int]:
    """From words to their numbers, from a JSON file."""
    name = path.replace(".pkl", ".json")
    found: dict[str, int] = json.loads(Path(get_file(name, ORIGIN + name)).read_text(encoding="utf-8"))
    return found


def numbered(
    sequences: list[list[int]],
    labels: Any,
    nb_words: int | None,
    skip_top: int,
    maxlen: int | None,
    seed: int,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> tuple[list[list[int]], Any]:
    """Texts in a random order, with words numbered from `index_from` on, rare and frequent ones replaced or left out."""
    order = np.random.RandomState(seed).permutation(len(sequences))
    found, kept = [], []
    for i in order:
        words = [w + index_from for w in sequences[i]] if index_from else list(sequences[i])
        words = words if start_char is None else [start_char, *words]
        if maxlen is not None and len(words) >= maxlen:
            continue
        known = [w if (not nb_words or w < nb_words) and w >= skip_top else None for w in words]
        if oov_char is None:
            found.append([w for w in known if w is not None])
        else:
            found.append([oov_char if w is None else w for w in known])
        kept.append(labels[i])
    return found, np.asarray(kept)
