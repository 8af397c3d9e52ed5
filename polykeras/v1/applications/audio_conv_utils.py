"""Music as the network wants it, and what its predictions mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1.engine.arguments import ordering

TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock", "jazz",
    "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow", "electronica",
    "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic",
    "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country", "easy listening", "sexy",
    "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
"""What the published weights tell apart, in the order of the network's outputs."""

SAMPLES_PER_SECOND = 12000
SECONDS = 29.12
WINDOW, HOP, BANDS = 512, 256, 96
FLOOR, RANGE_DB = 1e-10, 80.0
"""The least energy that counts, and how far below the loudest the spectrogram ends."""


def preprocess_input(audio_path: str, dim_ordering: str = "default") -> Any:
    """The middle 29 seconds of a file with sound as a spectrogram in decibels.

    Of shape ``(1, 96, 1366)`` with the ordering ``"th"``, ``(96, 1366, 1)`` with ``"tf"``. Raises `ArgumentError` if
    librosa, which reads the file, is not installed.
    """
    first = ordering(dim_ordering) == "th"
    try:
        import librosa
    except ImportError as error:
        raise ArgumentError("preprocess_input: reading files with sound needs librosa: pip install librosa.") from error
    sound, _ = librosa.load(audio_path, sr=SAMPLES_PER_SECOND)
    energies = librosa.feature.melspectrogram(
        y=middle(sound), sr=SAMPLES_PER_SECOND, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS
    )
    return np.expand_dims(decibels(energies**2), 0 if first else 2)


def middle(sound: Any) -> Any:
    """So many samples as the network takes, from the middle of a longer sound; a shorter one with zeros after it."""
    wanted = int(SECONDS * SAMPLES_PER_SECOND)
    start = max(0, (len(sound) - wanted) // 2)
    cut = sound[start : start + wanted]
    return np.pad(cut, (0, wanted - len(cut)))


def decibels(energies: Any) -> Any:
    """Ten times the logarithm, at most 80 below the greatest."""
    loudness = 10 * np.log10(np.maximum(energies, FLOOR))
    return np.maximum(loudness, loudness.max() - RANGE_DB)


def decode_predictions(preds: Any, top_n: int = 5) -> list[list[tuple[str, Any]]]:
    """For each piece the `top_n` most probable tags with their probabilities.

    Raises `ShapeError` unless `preds` has the shape ``(pieces, 50)``.
    """
    if len(preds.shape) != 2 or preds.shape[1] != len(TAGS):
        raise ShapeError(f"decode_predictions: predictions of shape (pieces, 50) were wanted, got {preds.shape}.")
    return [sorted(zip(TAGS, row, strict=True), key=lambda pair: pair[1], reverse=True)[:top_n] for row in preds]


__all__ = ["decode_predictions", "preprocess_input"]
