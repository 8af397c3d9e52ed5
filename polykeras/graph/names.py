"""Names of layers and operations that are given none: counted in the process."""

from __future__ import annotations

import re
import threading

_lock = threading.Lock()
_counts: dict[str, int] = {}


def snake_case(class_name: str) -> str:
    """As Keras spells it: ``conv2d``, ``max_pooling1d``, ``re_lu``, ``lstm_cell``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", class_name.lstrip("_")).lower()


def unique_name(class_name: str) -> str:
    """``dense``, ``dense_1``, ``dense_2`` ... for ``Dense``."""
    base = snake_case(class_name)
    n = get_uid(base) - 1
    return f"{base}_{n}" if n else base


def get_uid(prefix: str = "") -> int:
    """How often this was asked for `prefix`, names made from it included.

    >>> get_uid("an example"), get_uid("an example")
    (1, 2)
    """
    with _lock:
        _counts[prefix] = _counts.get(prefix, 0) + 1
        return _counts[prefix]


def reset_names() -> None:
    """Start counting names afresh."""
    with _lock:
        _counts.clear()
