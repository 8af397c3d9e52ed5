"""``get(identifier)`` for a package of classes or functions with names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polykeras.errors import UnknownNameError, did_you_mean
from polykeras.saving.registration import get_registered_object
from polykeras.saving.serialization import deserialize_keras_object


def look_up(identifier: Any, table: Mapping[str, Any], kind: str) -> Any:
    """What `identifier` stands for: None and objects for themselves, a name for its entry in `table`, a dictionary for
    the object that it describes. Classes are instantiated.

    Raises `UnknownNameError` with the nearest spellings for a name that does not exist.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier)
    if isinstance(identifier, str):
        found = get_registered_object(identifier)
        if found is None:
            found = table.get(identifier)
        if found is None:
            raise UnknownNameError(
                f"Unknown {kind} {identifier!r}.{did_you_mean(identifier, table)} Known: {', '.join(sorted(table))}."
            )
        identifier = found
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier) or hasattr(identifier, "get_config"):
        return identifier
    raise UnknownNameError(f"{identifier!r} is no {kind}: a name, an object or a function is expected.")


def snake_case(name: str) -> str:
    """``GlorotUniform`` as ``glorot_uniform``."""
    import re

    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def table_of(*classes: type, **aliases: type) -> dict[str, type]:
    """The classes by their names and by these in snake case, and by further aliases."""
    table: dict[str, type] = {}
    for cls in classes:
        table[cls.__name__] = cls
        table[snake_case(cls.__name__)] = cls
    return {**table, **aliases}
