"""Training loops as an expert writes them by hand in each framework: the references that ratios refer to.

Every loop does the work that ``fit`` does: it shuffles at each epoch, fetches each batch by index, and keeps the
mean loss of the epoch. Samples must fill whole batches.
"""

from __future__ import annotations


def batches(samples: int, batch: int) -> int:
    """How many batches ``samples`` rows fill; `ValueError` if the last one would be short."""
    if samples % batch:
        raise ValueError(f"native loops want whole batches: {samples} samples in batches of {batch}")
    return samples // batch
