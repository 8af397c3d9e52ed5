"""A count of the changes to what layers hold, so that what was found inside of them may be remembered until the next."""

from __future__ import annotations

count = 0
"""How many there were, anywhere."""


def note() -> None:
    """A layer, a variable or a list of them was set somewhere, or whether something is built or trainable has changed."""
    global count
    count += 1
