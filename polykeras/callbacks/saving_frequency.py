"""When callbacks that save do so."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError


def checked_save_freq(callback: str, save_freq: Any) -> Any:
    """``"epoch"``, or a number of batches. Raises `ArgumentError` for anything else."""
    if save_freq == "epoch" or (isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0):
        return save_freq
    raise ArgumentError(f"{callback}: save_freq must be 'epoch' or a positive number of batches, got {save_freq!r}.")
