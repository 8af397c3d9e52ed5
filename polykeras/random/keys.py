"""The key that a draw uses, on the backend of the tensors that it is for."""

from __future__ import annotations

from typing import Any

from polykeras.ops.dispatch import HOST, VARIABLE, owner_of
from polykeras.random.seed_generator import draw_key


def key_for(seed: Any, *tensors: Any) -> Any:
    """The key that `seed` stands for; a host key goes to the backend of the first of `tensors` that has one.

    Without that, numbers for a tensor of one backend would be drawn on the default one.
    """
    key = draw_key(seed)
    if owner_of(key) is not HOST:
        return key
    for x in tensors:
        owner = owner_of(x)
        if owner is VARIABLE:
            owner = owner_of(x.value)
        if owner is not HOST:
            return owner.root.convert(key, "int32")
    return key
