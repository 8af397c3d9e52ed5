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


def _of_reals(compute: Callable[[str], str]) -> Callable[[str], str]:
    """`compute`, for ops that have no meaning for complex numbers, an order most of all."""

    def checked(dtype: str) -> str:
        if dtype in dtypes.COMPLEX:
            raise DtypeError(f"expected real numbers, got {dtype}; take ops.real, ops.imag or ops.abs of it first")
        return compute(dtype)

    return checked


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

SAME_OR_COMPLEX = Policy("same or complex", lambda d: d, any_dtype=True)
"""Promote; compute in the common dtype."""

NUMBER_OR_COMPLEX = Policy("number or complex", _not_bool)
"""As SAME_OR_COMPLEX, but bool is refused."""

FLOAT_OR_COMPLEX = Policy("float or complex", dtypes.to_floating)
"""Promote; integers and bools become the default float."""

ACCUMULATE_OR_COMPLEX = Policy("accumulate or complex", dtypes.to_accumulator)
"""Promote; small integers become 32 bits wide."""

SAME = Policy("same", _of_reals(SAME_OR_COMPLEX.compute))
"""As SAME_OR_COMPLEX, but complex numbers are refused."""

NUMBER = Policy("number", _of_reals(NUMBER_OR_COMPLEX.compute))
"""As NUMBER_OR_COMPLEX, but complex numbers are refused."""

FLOAT = Policy("float", _of_reals(FLOAT_OR_COMPLEX.compute))
"""As FLOAT_OR_COMPLEX, but complex numbers are refused."""

ACCUMULATE = Policy("accumulate", _of_reals(ACCUMULATE_OR_COMPLEX.compute))
"""As ACCUMULATE_OR_COMPLEX, but complex numbers are refused."""

KEEP_REAL = Policy("keep real", _of_reals(KEEP.compute), promotes=False)
"""As KEEP, but complex numbers are refused."""

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

POLICIES = [p for p in list(globals().values()) if isinstance(p, Policy)]
