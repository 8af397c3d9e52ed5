"""What an op does with the dtypes of its tensor arguments before a kernel sees them.

A policy first promotes the arguments to one dtype (`polykeras.dtypes.result_type`), then maps that dtype to the one
that the op computes in. A dtype that maps to itself is *direct*: arguments that already share it go straight to the
kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import dtypes
from polykeras.errors import DtypeError


class Policy:
    """A named map from promoted dtype to computing dtype."""

    def __init__(self, name: str, compute: Callable[[str], str], *, promotes: bool = True, any_dtype: bool = False):
        self.name = name
        self.compute = compute
        self.promotes = promotes  # False: every argument keeps its own dtype
        self.any_dtype = any_dtype  # every dtype is direct
        self.direct: set[Any] = {d for d in dtypes.ALL if self._maps_to_itself(d)}

    def _maps_to_itself(self, dtype: str) -> bool:
        try:
            return self.compute(dtype) == dtype
        except DtypeError:
            return False

    def learn(self, native: dict[str, Any]) -> None:
        """Add a backend's own dtype objects to the direct set."""
        self.direct.update([obj for name, obj in native.items() if self._maps_to_itself(name)])

    def __repr__(self) -> str:
        return f"<dtype policy {self.name}>"


def _to_index(dtype: str) -> str:
    if dtype in dtypes.INTEGER:
        return dtype
    if dtype == "int*":
        return "int32"
    raise DtypeError(f"expected integers, got {dtype}")


def _not_bool(dtype: str) -> str:
    if dtype == "bool":
        raise DtypeError("expected numbers, got bool; use logical ops, or cast to a number")
    return dtype


def _whole(dtype: str) -> str:
    if dtype in dtypes.INTEGER:
        return dtype
    raise DtypeError(f"expected integers, got {dtype}")


def _bits(dtype: str) -> str:
    if dtype in dtypes.INTEGER or dtype == "bool":
        return dtype
    raise DtypeError(f"expected integers or bool, got {dtype}")


KEEP = Policy("keep", lambda d: d, promotes=False, any_dtype=True)
"""No promotion: the op moves values and does not compute with them, or has one tensor argument of any dtype."""

SAME = Policy("same", lambda d: d, any_dtype=True)
"""Promote; compute in the common dtype."""

NUMBER = Policy("number", _not_bool)
"""As SAME, but bool is refused."""

FLOAT = Policy("float", dtypes.to_floating)
"""Promote; integers and bools become the default float."""

ACCUMULATE = Policy("accumulate", dtypes.to_accumulator)
"""Promote; small integers become 32 bits wide."""

BITS = Policy("bits", _bits)
"""Promote; floats are refused."""

WHOLE = Policy("whole", _whole)
"""Promote; floats and bools are refused."""

BOOL = Policy("bool", lambda d: "bool")
"""Cast to bool."""

INDEX = Policy("index", _to_index, promotes=False)
"""Integers of any width, as they are."""

# Not an op's policy, but a set of dtypes: those beside which a kernel may meet a Python number. NumPy's bfloat16, being
# an extension type, would promote with one.
BESIDE_SCALARS = Policy("beside scalars", lambda d: d if d in ("float16", "float32", "float64") else "float32")

POLICIES = (KEEP, SAME, NUMBER, FLOAT, ACCUMULATE, BITS, WHOLE, BOOL, INDEX, BESIDE_SCALARS)
