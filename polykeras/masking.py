"""Masks that travel with tensors.

A mask is a bool tensor that says which time steps of another tensor count. Tensors of most frameworks take no extra
attributes, so the association is kept beside them, for as long as the tensor lives.
"""

from __future__ import annotations

import weakref
from typing import Any

_masks: dict[int, tuple[Any, Any]] = {}  # id of a tensor: (weak reference to it, its mask)


def set_mask(x: Any, mask: Any) -> None:
    """Give tensor `x` a mask; None takes it away."""
    key = id(x)
    if mask is None:
        _masks.pop(key, None)
        return
    _masks[key] = (weakref.ref(x, lambda _: _masks.pop(key, None)), mask)


def get_mask(x: Any) -> Any:
    """The mask of tensor `x`, or None."""
    if not _masks:
        return None
    found = _masks.get(id(x))
    return found[1] if found is not None and found[0]() is x else None


def any_masks() -> bool:
    """Whether any tensor has a mask: lets code that never met one skip the question."""
    return bool(_masks)
