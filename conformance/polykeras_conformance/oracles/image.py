"""Images: resizing, resampling, colours, filters, patches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ORACLES: dict[str, Callable[..., Any]] = {}
