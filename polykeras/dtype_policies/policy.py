"""`DTypePolicy`: which dtype a layer computes in, and which its variables have; and the policy of layers given none."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, DtypeError

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
"""Policies that compute in half precision on float32 variables."""
_QUANTIZED = ("int8_from_", "int4", "float8", "gptq", "awq")


class DTypePolicy:
    """A dtype for computing and one for variables.

    Args:
        name: a dtype, which stands for both, or ``"mixed_float16"`` or ``"mixed_bfloat16"``: computing in half
            precision on float32 variables. None is the name of `polykeras.config.dtype_policy()`.

    Raises `DtypeError` for something that is no string, `ArgumentError` for an unknown name.
    """

    quantization_mode: str | None = None
    """Always None: layers are not quantized here."""

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = dtype_policy().name
        if not isinstance(name, str):
            raise DtypeError(f"{type(self).__name__}: name must be a string such as 'mixed_float16', got {name!r}.")
        self._name = name
        self._compute_dtype, self._variable_dtype = _parsed(name)

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype that layers compute in, and of their outputs."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of variables, also that in which regularizers see them."""
        return self._variable_dtype

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """`x` as a layer computes with it: a tensor, of dtype `dtype` if it is floating and `autocast`.

        What is neither a tensor nor an array is returned as it is.
        """
        from polykeras import ops

        if not hasattr(x, "shape"):
            return x
        kind = ops.dtype(x)
        target = dtypes.standardize(dtype)
        if not autocast or kind not in dtypes.FLOATING or kind == target:
            return x if ops.is_tensor(x) else ops.convert_to_tensor(x, kind)
        return ops.cast(x, target)

    def get_config(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """The policy that `get_config` described."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.get_config() == self.get_config()

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


class FloatDTypePolicy(DTypePolicy):
    """An older name of `DTypePolicy`."""


def _parsed(name: str) -> tuple[str, str]:
    if name in MIXED:
        return MIXED[name], "float32"
    if name.startswith(_QUANTIZED):
        raise ArgumentError(f"Dtype policy {name!r}: layers are not quantized here; name a floating dtype.")
    try:
        kind = dtypes.standardize(name)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"Unknown dtype policy {name!r}: it must be one of {', '.join(MIXED)}, or a dtype such as 'float32'."
        ) from error
    return kind, kind


_global: dict[str, DTypePolicy | None] = {"policy": None}


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none: what `set_dtype_policy` set, else the default float."""
    return _global["policy"] or DTypePolicy(dtypes.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are given none, for layers made from now on.

    Takes what `polykeras.dtype_policies.get` takes; raises what that raises.
    """
    from polykeras import dtype_policies

    _global["policy"] = None if policy is None else dtype_policies.get(policy)
