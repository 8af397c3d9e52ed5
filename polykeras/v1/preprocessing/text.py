"""Texts as numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(text: str, filters: str = FILTERS, lower: bool = True, split: str = " ") -> list[str]:
    """The words of a text: `filters` separate them too."""
    table = str.maketrans({character: split for character in filters})
    text = (text.lower() if lower else text).translate(table)
    return [word for word in text.split(split) if word]


def one_hot(text: str, n: int, filters: str = FILTERS, lower: bool = True, split: str = " ") -> list[int]:
    """Each word as a number from 1 to below `n`, by hashing; the same in every process."""

    def number(word: str) -> int:
        return int.from_bytes(hashlib.md5(word.encode(), usedforsecurity=False).digest()[:8], "little") % (n - 1) + 1

    return [number(word) for word in text_to_word_sequence(text, filters, lower, split)]


class Tokenizer:
    """Numbers the words of texts by frequency, from 1 on.

    Args:
        nb_words: only words numbered below this are kept; None: all.
        filters: characters that separate words.
        lower: whether texts are lowered.
        split: what separates words.
        char_level: whether characters are the words.
    """

    def __init__(
        self,
        nb_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
    ) -> None:
        self.nb_words, self.filters, self.lower = nb_words, filters, lower
        self.split, self.char_level = split, char_level
        self.word_counts: dict[str, int] = {}
        self.word_docs: dict[str, int] = {}
        self.word_index: dict[str, int] = {}
        self.index_docs: dict[int, int] = {}
        self.document_count = 0

    def _words(self, text: Any) -> Any:
        if self.char_level or isinstance(text, list):
            return text
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Any) -> None:
        """Count the words of these texts too, and number them anew."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] = self.word_docs.get(word, 0) + 1
        ranked = sorted(self.word_counts.items(), key=lambda pair: -pair[1])
        self.word_index = {word: i + 1 for i, (word, _) in enumerate(ranked)}
        self.index_docs = {self.word_index[word]: n for word, n in self.word_docs.items()}

    def fit_on_sequences(self, sequences: Any) -> None:
        """Count in how many of these sequences of numbers each is, for `sequences_to_matrix`."""
        for sequence in sequences:
            self.document_count += 1
            for i in set(sequence):
                self.index_docs[i] = self.index_docs.get(i, 0) + 1

    def texts_to_sequences(self, texts: Any) -> list[list[int]]:
        """The numbers of the words of each text; words that are not kept are left out."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Any) -> Iterator[list[int]]:
        """As `texts_to_sequences`, one text after the other."""
        for text in texts:
            numbers = (self.word_index.get(word) for word in self._words(text))
            yield [i for i in numbers if i is not None and (not self.nb_words or i < self.nb_words)]

    def texts_to_matrix(self, texts: Any, mode: str = "binary") -> Any:
        """See `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: Any, mode: str = "binary") -> Any:
        """A row for each sequence, a column for each number.

        `mode`: ``"binary"``: whether it is there; ``"count"``: how often; ``"freq"``: how often, over the length;
        ``"tfidf"``: ``(1 + log count) * log(1 + documents / (1 + documents that have it))``.
        """
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ArgumentError(f'mode must be "binary", "count", "freq" or "tfidf", got {mode!r}.')
        if not self.nb_words and not self.word_index:
            raise ArgumentError("sequences_to_matrix: say nb_words, or call fit_on_texts() first.")
        width = self.nb_words or len(self.word_index) + 1
        if mode == "tfidf" and not self.document_count:
            raise ArgumentError("sequences_to_matrix: tfidf needs fit_on_texts() or fit_on_sequences() first.")
        matrix = np.zeros((len(sequences), width))
        for row, sequence in zip(matrix, sequences, strict=True):
            for i, n in Counter(i for i in sequence if i < width).items():
                if mode == "tfidf":
                    row[i] = (1 + np.log(n)) * np.log(1 + self.document_count / (1 + self.index_docs.get(i, 0)))
                else:
                    row[i] = {"binary": 1, "count": n, "freq": n / len(sequence)}[mode]
        return matrix
