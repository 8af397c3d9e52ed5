"""Sequences of numbers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: str = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: float = 0.0,
) -> Any:
    """Sequences as the rows of one array.

    Args:
        sequences: lists, or arrays whose elements agree in shape.
        maxlen: length of a row; by default that of the longest sequence.
        dtype: of the result.
        padding: whether `value` is put before (``"pre"``) or after (``"post"``) shorter ones.
        truncating: whether longer ones lose their beginning (``"pre"``) or their end (``"post"``).
        value: what is put there.
    """
    for name, given in (("padding", padding), ("truncating", truncating)):
        if given not in ("pre", "post"):
            raise ArgumentError(f'pad_sequences: {name} must be "pre" or "post", got {given!r}.')
    lengths = [len(s) for s in sequences]
    if maxlen is None:
        maxlen = max(lengths, default=0)
    sample = next((np.shape(s)[1:] for s in sequences if len(s)), ())
    rows = np.full((len(lengths), maxlen, *sample), value, dtype=dtype)
    for row, sequence in zip(rows, sequences, strict=True):
        if not len(sequence) or not maxlen:
            continue
        kept = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype=dtype)
        if kept.shape[1:] != sample:
            raise ShapeError(f"pad_sequences: elements of shapes {sample} and {kept.shape[1:]} cannot be in one array.")
        if padding == "post":
            row[: len(kept)] = kept
        else:
            row[-len(kept) :] = kept
    return rows


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Any:
    """For each word, by rank, the probability to keep it, so that frequent ones do not drown the others.

    Word frequencies are taken to follow Zipf's law. Mikolov et al. 2013, arXiv:1310.4546, in word2vec's variant.
    """
    gamma = 0.577
    rank = np.arange(size, dtype=float)
    rank[:1] = 1
    inverse = sampling_factor * (rank * (np.log(rank) + gamma) + 0.5 - 1.0 / (12.0 * rank))
    return np.minimum(1.0, inverse / np.sqrt(inverse))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
) -> tuple[list[list[int]], list[Any]]:
    """``pairs, labels``: pairs of words near one another, labelled 1, and random pairs, labelled 0.

    Args:
        sequence: ranks of words; 0 stands for no word.
        vocabulary_size: above all ranks.
        window_size: greatest distance of a pair.
        negative_samples: random pairs for each true one.
        shuffle: whether the pairs are in a random order.
        categorical: whether labels are ``[0, 1]`` and ``[1, 0]``.
        sampling_table: see `make_sampling_table`.
    """
    pairs, labels = [], []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                pairs.append([word, sequence[j]])
                labels.append([0, 1] if categorical else 1)
    if negative_samples > 0:
        count = int(len(labels) * negative_samples)
        words = [pair[0] for pair in pairs]
        random.shuffle(words)
        pairs += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [[1, 0] if categorical else 0] * count
    if shuffle:
        both = list(zip(pairs, labels, strict=True))
        random.shuffle(both)
        pairs, labels = [p for p, _ in both], [label for _, label in both]
    return pairs, labels
