"""What the standard lacks: functions of ndarrays, from NumPy and SciPy. Arrays are brought to the host and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _special(name: str) -> Callable[..., Any]:
    """A function of SciPy's, imported when it is first called."""

    def call(x: Any) -> Any:
        from scipy import special

        return getattr(special, name)(x)

    return call


HOST: dict[str, Callable[..., Any]] = {
    **{name: _special(name) for name in ("erf", "erfc", "erfinv")},
    "gcd": np.gcd,
}
