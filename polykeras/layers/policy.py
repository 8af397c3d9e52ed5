"""`DTypePolicy`: which dtype a layer computes in, and which its variables have."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes


class DTypePolicy:
    """A dtype name, or ``"mixed_float16"`` / ``"mixed_bfloat16"``: computing in half precision on float32 variables."""

    def __init__(self, name: str | None = None) -> None:
        name = name or dtypes.floatx()
        if name.startswith("mixed_"):
            self.compute_dtype, self.variable_dtype = dtypes.standardize(name[len("mixed_") :]), "float32"
        else:
            self.compute_dtype = self.variable_dtype = dtypes.standardize(name)
        self.name = name

    @classmethod
    def of(cls, value: Any) -> DTypePolicy:
        """The policy that a layer's ``dtype`` argument means; None is the global one."""
        if isinstance(value, DTypePolicy):
            return value
        if isinstance(value, dict):
            value = value["config"]["name"] if "config" in value else value["name"]
        if value is None:
            return cls(_global["name"])
        return cls(value if isinstance(value, str) and value.startswith("mixed_") else dtypes.standardize(value))

    def get_config(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """The policy of that name."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<DTypePolicy {self.name!r}>"


_global: dict[str, str | None] = {"name": None}


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none."""
    return DTypePolicy.of(None)


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are given none."""
    _global["name"] = DTypePolicy.of(policy).name
