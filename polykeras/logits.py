"""What probabilities were made of, for losses that can be taken on it directly.

A softmax or sigmoid and the cross-entropy after it are, as one function of the logits, fewer operations with better
digits. A step of training or evaluation opens a scope in which layers note where probabilities come from, and losses ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from polykeras import ops
from polykeras.scope import local

_NOTED = (ops.softmax, ops.sigmoid)


@contextmanager
def noted_logits() -> Iterator[None]:
    """Inside, `activated` notes what it makes probabilities of, and `logits_of` tells; nothing outlives the scope."""
    before, local.logits = local.logits, {}
    try:
        yield
    finally:
        local.logits = before


def activated(activation: Any, x: Any) -> Any:
    """``activation(x)``, noted inside `noted_logits`."""
    y = activation(x)
    if local.logits is not None and activation in _NOTED:
        local.logits[id(y)] = (activation, x, y)  # holding y keeps its id its own
    return y


def logits_of(y: Any, activation: Any) -> Any:
    """What `activation` was called with when it gave `y`, or None if that was not noted."""
    found = local.logits.get(id(y)) if local.logits else None
    return found[1] if found is not None and found[0] is activation else None
