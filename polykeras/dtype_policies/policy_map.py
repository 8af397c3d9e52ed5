"""`DTypePolicyMap`: a policy for each of the layers inside a layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from polykeras.dtype_policies.policy import DTypePolicy, dtype_policy
from polykeras.errors import ArgumentError, DtypeError


class DTypePolicyMap(DTypePolicy, MutableMapping[str, DTypePolicy]):
    """From the paths of layers (`Layer.path`), or regular expressions that match them whole, to policies.

    A layer that is given one has the policy of its own path, or the default; it hands the map on to the layers that it
    makes, by ``dtype=self.dtype_policy``.

    Args:
        default_policy: for paths that nothing matches; None is `polykeras.config.dtype_policy()` whenever it is asked.
        policy_map: a dictionary to start with.

    >>> policies = DTypePolicyMap("float32", {"encoder/.*": DTypePolicy("bfloat16")})
    >>> policies["encoder/dense"].name, policies["decoder/dense"].name
    ('bfloat16', 'float32')
    """

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None) -> None:
        from polykeras import dtype_policies

        if isinstance(default_policy, DTypePolicyMap):
            raise ArgumentError("DTypePolicyMap: default_policy cannot be a DTypePolicyMap itself.")
        if policy_map is not None and not isinstance(policy_map, dict):
            raise DtypeError(f"DTypePolicyMap: policy_map must be a dictionary, got {type(policy_map).__name__}.")
        self._default = None if default_policy is None else dtype_policies.get(default_policy)
        self._policies = {key: dtype_policies.get(value) for key, value in (policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that nothing matches."""
        return dtype_policy() if self._default is None else self._default

    @property
    def name(self) -> str:
        """``map_`` and the name of the default policy."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        """That of the default policy."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """That of the default policy."""
        return self.default_policy.variable_dtype

    def __getitem__(self, key: str) -> DTypePolicy:
        """The policy of this path: of the key equal to it, else of the one that matches it, else the default.

        Raises `ArgumentError` if several keys match.
        """
        if key in self._policies:
            return self._policies[key]
        matching = [pattern for pattern in self._policies if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ArgumentError(
                f"DTypePolicyMap: the path {key!r} matches several keys, {matching}; at most one may match."
            )
        return self._policies[matching[0]] if matching else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        from polykeras import dtype_policies

        if key in self._policies:
            raise ArgumentError(
                f"DTypePolicyMap: {key!r} has the policy {self._policies[key].name!r} already; delete it first."
            )
        self._policies[key] = dtype_policies.get(policy)

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __contains__(self, key: object) -> bool:
        return key in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def get_config(self) -> dict[str, Any]:
        """Default and policies as plain data."""
        from polykeras import dtype_policies

        return {
            "default_policy": None if self._default is None else dtype_policies.serialize(self._default),
            "policy_map": {key: dtype_policies.serialize(policy) for key, policy in self._policies.items()},
        }

    __eq__ = DTypePolicy.__eq__
    __hash__ = DTypePolicy.__hash__

    def __repr__(self) -> str:
        mapping = {key: policy.name for key, policy in self._policies.items()}
        return f"<DTypePolicyMap default_policy={self.default_policy.name}, mapping={mapping}>"
