"""What an op needs to know of a tensor's values when it decides on the shape of its result."""

from __future__ import annotations

from typing import Any

from polykeras.errors import TraceError
from polykeras.typing import Tensor


def values_of(x: Tensor, purpose: str) -> Any:
    """`x` as an ndarray, because `purpose`. Raises `TraceError`, which gives it, where a step is being traced."""
    from polykeras.ops.conversion import convert_to_numpy

    try:
        return convert_to_numpy(x)
    except TraceError:
        raise TraceError(
            f"{purpose}, so values must be looked at, which a compiled step or shape inference cannot do"
        ) from None
