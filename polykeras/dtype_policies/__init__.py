"""Dtype policies: which dtypes layers compute in, and which their variables have. Quantized ones are not here."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.dtype_policies.policy import DTypePolicy, FloatDTypePolicy, dtype_policy
from polykeras.dtype_policies.policy_map import DTypePolicyMap
from polykeras.errors import ArgumentError


def get(identifier: Any) -> DTypePolicy:
    """The policy that a layer's ``dtype`` argument means: a policy, its name or configuration, a dtype; None: the default.

    Raises `ArgumentError` for anything else.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    if isinstance(identifier, dict):
        return deserialize(identifier)
    try:
        return DTypePolicy(dtypes.standardize(identifier))
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"A dtype policy must be a name such as 'float32' or 'mixed_float16', or a DTypePolicy, got {identifier!r}."
        ) from error


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """The policy as plain data."""
    from polykeras import saving

    described: dict[str, Any] = saving.serialize_keras_object(dtype_policy)
    return described


def deserialize(config: Any, custom_objects: Any = None) -> DTypePolicy:
    """The policy that `serialize` described.

    Raises `ArgumentError` if that is something else, `UnknownNameError` for an unknown class.
    """
    from polykeras import saving

    policy = saving.deserialize_keras_object(config, custom_objects)
    if not isinstance(policy, DTypePolicy):
        raise ArgumentError(f"This configuration is none of a dtype policy: {config!r:.100}.")
    return policy


__all__ = ["DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy", "deserialize", "get", "serialize"]
