"""``get(identifier)`` for a package of classes or functions with names."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from polykeras.errors import ArgumentError, UnknownNameError, did_you_mean
from polykeras.graph.names import snake_case
from polykeras.saving.registration import get_registered_object
from polykeras.saving.serialization import deserialize_keras_object


def look_up(
    identifier: Any,
    table: Mapping[str, Any],
    package: str,
    custom_objects: Mapping[str, Any] | None = None,
) -> Any:
    """What `identifier` stands for in one of polykeras's packages, such as ``"losses"``.

    None and objects stand for themselves, a name for its entry in `table` or for what was registered under it, a
    dictionary for the object that it describes. Classes are instantiated.

    Raises `UnknownNameError` with the nearest spellings for a name that does not exist, and for a thing that is none;
    `ArgumentError` for a class that cannot be made without arguments.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier, custom_objects, home=package)
    kind = "loss" if package == "losses" else package[:-1]
    if isinstance(identifier, str):
        found = get_registered_object(identifier, custom_objects, table)
        if found is None:
            raise UnknownNameError(
                f"Unknown {kind} {identifier!r}.{did_you_mean(identifier, table)} Known: {', '.join(sorted(table))}."
            )
        identifier = found
    if isinstance(identifier, type):
        try:
            inspect.signature(identifier).bind()
        except TypeError:
            raise ArgumentError(
                f"The {kind} {identifier.__name__} needs arguments: give an object, {identifier.__name__}(...), instead "
                "of its name."
            ) from None
        return identifier()
    if callable(identifier) or hasattr(identifier, "get_config"):
        return identifier
    raise UnknownNameError(f"{identifier!r} is no {kind}: a name, an object or a function is expected.")


def table_of(*classes: type, **aliases: Any) -> dict[str, Any]:
    """The classes by their names and by these in snake case, and by further aliases."""
    table: dict[str, Any] = {}
    for cls in classes:
        table[cls.__name__] = cls
        table[snake_case(cls.__name__)] = cls
    return {**table, **aliases}
