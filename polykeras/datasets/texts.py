"""Texts as numbered words: what the data sets of texts share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError


def numbered(texts: Iterable[Any], start_char: int | None, index_from: int) -> list[list[int]]:
    """The texts with words numbered from `index_from` on, each after a `start_char`, if there is one."""
    start = [] if start_char is None else [start_char]
    return [start + [int(w) + index_from if start or index_from else int(w) for w in words] for words in texts]


def shorter(texts: list[list[int]], labels: Any, maxlen: int | None) -> tuple[list[list[int]], Any]:
    """The texts with fewer words than `maxlen`, and their labels. Raises `ArgumentError` if none is left."""
    if not maxlen:
        return texts, np.asarray(labels)
    kept = [i for i, words in enumerate(texts) if len(words) < maxlen]
    if not kept:
        shortest = min((len(words) for words in texts), default=0)
        raise ArgumentError(f"load_data: no text has fewer than maxlen={maxlen} words; the shortest has {shortest}.")
    return [texts[i] for i in kept], np.asarray(labels)[kept]


def frequent(texts: list[list[int]], limit: int | None, skip_top: int, oov_char: int | None) -> list[list[int]]:
    """The texts with words below `limit` and from `skip_top` on; the others become `oov_char`, or are left out.

    Without a limit the highest number that occurs is the limit, so that only it is replaced: Keras does so, too.
    """
    limit = limit or max(max(words, default=0) for words in texts)
    if oov_char is None:
        return [[w for w in words if skip_top <= w < limit] for words in texts]
    return [[w if skip_top <= w < limit else oov_char for w in words] for words in texts]


def ragged(texts: Sequence[list[int]]) -> Any:
    """An array of lists."""
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
