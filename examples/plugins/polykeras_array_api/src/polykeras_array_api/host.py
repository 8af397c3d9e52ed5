"""What the standard lacks: functions of ndarrays, from NumPy and SciPy. Arrays are brought to the host and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _special(name: str, bound: float = np.inf) -> Callable[..., Any]:
    """A function of SciPy's, imported when it is first called; `bound` is beyond all that makes a difference."""

    def call(x: Any) -> Any:
        from scipy import special

        return getattr(special, name)(np.clip(x, -bound, bound))

    return call


def _make_complex(x1: Any, x2: Any) -> Any:
    out = np.empty(np.broadcast_shapes(x1.shape, x2.shape), np.result_type(x1, np.complex64))
    out.real, out.imag = x1, x2
    return out


HOST: dict[str, Callable[..., Any]] = {
    **{name: _special(name) for name in ("erf", "erfc", "erfinv")},
    **{name: _special(name, 1000) for name in ("i0", "i1")},  # NaN of infinity, says SciPy
    "gcd": np.gcd,
    "make_complex": _make_complex,
    "view": lambda x, dtype: (np.ascontiguousarray(x) if x.ndim else x).view(dtype),
}
