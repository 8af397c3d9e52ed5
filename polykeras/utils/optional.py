"""Libraries that only some functions need."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def require(module: str, purpose: str, extra: str) -> Any:
    """The module, imported when it is needed.

    Args:
        module: what to import.
        purpose: what needs it, to begin the message with.
        extra: the extra of polykeras that installs it.

    Raises `ImportError`, which says what to install, if it cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise ImportError(
            f"{purpose} needs the module {library!r}, which cannot be imported ({error}). "
            f"Install it with: pip install 'polykeras[{extra}]'",
            name=library,
        ) from error
