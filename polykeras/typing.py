"""The names that annotate op signatures. They are what dispatch reads, so they carry meaning.

- `Tensor`: a tensor of any backend, a `Variable`, or host data (a number, a nested list, an ndarray). Takes part in
  dtype promotion. ``Sequence[Tensor]`` is a list of such.
- `Index`: an integer tensor that is not promoted with the others.
- `Mask`: a tensor that is cast to bool.
- `Key`: a random key, int32 of shape ``(2,)``.
- `Shape`: a tuple of ints.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Tensor: TypeAlias = Any
Index: TypeAlias = Any
Mask: TypeAlias = Any
Key: TypeAlias = Any
Shape: TypeAlias = Sequence[int]
Axis: TypeAlias = "int | Sequence[int] | None"
