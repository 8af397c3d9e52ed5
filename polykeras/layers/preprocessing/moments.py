"""Mean and variance of data that come in batches."""

from __future__ import annotations

import numpy as np


class Moments:
    """Running mean and variance, in float64.

    The parts are merged by the formula of Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for
    computing sample variances".
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean: np.ndarray = np.zeros(())
        self.variance: np.ndarray = np.zeros(())

    def update(self, batch: np.ndarray, axes: tuple[int, ...]) -> None:
        """Take in `batch`, whose elements along `axes` are samples."""
        x = batch.astype("float64")
        added = int(np.prod([x.shape[a] for a in axes]))
        if not added:
            return
        mean, variance = x.mean(axes), x.var(axes)
        total = self.count + added
        share = added / total
        delta = mean - self.mean
        self.variance = self.variance * (1 - share) + variance * share + delta**2 * share * (1 - share)
        self.mean = self.mean + delta * share
        self.count = total
