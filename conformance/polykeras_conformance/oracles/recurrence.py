"""Whole-sequence recurrent layers, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ORACLES: dict[str, Callable[..., Any]] = {}
