"""How targets and predictions vary together: the mean over the samples of many batches."""

from __future__ import annotations

from typing import Any

from polykeras.metrics.correlation_functions import concordance_correlation, pearson_correlation
from polykeras.metrics.reduction import MeanMetricWrapper
from polykeras.typing import Axis


class PearsonCorrelation(MeanMetricWrapper):
    """The covariance of targets and predictions along `axis` over both standard deviations; NaN where one is 0."""

    _direction = "up"

    def __init__(self, name: str | None = "pearson_correlation", dtype: Any = None, axis: Axis = -1) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """How well targets and predictions agree along `axis`: 1 only if they are equal; Lin 1989."""

    _direction = "up"

    def __init__(self, name: str | None = "concordance_correlation", dtype: Any = None, axis: Axis = -1) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
