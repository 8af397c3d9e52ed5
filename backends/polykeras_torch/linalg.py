"""Matrix factorizations and what is solved with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

KERNELS: dict[str, Callable[..., Any]] = {}
OVERRIDES: dict[str, Callable[..., Any]] = {}
