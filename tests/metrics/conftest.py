"""What the tests of several metrics share."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def gathered() -> Callable[..., np.ndarray]:
    """A function: the result of a metric that is given arrays in two uneven batches, after a reset."""

    def run(metric: Any, *arrays: Any) -> np.ndarray:
        third = max(len(arrays[0]) // 3, 1)
        metric.update_state(*[np.asarray(a)[-1:] for a in arrays])
        metric.reset_state()
        for rows in (slice(0, third), slice(third, None)):
            metric.update_state(*[np.asarray(a)[rows] for a in arrays])
        return np.asarray(metric.result())

    return run
